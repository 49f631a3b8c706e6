"""Who speaks: takes of the phrases and the installation's voice, as they were at any moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput
from ticketing.people.audit import record_audit
from ticketing.records.prompts import PromptTake, PromptVoice


@dataclass(frozen=True, slots=True)
class NewTake:
    """A recording that callers hear from now on; no speaker: taken back."""

    phrase: str
    text: str
    speaker: str = ""
    original: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said a phrase."""

    name: str
    """A person's, or the voice's name and version."""
    is_person: bool
    since: datetime | None
    take: int = 0
    """Which take of the phrase, from 1; 0 for the voice."""


def note_take(session: Session, moment: datetime, by: Actor, made: NewTake) -> PromptTake:
    """Keeps who spoke what; the sound itself lies with the flows."""
    if made.original and not made.speaker.strip():
        raise InvalidInput((Finding("speaker", "请填写录音人"),))
    row = PromptTake(
        phrase=made.phrase,
        text=made.text,
        speaker=made.speaker.strip(),
        original=made.original,
        seconds=made.seconds,
        done_by=by.login[:64],
        at=moment,
    )
    session.add(row)
    session.flush()
    record_audit(
        session,
        moment,
        by,
        "prompt.record" if made.original else "prompt.take_back",
        "prompt",
        made.phrase,
        detail={"text": made.text[:200], "speaker": row.speaker, "original": made.original},
    )
    return row


def note_voice(session: Session, moment: datetime, name: str) -> bool:
    """The installation's voice, told at every start; kept when it is another than before."""
    last = session.scalars(select(PromptVoice).order_by(PromptVoice.id.desc()).limit(1)).first()
    if last is not None and last.name == name[:128]:
        return False
    session.add(PromptVoice(name=name[:128], at=moment))
    session.flush()
    return True


def takes(session: Session, phrase: str) -> Sequence[PromptTake]:
    """All takes of a phrase, newest first."""
    return session.scalars(
        select(PromptTake).where(PromptTake.phrase == phrase).order_by(PromptTake.id.desc())
    ).all()


def newest_takes(session: Session) -> Mapping[str, PromptTake]:
    """Phrase → its newest take."""
    newest = select(func.max(PromptTake.id)).group_by(PromptTake.phrase)
    return {
        row.phrase: row
        for row in session.scalars(select(PromptTake).where(PromptTake.id.in_(newest)))
    }


def speakers_at(
    session: Session, phrases: Sequence[str], moment: datetime
) -> Mapping[str, Speaker]:
    """Who said each of these phrases at that moment."""
    found = {phrase: _voice_at(session, moment) for phrase in phrases}
    numbers: dict[str, int] = {}
    for row in session.scalars(
        select(PromptTake)
        .where(PromptTake.phrase.in_(list(found)), PromptTake.at <= moment)
        .order_by(PromptTake.id)
    ):
        numbers[row.phrase] = numbers.get(row.phrase, 0) + bool(row.original)
        found[row.phrase] = (
            Speaker(row.speaker, True, row.at, numbers[row.phrase])
            if row.original
            else _voice_at(session, moment)
        )
    return found


def _voice_at(session: Session, moment: datetime) -> Speaker:
    row = session.scalars(
        select(PromptVoice).where(PromptVoice.at <= moment).order_by(PromptVoice.id.desc()).limit(1)
    ).first()
    return Speaker(row.name if row else "", False, row.at if row else None)
