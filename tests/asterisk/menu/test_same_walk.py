"""A flow of nearly every kind of step, by a real call and by the simulator: same path, same words.

The draft is on trial for one caller's number, as an editor would call it.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agi.shelf import Shelf
from ivr_flows.bundle import gather
from ivr_flows.prompts.build import sentences
from ivr_flows.simulation.caller import Did
from ivr_flows.simulation.data import Act, Facts
from ivr_flows.simulation.run import Simulation, simulate
from tests.asterisk.carrier import Carrier
from tests.asterisk.menu.house import MenuCall, MenuHouse
from tests.asterisk.sound import tone, write_wav
from tests.menus import published, shipped_texts
from tests.waiting import wait_for
from ticketing.clock import SystemClock
from ticketing.menu import end_trial
from ticketing.people.person import process

CALLER = "13900007777"
FLOW = """flow: "12328"
title: 每种步骤
steps:
  hello: {do: say, text: 甲、试验开始。}
  by_switch: {do: branch, on: switch, of: nobody, cases: {"on": bye, "off": by_number}}
  by_number: {do: branch, on: dialled, cases: {"12328": by_group}, otherwise: bye}
  by_group: {do: branch, on: group, cases: {truck_driver: bye}}
  pick: {do: menu, text: 乙、请选择。, keys: {"1": ask, "2": bye}, repeat: "9"}
  ask: {do: choose, text: 丙、请回答。, sets: answer, answers: {"1": 是, "2": 否}}
  number: {do: digits, text: 丁、请输入号码。, sets: entry, min: 2, max: 4}
  told: {do: say, text: "戊、您输入的是{entry}。"}
  by_entry: {do: branch, on: variable, of: entry, cases: {"9876": visit}, otherwise: bye}
  visit: {do: subflow, flow: inner}
  order: {do: query_order, number: entry, phone: caller_number, not_found: lost}
  lost: {do: say, text: 己、没有这个工单。}
  road: {do: road, number: entry, clear: bye, never: bye, unknown: slow}
  slow: {do: pace, speed: usual}
  vote: {do: useful, text: 庚、有用吗。, topic: etc, wait: 2}
  want: {do: offer, text: 辛、要不要。, accepted: bye, wait: 2}
  call_me: {do: offer_callback, text: 壬、要不要回电。, accepted: bye, wait: 2}
  rate: {do: survey, text: 癸、请评价。, question: service}
  stop: {do: unsubscribe, none: words}
  words:
    do: listen
    text: 子、请说。
    keys: {"1": leave_word}
    intents: {a: {title: 投诉, phrases: [投诉], next: bye}}
  leave_word: {do: record_message, text: 丑、请留言。, kind: consult, topic: 其他, silence: 2}
  open_it: {do: open_order, kind: consult, topic: 其他, sets: second}
  keep: {do: remember, group: direct}
  mail: {do: offer_message, text: 寅、要不要留言。, wait: 2}
  out: {do: transfer, number: "12306", refused: news}
  news: {do: lookup, what: announcement, none: bye}
  bye: {do: hang_up, text: 卯、再见。}
"""
INNER = """flow: inner
title: 里面
steps:
  pin: {do: digits, text: 辰、请输入密码。, sets: pin, min: 4, max: 4, sensitive: "yes"}
  done: {do: back}
"""
ACTS = (
    *(Act(key=key) for key in ("9", "1", "5", "2", "9876", "4711", "1")),
    *(Act(silence=True), Act(silence=True), Act(key="5"), Act(key="1")),
    *(Act(words="东西丢在公交车上了"), Act(silence=True)),
)
SPEAKS = 3.0
"""Seconds the caller talks."""


@pytest.fixture
def texts(menu: MenuHouse, menu_state: Path) -> Iterator[dict[str, str]]:
    """On trial for the caller, each phrase with tones of its own; then the trial is over."""
    texts = {**shipped_texts(), "12328": FLOW, "inner": INNER}
    for index, phrase in enumerate(sorted(sentences([gather("12328", texts.get)]))):
        pair = 430 + 61 * (index % 14), 1700 + 130 * (index // 14)
        write_wav(menu.phrases(phrase), tone(*pair, seconds=1.0))
    published(menu.database, texts, callers=(CALLER,))
    shelf = Shelf(menu_state / "flows" / "published")

    def is_on_trial() -> bool:
        now = shelf.aliases()
        return now is not None and now.trial is not None and CALLER in now.trial.callers

    wait_for("the caller gets the trial", is_on_trial, seconds=60)
    yield texts
    with menu.database.transaction() as session:
        end_trial(session, SystemClock().now(), process("test"), "试完了")
    menu.phrases.make()


def test_a_real_call_and_the_simulator_walk_the_same_steps_and_hear_the_same_words(
    menu: MenuHouse, carrier: Carrier, texts: dict[str, str]
) -> None:
    bundle = gather("12328", texts.get)
    went = simulate(bundle, Facts(caller=CALLER, deaf=True), ACTS)
    assert went.ending is not None, went.waiting
    call = menu.dial(carrier, CALLER)
    _live_through(menu, call, went, sentences([bundle]))
    call.phone.waits_for_end()
    wait_for("the walk is written", lambda: menu.row(call).flow_ending == "hangup" or None)
    real = [(one.flow, one.step, one.kind, one.pressed, one.outcome) for one in menu.steps(call)]
    simulated = [(one.flow, one.step, one.kind, one.key, one.outcome) for one in went.path]
    assert real == simulated
    assert {kind for _, _, kind, _, _ in real} >= {"say", "menu", "digits", "listen", "transfer"}


def _live_through(
    menu: MenuHouse, call: MenuCall, went: Simulation, phrases: tuple[str, ...]
) -> None:
    """The telephone hears what the simulator heard, in its order, and does what it did."""
    for line in went.lines:
        if line.did is Did.KEY:
            call.phone.press(line.text)
        elif line.did is Did.WORDS:
            call.phone.speaks(1450)
            time.sleep(SPEAKS)  # as long as a person speaks: not a wait for anything
            call.phone.speaks(None)
        elif line.did is Did.SAID:
            for phrase in _in(line.text, phrases):
                call.phone.hears(menu.phrases(phrase), seconds=60)


def _in(text: str, phrases: tuple[str, ...]) -> list[str]:
    """The fixed phrases of a sentence, in order."""
    found = [(text.find(phrase), phrase) for phrase in phrases if len(phrase) > 2]
    return [phrase for place, phrase in sorted(found) if place >= 0]
