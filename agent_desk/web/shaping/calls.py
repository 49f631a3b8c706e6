"""Calls in the form of the API: lists, one call whole, a caller's past, the pop."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from agent_desk.live.shapes import Viewer
from agent_desk.web.shapes.calls import (
    CallShape,
    CallSummary,
    Past,
    RecordingShape,
    Step,
    TalkShape,
)
from agent_desk.web.shaping.numbers import Sight
from agent_desk.web.shaping.summaries import order_summaries
from ticketing.calls.summary import CallFacts, facts_of
from ticketing.calls.views import WholeCall, caller_past, one_call
from ticketing.clock import Clock
from ticketing.recordings.transcripts import words_of
from ticketing.recordings.views import held_ids
from ticketing.records.calls import Call, CallStep
from ticketing.records.recordings import Recording


class PopShaper:
    """What an agent's screen gets when the phone rings (agent_desk.live.desk.PopQuery)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, session: Session, call_key: str, viewer: Viewer) -> dict[str, Any]:
        """At a seat a ringing call is shown unmasked: its agent will talk to this very person."""
        at_a_seat = viewer.extension is not None
        sight, moment = Sight(viewer.sees_numbers or at_a_seat), self._clock.now()
        call = call_shape(session, call_key, sight, moment)
        past = past_shape(session, call_key, sight, moment)
        return {"call": call.model_dump(mode="json"), "past": past.model_dump(mode="json")}


def call_summaries(session: Session, calls: Sequence[Call], sight: Sight) -> list[CallSummary]:
    facts = facts_of(session, calls)
    return [CallSummary(**_summary(call, facts[call.key], sight)) for call in calls]


def call_shape(session: Session, key: str, sight: Sight, moment: datetime) -> CallShape:
    """Raises NotFound."""
    whole = one_call(session, key)
    facts = facts_of(session, [whole.call])[key]
    return CallShape(
        **_summary(whole.call, facts, sight),
        notice_version=whole.call.notice_version,
        notice_whole=whole.call.notice_whole,
        caller_group=whole.call.caller_group,
        steps=[_step(step, sight) for step in whole.steps],
        talks=_talks(whole),
        recordings=recording_shapes(session, whole.recordings, sight),
        work_orders=order_summaries(session, whole.work_orders, sight, moment),
    )


def past_shape(session: Session, key: str, sight: Sight, moment: datetime) -> Past:
    """What the caller of call `key` brought before. Raises NotFound."""
    number = one_call(session, key).call.caller_number
    past = caller_past(session, number, without=key)
    return Past(
        calls=call_summaries(session, past.calls, sight),
        work_orders=order_summaries(session, past.work_orders, sight, moment),
    )


_ADDED = frozenset({"on_hold", "waveform", "words", "words_model"})
"""Of a recording's shape, what its row does not have."""


def recording_shapes(
    session: Session, recordings: Sequence[Recording], sight: Sight
) -> list[RecordingShape]:
    """With what holds them and what a machine wrote down of them."""
    ids = [recording.id for recording in recordings]
    held, words = held_ids(session, ids), words_of(session, ids)
    return [
        RecordingShape(
            **{
                name: getattr(recording, name)
                for name in RecordingShape.model_fields
                if name not in _ADDED
            },
            waveform=recording.waveform or {},
            on_hold=recording.id in held,
            words=sight.said(words[recording.id].text) if recording.id in words else "",
            words_model=words[recording.id].model if recording.id in words else "",
        )
        for recording in recordings
    ]


def _summary(call: Call, facts: CallFacts, sight: Sight) -> dict[str, Any]:
    fields = {name: getattr(call, name) for name in CallSummary.model_fields if hasattr(call, name)}
    return fields | {
        "caller_number": sight.number(call.caller_number),
        "user_name": facts.user_name,
        "wait_seconds": _seconds(facts.waited),
        "talk_seconds": _seconds(facts.talked),
    }


def _step(step: CallStep, sight: Sight) -> Step:
    shape = Step.model_validate(step)
    learned = {name: sight.said(text) for name, text in shape.learned.items()}
    return shape.model_copy(update={"said": sight.said(shape.said), "learned": learned})


def _talks(whole: WholeCall) -> list[TalkShape]:
    return [
        TalkShape(
            leg=named.talk.leg,
            extension=named.talk.extension,
            user_id=named.talk.user_id,
            user_name=named.user_name,
            queue=named.talk.queue,
            rung_at=named.talk.rung_at,
            answered_at=named.talk.answered_at,
            ended_at=named.talk.ended_at,
            end_reason=named.talk.end_reason,
        )
        for named in whole.talks
    ]


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
