"""Where the menu misunderstood its callers, what they really said, and the set made of it.

Sensitive entries (bullets in the journal) are in none of it: nobody listens to them again.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import NotFound
from ticketing.people.audit import record_audit
from ticketing.recordings.ledger import SPEECH
from ticketing.records.calls import CallStep
from ticketing.records.recordings import Recording
from ticketing.records.speech import SpeechLabel

KEYS: Final = tuple("123456789*#")
_LISTEN: Final = "listen"
_NOTHING_KNOWN: Final = "…"
_HIDDEN: Final = "•"


class Misheard(StrEnum):
    """Why a turn is looked at again; one may have several."""

    UNKNOWN = "unknown"  # something was said that is none of the step's phrases
    DENIED = "denied"  # asked back, and the caller said no
    KEYS = "keys"  # words first, but keys in the end
    PERSON = "person"  # asked for a person


@dataclass(frozen=True, slots=True)
class TurnFilter:
    """What the list is narrowed to; empty or None: not by it."""

    reason: Misheard | None = None
    flow: str = ""
    step: str = ""
    labelled: bool | None = None


@dataclass(frozen=True, slots=True)
class StepCount:
    """One step over some days."""

    flow: str
    step: str
    label: str
    spoken: int
    """How often callers spoke in it, understood or not."""
    misheard: int
    by_reason: Mapping[Misheard, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One sound with what was said in it."""

    recording: Recording
    step: CallStep
    said: str


def misheard_turns(
    session: Session,
    wanted: TurnFilter,
    no: Collection[str],
    after: int | None,
    limit: int,
) -> Sequence[CallStep]:
    """Newest first, ids below `after`; `no`: what a caller says who means no."""
    return session.scalars(turns_query(wanted, no, after, limit)).all()


def turns_query(
    wanted: TurnFilter, no: Collection[str], after: int | None, limit: int
) -> Select[CallStep]:
    """Stands alone so that a test can read its plan."""
    reasons = _reasons(no)
    chosen = reasons[wanted.reason] if wanted.reason else or_(*reasons.values())
    query = select(CallStep).where(_spoken(), chosen).order_by(CallStep.id.desc()).limit(limit)
    if after is not None:
        query = query.where(CallStep.id < after)
    if wanted.flow:
        query = query.where(CallStep.flow == wanted.flow)
    if wanted.step:
        query = query.where(CallStep.step == wanted.step)
    if wanted.labelled is not None:
        has_label = exists().where(SpeechLabel.step_id == CallStep.id)
        query = query.where(has_label if wanted.labelled else ~has_label)
    return query


def reasons_of(step: CallStep, no: Collection[str]) -> list[Misheard]:
    """Why this step is in the list."""
    found = {
        Misheard.UNKNOWN: _NOTHING_KNOWN in step.said,
        Misheard.DENIED: not set(step.said.split()).isdisjoint(no),
        Misheard.KEYS: step.kind == _LISTEN and step.outcome in KEYS,
        Misheard.PERSON: step.outcome == "person",
    }
    return [reason for reason, is_so in found.items() if is_so]


def step_counts(
    session: Session, since: datetime, until: datetime, no: Collection[str]
) -> list[StepCount]:
    """Most misunderstood first; steps that always understood are among them."""
    reasons = _reasons(no)
    rows = session.execute(
        select(
            CallStep.flow,
            CallStep.step,
            func.max(CallStep.label),
            func.count(),
            _sum(or_(*reasons.values())),
            *(_sum(is_so) for is_so in reasons.values()),
        )
        .where(_spoken(), CallStep.at >= since, CallStep.at < until)
        .group_by(CallStep.flow, CallStep.step)
    )
    found = [
        StepCount(flow, step, label, spoken, misheard, dict(zip(reasons, sums, strict=True)))
        for flow, step, label, spoken, misheard, *sums in rows
    ]
    return sorted(found, key=lambda one: (-one.misheard, one.flow, one.step))


def sounds_of(session: Session, steps: Sequence[CallStep]) -> dict[int, list[Recording]]:
    """Step → what was recorded while it listened, in order; a step may listen several times."""
    keys = {step.call_key for step in steps}
    query = select(Recording).where(Recording.call_key.in_(keys), Recording.kind == SPEECH)
    by_call = defaultdict(list)
    for recording in session.scalars(query.order_by(Recording.started_at, Recording.id)):
        by_call[recording.call_key].append(recording)
    return {
        step.id: [one for one in by_call[step.call_key] if _was_in(step, one)] for step in steps
    }


def labels_of(session: Session, recording_ids: Collection[int]) -> dict[int, SpeechLabel]:
    """Recording → its newest label."""
    rows = session.scalars(
        select(SpeechLabel)
        .where(SpeechLabel.recording_id.in_(recording_ids))
        .order_by(SpeechLabel.id)
    )
    return {row.recording_id: row for row in rows}


def label_turn(
    session: Session, moment: datetime, by: Actor, step_id: int, recording_id: int, said: str
) -> CallStep:
    """Writes down what was said; earlier labels stay. Raises NotFound."""
    step = session.scalars(select(CallStep).where(CallStep.id == step_id, _spoken())).one_or_none()
    if step is None:
        raise NotFound("call_step", step_id)
    if recording_id not in {one.id for one in sounds_of(session, [step])[step.id]}:
        raise NotFound("recording", recording_id)
    row = SpeechLabel(
        recording_id=recording_id, step_id=step_id, said=said, done_by=by.login[:64], at=moment
    )
    session.add(row)
    session.flush()
    detail = {"flow": step.flow, "step": step.step, "call_key": step.call_key}
    record_audit(session, moment, by, "speech.label", "recording", str(recording_id), detail=detail)
    return step


def labelled_turns(session: Session, limit: int) -> list[Labelled]:
    """The newest labels of sounds that are still there, newest first."""
    newest = select(func.max(SpeechLabel.id)).group_by(SpeechLabel.recording_id)
    rows = session.execute(
        select(Recording, CallStep, SpeechLabel.said)
        .join(SpeechLabel, SpeechLabel.recording_id == Recording.id)
        .join(CallStep, CallStep.id == SpeechLabel.step_id)
        .where(SpeechLabel.id.in_(newest), Recording.state == "stored")
        .order_by(SpeechLabel.id.desc())
        .limit(limit)
    )
    return [Labelled(*row) for row in rows]


def _spoken() -> ColumnElement[bool]:
    # written out as the index has it: a bound value would keep SQLite from using it
    return and_(
        CallStep.said != literal("", literal_execute=True), ~CallStep.said.contains(_HIDDEN)
    )


def _reasons(no: Collection[str]) -> dict[Misheard, ColumnElement[bool]]:
    words = literal(" ") + CallStep.said + literal(" ")
    return {
        Misheard.UNKNOWN: CallStep.said.contains(_NOTHING_KNOWN),
        Misheard.DENIED: or_(*(words.contains(f" {word} ", autoescape=True) for word in no)),
        Misheard.KEYS: and_(CallStep.kind == _LISTEN, CallStep.outcome.in_(KEYS)),
        Misheard.PERSON: CallStep.outcome == "person",
    }


def _sum(is_so: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((is_so, 1), else_=0)), 0)


def _was_in(step: CallStep, recording: Recording) -> bool:
    # told when its words are over, so the last of a step stands just before the next step's begin
    ended = step.at + timedelta(seconds=step.seconds)
    return recording.stretch == step.stretch or step.at <= recording.started_at < ended
