"""A day's calls from the journal into the shadow run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from ivr_flows.bundle import Bundle, gather
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.shadow.journal import PastCall, PastStep
from ivr_flows.shadow.run import Shadow, shadow
from ivr_flows.surroundings import Surroundings
from ticketing.calls.past_walks import PastWalk, past_walks
from ticketing.clock import SHANGHAI
from ticketing.errors import NotFound
from ticketing.menu import find_version

MOST_CALLS: Final = 5000
"""A province's whole day; alike calls are walked once."""


@dataclass(frozen=True, slots=True)
class PastDay:
    """What is needed of the database, so that the walking needs none."""

    calls: tuple[PastCall, ...]
    more: bool
    versions: Mapping[str, Mapping[str, str]]
    """Texts by the version's label in the journal."""


def past_day(session: Session, day: date) -> PastDay:
    since = datetime.combine(day, time(), SHANGHAI)
    walks, more = past_walks(session, since, since + timedelta(days=1), MOST_CALLS)
    calls = tuple(map(_past, walks))
    return PastDay(calls, more, _texts(session, {call.version for call in calls}))


def shadow_of(day: PastDay, drafts: Mapping[str, str], around: Surroundings) -> Shadow:
    """Takes seconds of CPU: off the event loop."""
    bundles: dict[tuple[str, str], Bundle | None] = {}

    def live(call: PastCall) -> Bundle | None:
        key = (call.flow, call.version)
        if key not in bundles:
            bundles[key] = _gathered(call.flow, day.versions.get(call.version, {}))
        return bundles[key]

    draft = {name: _gathered(name, drafts) for name in {call.flow for call in day.calls}}
    return shadow(day.calls, live, draft.get, around)


def _gathered(flow: str, texts: Mapping[str, str]) -> Bundle | None:
    try:
        return gather(flow, texts.get)
    except FlowMistakesError:
        return None


def _past(walk: PastWalk) -> PastCall:
    steps = tuple(
        PastStep(one.flow, one.step, one.kind, one.pressed, one.outcome, one.said)
        for one in walk.steps
    )
    call = walk.call
    version = walk.steps[0].flow_version
    at = call.started_at.astimezone(SHANGHAI)
    return PastCall(call.key, call.caller_number, call.dialled, at, version, steps)


def _texts(session: Session, labels: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """A label that is no number is of a time before versions were kept."""
    found: dict[str, Mapping[str, str]] = {}
    for label in labels:
        try:
            found[label] = find_version(session, int(label)).texts
        except (ValueError, NotFound):
            continue
    return found
