"""The two-sided file of a call: the citizen on the left, everybody who talked to them on the right.

Made off-line from what each party said, every stretch where it began on the call's time line, so
no change of partner in mid-call can lose a direction.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from ticketing.recordings.ledger import CONVERSATION, VOICE, Stretch, announce, of_node
from ticketing.recordings.opus import Part
from ticketing.records.calls import Call
from ticketing.records.recordings import Recording

_CALLER: Final = "caller"
_OUTSIDE: Final = "outside"
LEFT, RIGHT = 0, 1


def conversation_stretch(call_key: str) -> str:
    return f"{call_key}-{CONVERSATION}"


def finished_calls(session: Session, systemname: str, limit: int = 500) -> Sequence[str]:
    """Calls that are over and still have files of Asterisk's."""
    return session.scalars(
        select(Recording.call_key)
        .join(Call, Call.key == Recording.call_key)
        .where(
            Recording.source_file != literal_column("''"),  # as the partial index says it
            Call.ended_at.is_not(None),
            of_node(systemname),
        )
        .distinct()
        .limit(limit)
    ).all()


def recordings_of(session: Session, call_key: str) -> Sequence[Recording]:
    query = select(Recording).where(Recording.call_key == call_key)
    return session.scalars(query.order_by(Recording.started_at, Recording.id)).all()


def is_wanted(recordings: Sequence[Recording]) -> bool:
    """There are two sides to hear."""
    sides = {side_of(one, recordings) for one in recordings if _usable(one)}
    return sides == {LEFT, RIGHT}


def begin(session: Session, recordings: Sequence[Recording]) -> None:
    """The conversation gets its row, like any recording, before it gets its file."""
    first = min(one.started_at for one in recordings if _usable(one))
    key = recordings[0].call_key
    announce(session, Stretch(conversation_stretch(key), key, CONVERSATION, ""), first)


def parts_of(
    conversation: Recording, recordings: Sequence[Recording], monitor: Path
) -> Sequence[Part]:
    """Where each stretch lies in the conversation."""
    return [
        Part(
            monitor / Path(one.source_file).name,
            max(0, round((one.started_at - conversation.started_at).total_seconds() * 1000)),
            side_of(one, recordings),
        )
        for one in recordings
        if _usable(one)
    ]


def side_of(one: Recording, recordings: Sequence[Recording]) -> int:
    """Left is the citizen: the caller, on a call out the outside leg; between seats who called."""
    for role in (_CALLER, _OUTSIDE):
        if any(other.role == role for other in recordings):
            return LEFT if one.role == role else RIGHT
    first = min(recordings, key=lambda other: (other.started_at, other.id))
    return LEFT if one.id == first.id else RIGHT


def _usable(one: Recording) -> bool:
    return one.kind == VOICE and one.state == "stored" and one.source_file != ""
