"""Words a machine wrote down of voice messages: kept beside the recording, and gone with it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from ticketing.calls.merge import insert_if_new
from ticketing.calls.news import tell
from ticketing.recordings.ledger import MESSAGE
from ticketing.records.recordings import Recording, RecordingTranscript

STILL_WAITED_FOR: Final = timedelta(days=30)
"""Nobody confirms a draft from an older message any more."""


def next_message(session: Session, moment: datetime) -> Recording | None:
    """The newest stored message without words: whoever called last is waited for most."""
    written = exists().where(RecordingTranscript.recording_id == Recording.id)
    return session.scalars(
        select(Recording)
        .where(
            Recording.state == "stored",
            Recording.kind == MESSAGE,
            Recording.started_at >= moment - STILL_WAITED_FOR,
            ~written,
        )
        .order_by(Recording.id.desc())
        .limit(1)
    ).first()


def keep_words(
    session: Session, moment: datetime, recording_id: int, text: str, model: str
) -> bool:
    """Keeps the first writing; False when there was one, or the recording is gone meanwhile."""
    recording = session.get(Recording, recording_id, with_for_update=True)
    if recording is None or recording.state != "stored":
        return False
    row = {"recording_id": recording_id, "text": text, "model": model[:128], "made_at": moment}
    if not insert_if_new(session, RecordingTranscript, row):
        return False
    tell(session, moment, "recording.stored", recording.stretch, call_key=recording.call_key)
    return True


def words_of(session: Session, recording_ids: Iterable[int]) -> Mapping[int, RecordingTranscript]:
    """Recording → its words, where there are any."""
    rows = session.scalars(
        select(RecordingTranscript).where(
            RecordingTranscript.recording_id.in_(list(recording_ids)),
            RecordingTranscript.text != "",
        )
    )
    return {row.recording_id: row for row in rows}


def forget_words(session: Session, recording_id: int) -> None:
    """With the recording its words go too."""
    session.execute(
        delete(RecordingTranscript).where(RecordingTranscript.recording_id == recording_id)
    )
