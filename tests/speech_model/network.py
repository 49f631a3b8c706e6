"""The time-delay network of the test model in torch, and folded to plain affine layers."""

from typing import Any, Final

import torch
from torch import nn

from tests.speech_model.kaldi_files import Layer

HIDDEN: Final = 128
CONTEXT: Final = 15
"""Frames the network sees on either side."""
STRIDE: Final = 3
_FIRST: Final = tuple(range(-3, 4))
_LATER: Final = (-3, 0, 3)
_LAYERS: Final = 5


class Network(nn.Module):
    """Frames in, one row of outputs for every third frame; batch-norm before each ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.scaled = nn.BatchNorm1d(inputs, affine=False)
        first = nn.Conv1d(inputs, HIDDEN, len(_FIRST), stride=STRIDE, bias=False)
        later = [nn.Conv1d(HIDDEN, HIDDEN, len(_LATER), bias=False) for _ in range(_LAYERS - 1)]
        self.layers = nn.ModuleList([first, *later])
        self.norms = nn.ModuleList([nn.BatchNorm1d(HIDDEN) for _ in self.layers])
        self.last = nn.Conv1d(HIDDEN, outputs, 1)
        self.dropped = nn.Dropout(0.05)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """Batch, inputs, frames."""
        there = self.scaled(frames)
        for layer, norm in zip(self.layers, self.norms, strict=True):
            there = self.dropped(torch.relu(norm(layer(there))))
        result: torch.Tensor = self.last(there)
        return result


def folded(network: Network) -> list[Layer]:
    """The normalisations multiplied into the weights, the columns in Kaldi's order."""
    found = []
    mean, spread = _norm(network.scaled)
    for number, (layer, norm) in enumerate(zip(network.layers, network.norms, strict=True)):
        weights = layer.weight.detach().double().numpy()
        bias = 0.0
        if number == 0:
            weights = weights / spread[None, :, None]
            bias = -(weights * mean[None, :, None]).sum((1, 2))
        centre, scale = _norm(norm)
        gain = norm.weight.detach().double().numpy() / scale
        shift = norm.bias.detach().double().numpy()
        rows = (weights * gain[:, None, None]).transpose(0, 2, 1).reshape(weights.shape[0], -1)
        found.append(Layer(_LATER if number else _FIRST, rows, (bias - centre) * gain + shift))
    last = network.last.weight.detach().double().numpy()[:, :, 0]
    return [*found, Layer((0,), last, network.last.bias.detach().double().numpy())]


def _norm(norm: nn.BatchNorm1d) -> tuple[Any, Any]:
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None
    return mean.double().numpy(), (variance.double() + norm.eps).sqrt().numpy()
