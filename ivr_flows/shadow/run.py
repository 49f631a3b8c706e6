"""Walks past calls through their own version and through the draft, and counts what differs.

Both walks have the same acts and the same answers, so a difference is the texts' alone. Alike
calls are walked once.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ivr_flows.bundle import Bundle
from ivr_flows.shadow.acts import turns_of
from ivr_flows.shadow.business import RecordedBusiness
from ivr_flows.shadow.journal import PastCall
from ivr_flows.simulation.caller import Did, Turn
from ivr_flows.simulation.data import Act, Facts
from ivr_flows.simulation.endings import ended_as
from ivr_flows.simulation.run import Line, Simulation, simulate_with
from ivr_flows.surroundings import Surroundings

MOST_EXAMPLES: Final = 20

Versions = Callable[[PastCall], Bundle | None]
"""The flows a past call was led by; None: they are not kept any more."""


class Differs(StrEnum):
    """What is otherwise, the gravest first."""

    ENDING = "ending"
    PATH = "path"
    WORDS = "words"


@dataclass(frozen=True)
class Difference:
    """Where two walks part."""

    differs: Differs
    live: str
    """Chinese: what came there then."""
    draft: str


@dataclass(frozen=True)
class Compared:
    """One kind of call and how many of them there were."""

    call_key: str
    acts: tuple[str, ...]
    live_ending: str
    draft_ending: str
    first_difference: Difference
    calls: int


@dataclass
class Shadow:
    """A day's calls against the draft."""

    calls: int = 0
    same: int = 0
    differing: Counter[Differs] = field(default_factory=Counter)
    unclear: int = 0
    """The journal does not suffice to say."""
    examples: list[Compared] = field(default_factory=list)
    assumed: Counter[str] = field(default_factory=Counter)
    """What the draft asked and the past cannot answer → calls."""


def shadow(
    calls: Iterable[PastCall],
    versions: Versions,
    drafts: Callable[[str], Bundle | None],
    around: Surroundings | None = None,
) -> Shadow:
    """`drafts` gives the draft of a main flow, None when it has none any more."""
    alike: dict[tuple[object, ...], list[PastCall]] = {}
    for call in calls:
        alike.setdefault(call.likeness, []).append(call)
    made = Shadow()
    for same in alike.values():
        _add(made, same, versions(same[0]), drafts(same[0].flow), around or Surroundings())
    gravest = list(Differs)
    made.examples.sort(key=lambda one: (gravest.index(one.first_difference.differs), -one.calls))
    del made.examples[MOST_EXAMPLES:]
    return made


def _add(
    made: Shadow,
    alike: list[PastCall],
    live: Bundle | None,
    draft: Bundle | None,
    around: Surroundings,
) -> None:
    call, count = alike[0], len(alike)
    made.calls += count
    if live is None or draft is None:
        made.unclear += count
        return
    turns = turns_of(call, live)
    then, _ = _walk(call, live, live, turns, around)
    if not _as_written(then, call):
        made.unclear += count
        return
    now, assumed = _walk(call, draft, live, turns, around)
    made.assumed.update(dict.fromkeys(assumed, count))
    difference = _difference(then, now)
    if difference is None:
        made.same += count
        return
    made.differing[difference.differs] += count
    acts = tuple(turn.shown for turn in turns if isinstance(turn, Act))
    ends = _ends(then), _ends(now)
    made.examples.append(Compared(call.key, acts, *ends, difference, count))


def _walk(
    call: PastCall, bundle: Bundle, own: Bundle, turns: list[Turn], around: Surroundings
) -> tuple[Simulation, list[str]]:
    """Through `bundle`, with the answers the call got in its `own` version."""
    business = RecordedBusiness(call, own)
    facts = Facts(caller=_digits(call.caller), dialled=_digits(call.dialled), at=call.at)
    went = simulate_with(bundle, facts, turns, business, around, [])
    return went, list(business.assumed)


def _digits(number: str) -> str:
    return "".join(char for char in number if char in "0123456789")[:20]


def _as_written(went: Simulation, call: PastCall) -> bool:
    """The acts lead through the call's own version just as its journal says."""
    walked = [(one.flow, one.step, one.outcome) for one in went.path]
    return walked == [(one.flow, one.step, one.outcome) for one in call.steps]


def _difference(then: Simulation, now: Simulation) -> Difference | None:
    if _ends(then) != _ends(now):
        differs = Differs.ENDING
    elif [(one.where, one.outcome) for one in then.path] != [
        (one.where, one.outcome) for one in now.path
    ]:
        differs = Differs.PATH
    elif then.said != now.said:
        differs = Differs.WORDS
    else:
        return None
    before, after = _told(then, differs), _told(now, differs)
    place = next(
        (i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]),
        min(len(before), len(after)),
    )
    return Difference(differs, _at(before, place, _ends(then)), _at(after, place, _ends(now)))


def _told(went: Simulation, differs: Differs) -> list[str]:
    """The walk as a person reads it; where only the way differs, without its words."""
    if differs is Differs.WORDS:
        return [_line(line) for line in went.lines if line.did is Did.SAID]
    return [f"{one.where}（{one.outcome}）" for one in went.path]


def _line(line: Line) -> str:
    return f"{line.flow}.{line.step}：{line.text}" if line.step else line.text


def _at(told: list[str], place: int, ends: str) -> str:
    return told[place] if place < len(told) else ends


def _ends(went: Simulation) -> str:
    if went.waiting is not None:
        return f"停在 {went.waiting.flow}.{went.waiting.step} 等待来电人"
    return ended_as(went.ending).words if went.ending is not None else ""
