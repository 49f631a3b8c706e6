"""What a crash left half done is finished: calls nobody saw end, files nobody announced.

Calls of an Asterisk that was started anew are over: they ended when the last sign of them was
written. Files in the monitor folder without a row get one; nothing is ever deleted here.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.calls import facts
from ticketing.database import Database
from ticketing.recordings import ledger
from ticketing.recordings.wav import Shape, look
from ticketing.records.calls import Call, CallStep, Talk
from ticketing.records.recordings import Recording

logger = logging.getLogger(__name__)

LONGEST_CALL: Final = timedelta(hours=24)
"""A call still open after this is one whose end was never written."""
_SETTLED: Final = timedelta(seconds=60)
"""An event that announces a file is read within seconds; older files have none."""
_NAME: Final = re.compile(r"(?P<call>[A-Za-z0-9.-]{1,64})_(?P<stretch>[A-Za-z0-9.-]{1,96})\.wav")


def close_lost_calls(session: Session, systemname: str, before: datetime, monitor: Path) -> int:
    """Ends every open call of this node that began before `before`; returns how many."""
    lost = open_calls(session, systemname, before)
    for call in lost:
        at = min(before, max(_signs(session, call, monitor)))
        open_talks = select(Talk).where(Talk.call_key == call.key, Talk.ended_at.is_(None))
        for talk in session.scalars(open_talks).all():
            reason = "lost" if talk.answered_at else "unanswered"
            facts.talk_ended(session, call.key, talk.leg, at, reason=reason)
        facts.call_ended(session, call.key, at, lost=True)
        logger.warning("nobody saw the end of call %s; last sign of it at %s", call.key, at)
    return len(lost)


def open_calls(session: Session, systemname: str, before: datetime) -> Sequence[Call]:
    """Calls of this node that began before `before` and whose end nobody has told."""
    return session.scalars(
        select(Call).where(
            Call.ended_at.is_(None),
            Call.started_at < before,
            Call.key.startswith(f"{systemname}-", autoescape=True),
        )
    ).all()


def close_stale_calls(session: Session, systemname: str, now: datetime, monitor: Path) -> int:
    """Ends calls that would have lasted longer than any call does."""
    return close_lost_calls(session, systemname, now - LONGEST_CALL, monitor)


def adopt_orphans(database: Database, systemname: str, monitor: Path, now: datetime) -> int:
    """Gives a row to every settled file that has none; returns how many."""
    adopted = 0
    for path in sorted(monitor.glob("*.wav")) if monitor.exists() else ():
        seen = look(path)
        modified = datetime.fromtimestamp(seen.modified, UTC)
        named = _NAME.fullmatch(path.name)
        if seen.shape is Shape.ABSENT or now - modified < _SETTLED:
            continue
        if named is None or not named["call"].startswith(f"{systemname}-"):
            logger.warning("%s: a file whose name says no call; left where it is", path)
            continue
        began = modified - timedelta(milliseconds=seen.duration_ms)
        with database.reading() as session:  # most files are known: no writer's turn for them
            if _state_of(session, named["stretch"]) is not None:
                continue
        with database.transaction() as session:
            adopted += _adopt(session, named["call"], named["stretch"], path.name, began)
    return adopted


def _adopt(session: Session, call_key: str, stretch: str, file: str, began: datetime) -> bool:
    kind = ledger.kind_of(stretch)
    role = stretch.rpartition("-")[2] if kind == ledger.VOICE else "caller"
    logger.warning("%s: nobody announced this file; it belongs to call %s", file, call_key)
    return ledger.announce(session, ledger.Stretch(stretch, call_key, kind, file, role), began)


def _state_of(session: Session, stretch: str) -> str | None:
    states = select(Recording.state).where(Recording.stretch == stretch)
    return session.scalars(states).one_or_none()


def _signs(session: Session, call: Call, monitor: Path) -> Iterator[datetime]:
    """Every moment at which the call was surely alive."""
    yield call.started_at
    if call.queued_at is not None:
        yield call.queued_at
    yield from session.scalars(select(CallStep.at).where(CallStep.call_key == call.key))
    for talk in session.scalars(select(Talk).where(Talk.call_key == call.key)):
        yield from (at for at in (talk.rung_at, talk.answered_at, talk.ended_at) if at is not None)
    files = select(Recording.source_file).where(Recording.call_key == call.key)
    for name in session.scalars(files):
        seen = look(monitor / Path(name).name) if name else None
        if seen is not None and seen.shape is not Shape.ABSENT:
            yield datetime.fromtimestamp(seen.modified, UTC)
