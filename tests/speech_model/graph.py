"""The graphs of the test model: how words sound, which words may follow; a matter of seconds."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tests.speech_model.espeak import Espeak, Pronunciations
from tests.speech_model.kaldi_files import Fst, Transitions
from tests.speech_model.lexicon import phrases, words

HERE: Final = Path(__file__).parent
MODEL: Final = HERE / "vosk-test-espeak-cmn-8k"
UNITS: Final = HERE / "units.json"
SILENCE: Final = "SIL"
UNKNOWN: Final = "[unk]"
SILENCE_COST: Final = 0.7
UNKNOWN_COST: Final = 3.0
WORD_COST: Final = 4.0
PHRASE_COST: Final = 3.0


class Phones:
    """Units in four places of a word, sharing one output; silence is 1, the unknown sound 2."""

    def __init__(self, units: Mapping[str, int]) -> None:
        self.number = {SILENCE: 1, UNKNOWN: 2}
        self.output = {1: units[SILENCE], 2: len(units)}
        self.place = {1: "nonword", 2: "singleton"}
        for unit, output in units.items():
            for place in ("begin", "end", "internal", "singleton") if unit != SILENCE else ():
                number = len(self.number) + 1
                self.number[f"{unit} {place}"] = number
                self.output[number], self.place[number] = output, place

    def of(self, units: list[str]) -> list[int]:
        """A word's units with their places."""
        if len(units) == 1:
            return [self.number[f"{units[0]} singleton"]]
        inside = [self.number[f"{unit} internal"] for unit in units[1:-1]]
        first, last = f"{units[0]} begin", f"{units[-1]} end"
        return [self.number[first], *inside, self.number[last]]


def write_graphs(model: Path = MODEL) -> None:
    """Words, grammar and their tables anew, beside the acoustic model that is there."""
    units: dict[str, int] = json.loads(UNITS.read_text("utf-8"))
    phones = Phones(units)
    ids = {word: number for number, word in enumerate(["<eps>", UNKNOWN, *words()])}
    graph = model / "graph"
    (graph / "phones").mkdir(parents=True, exist_ok=True)
    words_graph(phones, lexicon(units), ids).write(graph / "HCLr.fst", by_output=True)
    default_grammar(ids).write(graph / "Gr.fst", by_output=False)
    (graph / "disambig_tid.int").write_text("", "ascii")
    table = "".join(f"{word} {number}\n" for word, number in ids.items())
    (graph / "words.txt").write_text(table, "utf-8")
    places = "".join(f"{number} {place}\n" for number, place in sorted(phones.place.items()))
    (graph / "phones" / "word_boundary.int").write_text(places, "ascii")


def lexicon(units: Mapping[str, int]) -> list[tuple[str, list[str]]]:
    """Word and its units. Raises ValueError for a syllable the network never learned."""
    pronounce = Pronunciations(Espeak())
    found: list[tuple[str, list[str]]] = []
    for word, ways in words().items():
        for way in ways:
            said = [unit for syllable in way.split() for unit in pronounce.units(syllable)]
            if unknown := [unit for unit in said if unit not in units]:
                raise ValueError(f"{word} {way}: no unit {unknown}")
            if (word, said) not in found:
                found.append((word, said))
    return found


def words_graph(
    phones: Phones, said: Iterable[tuple[str, list[str]]], ids: Mapping[str, int]
) -> Fst:
    """HCL: any words, silence between them or not, each label on the first arc of its word."""
    fst = Fst()
    border = fst.state()
    fst.final[border] = 0.0

    def phone(before: int, number: int, label: int = 0, cost: float = 0.0) -> int:
        after = fst.state()
        fst.arcs[before].append((Transitions.enter(number), label, cost, after))
        fst.arcs[after].append((Transitions.stay(number), 0, 0.0, after))
        return after

    paused = phone(border, phones.number[SILENCE], 0, SILENCE_COST)
    fst.final[paused] = 0.0
    start = fst.state()
    for state in (paused, border):
        fst.arcs[state].append((0, 0, 0.0, start))
    for word, units in said:
        state = start
        for index, number in enumerate(phones.of(units)):
            state = phone(state, number, 0 if index else ids[word])
        fst.arcs[state].append((0, 0, 0.0, border))
    unknown = phone(start, phones.number[UNKNOWN], ids[UNKNOWN], UNKNOWN_COST)
    fst.arcs[unknown].append((0, 0, 0.0, border))
    return fst


def default_grammar(ids: Mapping[str, int]) -> Fst:
    """G without a grammar given: any word, and the phrases at less cost."""
    fst = Fst()
    start = fst.state()
    fst.final[start] = 0.0
    for word in words():
        fst.arcs[start].append((ids[word], ids[word], WORD_COST, start))
    for phrase in phrases():
        state = start
        said = phrase.split()
        for index, word in enumerate(said):
            after = start if index == len(said) - 1 else fst.state()
            cost = 0.0 if index else PHRASE_COST
            fst.arcs[state].append((ids[word], ids[word], cost, after))
            state = after
    return fst
