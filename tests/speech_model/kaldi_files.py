"""Writers for the few Kaldi and OpenFst file forms that libvosk reads."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _token(word: str) -> bytes:
    return word.encode() + b" "


def _int(number: int) -> bytes:
    return b"\x04" + struct.pack("<i", number)


def _float(number: float) -> bytes:
    return b"\x04" + struct.pack("<f", number)


def _ints(numbers: Sequence[int]) -> bytes:
    return b"\x04" + struct.pack("<i", len(numbers)) + np.asarray(numbers, "<i4").tobytes()


def _vector(numbers: ArrayLike) -> bytes:
    values = np.asarray(numbers, "<f4")
    return _token("FV") + _int(len(values)) + values.tobytes()


def _matrix(numbers: NDArray[np.float64]) -> bytes:
    values = np.ascontiguousarray(numbers, "<f4")
    return _token("FM") + _int(values.shape[0]) + _int(values.shape[1]) + values.tobytes()


class Transitions:
    """Every phone has one state that sounds: phone p enters by id 2p and stays by id 2p-1."""

    def __init__(self, outputs: Mapping[int, int]) -> None:
        """`outputs`: phone (from 1, no gaps) -> output of the network."""
        self.phones = sorted(outputs)
        if self.phones != list(range(1, len(self.phones) + 1)):
            raise ValueError("phones must be numbered from 1 without gaps")
        self._outputs = outputs

    @staticmethod
    def enter(phone: int) -> int:
        return 2 * phone

    @staticmethod
    def stay(phone: int) -> int:
        return 2 * phone - 1

    def written(self) -> bytes:
        count = len(self.phones)
        state = _int(0) + _int(2) + _int(0) + _float(0.5) + _int(1) + _float(0.5)
        topology = _ints(self.phones) + _ints([-1] + [0] * count) + _int(1) + _int(2) + state
        topology += _int(-1) + _int(0)  # the last state: silent, nothing leads on
        triples = b"".join(_int(p) + _int(0) + _int(self._outputs[p]) for p in self.phones)
        scores = _vector([0.0] + [float(np.log(0.5))] * (2 * count))
        return (
            _token("<TransitionModel>")
            + (_token("<Topology>") + topology + _token("</Topology>"))
            + (_token("<Triples>") + _int(count) + triples + _token("</Triples>"))
            + (_token("<LogProbs>") + scores + _token("</LogProbs>"))
            + _token("</TransitionModel>")
        )


@dataclass(frozen=True)
class Layer:
    """An affine layer over frames at these offsets, columns in their order."""

    offsets: tuple[int, ...]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]


def network(inputs: int, layers: Sequence[Layer], priors: ArrayLike) -> bytes:
    """ReLU between the layers, log-softmax after the last; libvosk subtracts the log priors."""
    plan, components, before = [f"input-node name=input dim={inputs}"], [], "input"
    for number, layer in enumerate(layers, 1):
        last = number == len(layers)
        affine = f"l{number}.affine"
        after = "output.log-softmax" if last else f"l{number}.relu"
        plan.append(
            f"component-node name={affine} component={affine} input={_input(layer, before)}"
        )
        plan.append(f"component-node name={after} component={after} input={affine}")
        components.append((affine, _affine(layer)))
        kind = "LogSoftmaxComponent" if last else "RectifiedLinearComponent"
        components.append((after, _nonlinear(kind, layer.weights.shape[0])))
        before = after
    plan.append(f"output-node name=output input={before} objective=linear")
    left = sum(-min(layer.offsets) for layer in layers)
    right = sum(max(layer.offsets) for layer in layers)
    return (
        _token("<Nnet3>")
        + ("\n" + "\n".join(plan) + "\n\n").encode()
        + (_token("<NumComponents>") + _int(len(components)))
        + b"".join(_token("<ComponentName>") + _token(name) + body for name, body in components)
        + (_token("</Nnet3>") + _token("<LeftContext>") + _int(left))
        + (_token("<RightContext>") + _int(right) + _token("<Priors>") + _vector(priors))
    )


def _input(layer: Layer, before: str) -> str:
    parts = [before if at == 0 else f"Offset({before}, {at})" for at in layer.offsets]
    return parts[0] if len(parts) == 1 else f"Append({', '.join(parts)})"


def _affine(layer: Layer) -> bytes:
    body = _token("<LinearParams>") + _matrix(layer.weights)
    body += _token("<BiasParams>") + _vector(layer.bias)
    return _token("<FixedAffineComponent>") + body + _token("</FixedAffineComponent>")


def _nonlinear(kind: str, size: int) -> bytes:
    body = _token("<Dim>") + _int(size) + _token("<ValueAvg>") + _vector([])
    body += _token("<DerivAvg>") + _vector([])
    body += _token("<Count>") + b"\x08" + struct.pack("<d", 0.0)
    return _token(f"<{kind}>") + body + _token(f"</{kind}>")


def write_acoustic_model(path: Path, transitions: Transitions, written_network: bytes) -> None:
    path.write_bytes(b"\0B" + transitions.written() + written_network)


_FST: Final = 2125659606
Arc = tuple[int, int, float, int]
"""Input label, output label, cost, next state."""


class Fst:
    """An OpenFst vector graph with tropical arcs; state 0 begins."""

    def __init__(self) -> None:
        self.arcs: list[list[Arc]] = []
        self.final: dict[int, float] = {}

    def state(self) -> int:
        self.arcs.append([])
        return len(self.arcs) - 1

    def write(self, path: Path, *, by_output: bool) -> None:
        """libvosk composes graphs of words sorted by output with grammars sorted by input."""

        def text(value: bytes) -> bytes:
            return struct.pack("<i", len(value)) + value

        count = sum(map(len, self.arcs))
        parts = [struct.pack("<i", _FST) + text(b"vector") + text(b"standard")]
        parts.append(struct.pack("<iiQqqq", 2, 0, 3, 0, len(self.arcs), count))
        for state, arcs in enumerate(self.arcs):
            final = self.final.get(state, float("inf"))
            parts.append(struct.pack("<fq", final, len(arcs)))
            in_order = sorted(arcs, key=lambda one: (one[1] if by_output else one[0], one))
            parts.extend(struct.pack("<iifi", *arc) for arc in in_order)
        path.write_bytes(b"".join(parts))
