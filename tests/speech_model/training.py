"""Trains the test model from nothing: synthetic speech, frame labels, network, Kaldi's file.

Ten minutes of one core. espeak's phoneme times are the labels, so nothing is aligned; one garbage
output takes a tenth of every speech frame and becomes `[unk]`.
"""

import json
from dataclasses import dataclass
from typing import Final

import kaldi_native_fbank as fbank
import numpy as np
import torch
from numpy.typing import NDArray

from tests.speech_model.espeak import Espeak, Pronunciations, Speech, tagged
from tests.speech_model.graph import MODEL, SILENCE, UNITS, Phones, write_graphs
from tests.speech_model.kaldi_files import Transitions, network, write_acoustic_model
from tests.speech_model.lexicon import syllables
from tests.speech_model.network import CONTEXT, STRIDE, Network, folded
from tests.speech_model.telephone import RATE, Sound, at_line_rate, over_the_line
from tests.speech_model.utterances import TRAINING_SPEEDS, TRAINING_VOICES, Author, spoken

GARBAGE: Final = 0.1
"""Share of each speech frame that the garbage output learns."""
SILENCE_PRIOR: Final = 20.0
"""Silence is nearly half of all frames; with its full prior words are inserted into pauses."""
GARBAGE_PRIOR: Final = 2.5
"""Higher rejects more."""
SHORTEST: Final = 4
"""Frames of 10 ms a phoneme has at least, or bursts vanish between every third frame."""
_CUT: Final = 300
_BATCH: Final = 48
_IGNORED: Final = -1


@dataclass(frozen=True)
class Frames:
    """All training sound, utterances one after the other with their edges repeated."""

    features: NDArray[np.float32]
    labels: NDArray[np.int64]


def train(utterances: int, epochs: float, seed: int = 101) -> None:
    """Makes units, acoustic model and graphs anew, in their places beside this file."""
    espeak = Espeak()
    units = unit_table(espeak)
    UNITS.write_text(json.dumps(units, ensure_ascii=False), "utf-8")
    frames = training_frames(espeak, units, utterances, seed)
    print(f"{len(frames.labels)} frames, {len(units)} units")
    learned, priors = learn(frames, len(units) + 1, epochs)
    (MODEL / "am").mkdir(parents=True, exist_ok=True)
    transitions = Transitions(Phones(units).output)
    written = network(frames.features.shape[1], folded(learned), priors)
    write_acoustic_model(MODEL / "am" / "final.mdl", transitions, written)
    write_graphs()


def unit_table(espeak: Espeak) -> dict[str, int]:
    """Every unit of every syllable in every tone, silence first."""
    pronounce = Pronunciations(espeak)
    found = {
        unit for one in syllables() for tone in "12345" for unit in pronounce.units(one + tone)
    }
    return {unit: number for number, unit in enumerate([SILENCE, *sorted(found)])}


def training_frames(espeak: Espeak, units: dict[str, int], utterances: int, seed: int) -> Frames:
    dice = np.random.default_rng(seed)
    author, pronounce = Author(dice), Pronunciations(espeak)
    features, labels, babble = [], [], list[Sound]()
    for _ in range(utterances):
        said = author.words()
        speech = spoken(espeak, dice, said, TRAINING_VOICES, TRAINING_SPEEDS)
        clean = at_line_rate(speech.sound, speech.rate)
        babble = [*babble[-49:], clean]
        line, before = over_the_line(dice, clean, babble)
        seen = mfcc(line)
        flat = [syllable for word in said for syllable in word]
        told = frame_labels(speech, flat, pronounce, units, len(seen), before)
        if told is not None:
            edge = np.full(CONTEXT, _IGNORED)
            features.append(np.pad(seen, ((CONTEXT, CONTEXT), (0, 0)), "edge"))
            labels.append(np.concatenate([edge, told, edge]))
    return Frames(np.concatenate(features).astype(np.float32), stretched(np.concatenate(labels)))


def mfcc(sound: Sound) -> NDArray[np.float32]:
    """As conf/mfcc.conf says, to the last digit what libvosk computes."""
    options = fbank.MfccOptions()
    options.frame_opts.samp_freq, options.frame_opts.dither = RATE, 0.0
    options.mel_opts.num_bins, options.num_ceps, options.use_energy = 30, 30, False
    options.mel_opts.low_freq, options.mel_opts.high_freq = 60, -200
    computer = fbank.OnlineMfcc(options)
    computer.accept_waveform(RATE, sound.tolist())
    computer.input_finished()
    rows = [computer.get_frame(index) for index in range(computer.num_frames_ready)]
    return np.stack(rows) if rows else np.zeros((0, 30), np.float32)


def frame_labels(
    speech: Speech,
    said: list[str],
    pronounce: Pronunciations,
    units: dict[str, int],
    count: int,
    before: int,
) -> NDArray[np.int64] | None:
    """Unit of each frame by espeak's own times; None where it said something unexpected."""
    sounding = [name for _, name in speech.phonemes if not name.startswith("_")]
    tones = [syllable[-1] for syllable in said for _ in pronounce.phonemes(syllable)]
    if len(tones) != len(sounding):
        return None
    named = iter(tagged([name], tone)[0] for name, tone in zip(sounding, tones, strict=True))
    marks = [(0, SILENCE)]
    marks += [
        (at, SILENCE if name.startswith("_") else next(named)) for at, name in speech.phonemes
    ]
    marks.append((len(speech.sound), SILENCE))
    if any(name not in units for _, name in marks):
        return None
    starts = np.array([at for at, _ in marks]) / speech.rate * RATE + before
    numbers = np.array([units[name] for _, name in marks])
    middle = np.arange(count) * RATE // 100 + 100
    index = np.searchsorted(starts, middle, "right") - 1
    return np.where(index < 0, units[SILENCE], numbers[np.maximum(index, 0)]).astype(np.int64)


def stretched(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Short phonemes made long enough that every third frame sees them."""
    labels = labels.copy()
    borders = np.flatnonzero(np.diff(labels)) + 1
    starts = np.concatenate([[0], borders])
    for start, end in zip(starts, np.append(borders, len(labels)), strict=True):
        if labels[start] <= 0 or end - start >= SHORTEST or start < 1:
            continue
        unit, first, last = labels[start], start, end
        if labels[first - 1] >= 0:
            first -= 1
        while last - first < SHORTEST and last < len(labels) and labels[last] >= 0:
            last += 1
        labels[first:last] = unit
    return labels


def learn(frames: Frames, outputs: int, epochs: float) -> tuple[Network, NDArray[np.float64]]:
    """The trained network and its priors."""
    torch.set_num_threads(1)
    torch.manual_seed(1)
    features, labels = torch.from_numpy(frames.features), torch.from_numpy(frames.labels)
    net = Network(features.shape[1], outputs)
    steps = max(10, int(epochs * len(labels) / (_BATCH * _CUT)))
    optimizer = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 4e-3, total_steps=steps, pct_start=0.15
    )
    random = torch.Generator().manual_seed(2)
    count = (_CUT - 2 * CONTEXT - 1) // STRIDE + 1
    seen, told = torch.arange(_CUT), CONTEXT + STRIDE * torch.arange(count)
    for step in range(steps):
        starts = torch.randint(0, len(labels) - _CUT, (_BATCH,), generator=random)[:, None]
        guessed = net(features[starts + seen].transpose(1, 2))
        loss = loss_of(guessed, labels[starts + told])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        if step % 200 == 0:
            print(f"step {step} of {steps}, loss {loss.item():.3f}", flush=True)
    net.eval()
    return net, priors_of(frames.labels, outputs)


def loss_of(guessed: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross-entropy in which the last output takes its share of all that is speech."""
    scores = torch.log_softmax(guessed, 1)
    is_speech = labels > 0
    own = -scores.gather(1, labels.clamp(min=0)[:, None])[:, 0]
    share = torch.where(is_speech, 1 - GARBAGE, 1.0)
    loss = own * share - scores[:, -1] * is_speech * GARBAGE
    return loss[labels >= 0].mean()


def priors_of(labels: NDArray[np.int64], outputs: int) -> NDArray[np.float64]:
    """How often each output was right, tuned for pauses and for rejection."""
    counts = np.bincount(labels[labels >= 0], minlength=outputs).astype(np.float64)
    counts[1:] *= 1 - GARBAGE
    counts[-1] = (labels > 0).sum() * GARBAGE
    priors = (counts + 50) / (counts + 50).sum()
    priors[0] /= SILENCE_PRIOR
    priors[-1] *= np.exp(-GARBAGE_PRIOR)
    return priors
