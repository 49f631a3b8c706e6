"""Speech turns by the hundred: how quick, at what cost, and whether anything is left behind.

Real calls over a carrier; everybody speaks into each question. `HOTLINE_BENCH_SPEECH` says how
many speak at once and how many turns they have in all (default "10x200"; the soak: "20x1000").
With the recogniser by rule the media server's own cost is seen apart; `HOTLINE_BENCH_MODEL`, the
folder of a model, puts the real one in its place; `HOTLINE_BENCH_NOISE` is how many decibels the
line's noise lies below the words (default: no noise).
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agi.caller import TelephoneCaller
from asterisk_conf.tree import get_asterisk
from ivr_flows.interfaces import Heard, Sentence
from tests.asterisk.carrier import Carrier
from tests.asterisk.phone import Phone
from tests.asterisk.sound import RATE, Sound
from tests.asterisk.speech.house import LISTENING, LONG, SpeechHouse, speech_house
from tests.asterisk.speech.spoken import spoken
from tests.benchmarks.processes import Cost, cost_of, descendants
from tests.fakes.throat import hiss, vowel
from tests.waiting import wait_for

_NAMED = os.environ.get("HOTLINE_BENCH_MODEL")
MODEL = Path(_NAMED) if _NAMED else None

_NOISE = os.environ.get("HOTLINE_BENCH_NOISE")
LEVEL = 0.1
"""Root mean square of the words, -20 dB."""
GAP = 0.2
"""Seconds without sound: our words have stopped."""


@dataclass
class Measured:
    """What the callers noticed, in milliseconds."""

    barge_in: list[float] = field(default_factory=list)
    """From the first sound of a word until our words stopped."""
    next_words: list[float] = field(default_factory=list)
    """From the last sound of a word until our next words began."""
    said: dict[str, list[str]] = field(default_factory=dict)
    """By the caller's number, in order."""
    heard: dict[str, list[Heard]] = field(default_factory=dict)

    @property
    def turns(self) -> list[Heard]:
        return [heard for row in self.heard.values() for heard in row]

    @property
    def deaf(self) -> int:
        """Turns the recognisers did not take: they had too much to do."""
        return sum(heard.deaf for heard in self.turns)

    @property
    def right(self) -> int:
        return sum(
            bool(heard.guesses) and heard.guesses[0].text == said
            for number, row in self.heard.items()
            for said, heard in zip(self.said[number], row, strict=True)
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpeechHouse]:
    cache = Path(os.environ.get("HOTLINE_CACHE") or "~/.cache/hotline").expanduser()
    state = tmp_path_factory.mktemp("bs")
    with speech_house(get_asterisk(cache, print), state, calls=100) as house:
        yield house


@pytest.fixture(scope="module")
def carrier(house: SpeechHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carrier]:
    cache = Path(os.environ.get("HOTLINE_CACHE") or "~/.cache/hotline").expanduser()
    settings = house.pbx.settings
    carrier = Carrier(
        get_asterisk(cache, print),
        tmp_path_factory.mktemp("bc"),
        settings.prompts,
        settings.carrier_port,
        settings.sip_port,
    )
    carrier.start([])
    yield carrier
    carrier.stop()


def test_turns_are_quick_cheap_and_leave_nothing(
    house: SpeechHouse, carrier: Carrier, capsys: pytest.CaptureFixture[str]
) -> None:
    at_once, turns = map(int, os.environ.get("HOTLINE_BENCH_SPEECH", "10x200").split("x"))
    start_media(house)
    run_turns(house, carrier, at_once, at_once)  # everything loaded once
    before = costs(house)
    began = time.monotonic()
    measured, during = run_turns(house, carrier, at_once, turns)
    seconds = time.monotonic() - began
    house.pbx.wait_quiet()
    after = costs(house)
    with capsys.disabled():
        print("\n" + "\n".join(report(at_once, seconds, measured, before, during, after)))
    assert len(measured.turns) >= turns
    assert not [heard for heard in measured.turns if not (heard.deaf or heard.guesses)]
    assert MODEL or measured.deaf <= turns / 50, "a busy box may be late now and then"
    media = after["media server"], before["media server"]
    assert media[0].files <= media[1].files + 2
    assert media[0].memory < media[1].memory + 16
    assert after["Asterisk"].files <= before["Asterisk"].files + 5


def start_media(house: SpeechHouse) -> None:
    """With the recognisers that are measured."""
    if MODEL is None:
        house.media.start()
        return
    house.media.start_with(MODEL, house.pbx.settings.installation_secret)
    house.wait_for_ears()


def run_turns(
    house: SpeechHouse, carrier: Carrier, at_once: int, turns: int
) -> tuple[Measured, dict[str, Cost]]:
    """Everybody has their share of the turns; returns the costs while all are speaking, too."""
    measured, each = Measured(), max(1, turns // at_once)

    def play(caller: TelephoneCaller, number: str) -> None:
        heard = measured.heard.setdefault(number, [])
        for _ in range(each):
            heard.append(caller.listen(Sentence((LONG,)), LISTENING))
            if heard[-1].deaf:  # a full box asks by keys, as the flow's engine does
                caller.ask(Sentence((LONG,)), 2.0)
        caller.say(Sentence((LONG,)), "")

    house.play = play
    phones = [carrier.dial("12328", f"1390001{number:04}") for number in range(at_once)]
    people = [threading.Thread(target=speak, args=(one, each, measured)) for one in phones]
    for person in people:
        person.start()
    people[0].join(5)
    during = costs(house)
    for person in people:
        person.join()
    for phone in phones:
        phone.hang_up()
        house.heard.get(timeout=30)
    return measured, during


def speak(phone: Phone, turns: int, measured: Measured) -> None:
    """Speaks into each question, half a second to a second after it began."""
    words: list[tuple[float, float]] = []
    said = measured.said.setdefault(phone.number, [])
    phone.hums(noise(5.0))
    for _ in range(turns):
        text = random.choice(LISTENING.phrases) if MODEL else LISTENING.phrases[0]
        sound = utterance(text)
        said.append(text)
        wait_for("a question", phone.hears_anything, seconds=60, pause=0.02)
        time.sleep(random.uniform(0.5, 1.0))  # a person's thinking
        at = len(phone.said_at)
        phone.says(sound)
        wait_for("said", phone.has_said, seconds=60, pause=0.02)
        words.append((phone.said_at[at], phone.said_at[-1]))
        wait_for("our words stopped", lambda: not phone.hears_anything(), seconds=60, pause=0.02)
    wait_for("the next words", phone.hears_anything, seconds=60, pause=0.02)
    loud = phone.loud_moments()
    for first, last in words:
        before = [moment for moment in loud if moment < last + GAP]
        stopped = max((m for m in before if _quiet_after(loud, m)), default=None)
        began = min((m for m in loud if m > last + GAP), default=None)
        if stopped is not None and began is not None:
            measured.barge_in.append((stopped - first) * 1000)
            measured.next_words.append((began - last) * 1000)


def _quiet_after(loud: list[float], moment: float) -> bool:
    return not any(moment < other < moment + GAP for other in loud)


def utterance(text: str) -> Sound:
    """A phrase for the real recogniser, a voice for the one by rule."""
    words = spoken(text, LEVEL) if MODEL else vowel(0.8, level=LEVEL)
    sound: Sound = words + noise(len(words) / RATE)[: len(words)]
    return sound


def noise(seconds: float) -> Sound:
    level = LEVEL * 10 ** (-float(_NOISE) / 20) if _NOISE else 0.0
    return hiss(seconds + 0.1, level)


def costs(house: SpeechHouse) -> dict[str, Cost]:
    """What each process has used until now."""
    recognisers = [cost_of(pid) for pid in descendants(house.media.pid)]
    return {
        "Asterisk": cost_of(house.pbx.pid),
        "media server": cost_of(house.media.pid),
        "recognisers": sum(recognisers, Cost()),
    }


def report(
    at_once: int,
    seconds: float,
    measured: Measured,
    before: dict[str, Cost],
    during: dict[str, Cost],
    after: dict[str, Cost],
) -> Iterator[str]:
    count = len(measured.turns)
    yield (
        f"{count} turns, {measured.right} right, {measured.deaf} by keys, "
        f"{at_once} at once, {seconds:.0f} s"
    )
    for name, values in (
        ("barge-in → our words stop", measured.barge_in),
        ("last word → next words", measured.next_words),
    ):
        ordered = sorted(values)
        p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        yield f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {ordered[-1]:.0f} ms"
    yield "| process | CPU % a call | MB before | MB during | MB after | files before | after |"
    for name, old in before.items():
        new = after[name]
        share = (new.cpu - old.cpu) / seconds / at_once * 100
        yield (
            f"| {name} | {share:.2f} | {old.memory:.0f} | {during[name].memory:.0f} "
            f"| {new.memory:.0f} | {old.files} | {new.files} |"
        )
