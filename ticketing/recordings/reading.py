"""Asterisk's logs read on from where the last transaction stopped, and folded into facts.

The offset is saved in the transaction that used the lines: killed at any moment, the worker goes on
with the first line it had not used. A line that cannot be used is logged and passed over.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from ticketing.calls.merge import insert_if_new
from ticketing.database import Database
from ticketing.errors import DatabaseAway
from ticketing.recordings import cel, queue_log
from ticketing.recordings.fold import fold_cel, fold_queue_log
from ticketing.recordings.tail import Position, read_piece
from ticketing.records.recordings import TailOffset

logger = logging.getLogger(__name__)

MOST_PIECES: Final = 20
"""Pieces used in one go: a backlog of hours does not make the worker look hung."""

UseLine = Callable[[Session, str], None]


class LogReader:
    """Reads channel events and queue_log of one Asterisk."""

    def __init__(
        self,
        database: Database,
        systemname: str,
        cel_file: Path,
        queue_log_file: Path,
        on_restart: Callable[[Session, datetime], None],
    ) -> None:
        """`on_restart` is told every start of Asterisk, after all events before it were used."""
        self._database: Final = database
        self._systemname: Final = systemname
        self._cel: Final = cel_file
        self._queue_log: Final = queue_log_file
        self._on_restart: Final = on_restart

    def read_on(self) -> bool:
        """Uses what is new in both files; True: not all of it, there is more.

        queue_log only once the channel events are read to their end: a start of Asterisk closes
        the calls before it, and their last events must have been used by then.
        """
        if self._drain("cel", self._cel, self._use_cel):
            return True
        return self._drain("queue", self._queue_log, self._use_queue_log)

    def _drain(self, name: str, path: Path, use: UseLine) -> bool:
        for _ in range(MOST_PIECES):
            if not self._one_piece(f"{name}:{self._systemname}"[:32], path, use):
                return False
        return True

    def _one_piece(self, name: str, path: Path, use: UseLine) -> bool:
        with self._database.reading() as session:  # most times there is nothing: no writer's turn
            if read_piece(path, _position(session, name)) is None:
                return False
        try:
            return self._use_piece(name, path, use)
        except DatabaseAway:
            raise
        except Exception:  # noqa: BLE001 told line by line below
            logger.warning("%s: a line cannot be used; going through them one by one", path)
            return self._use_piece(name, path, partial(_use_alone, use=use))

    def _use_piece(self, name: str, path: Path, use: UseLine) -> bool:
        with self._database.transaction() as session:
            insert_if_new(session, TailOffset, {"name": name, "inode": 0, "offset": 0})
            saved = session.scalars(
                select(TailOffset).where(TailOffset.name == name).with_for_update()
            ).one()
            piece = read_piece(path, _position(session, name))
            if piece is None:
                return False
            for line in piece.lines:
                use(session, line)
            saved.inode, saved.offset = piece.position.inode, piece.position.offset
            return True

    def _use_cel(self, session: Session, line: str) -> None:
        try:
            event = cel.decode(line)
        except cel.CelGarbage as error:
            logger.warning("passed over a line: %s", error)
            return
        if event is not None:
            fold_cel(session, event)

    def _use_queue_log(self, session: Session, line: str) -> None:
        try:
            event = queue_log.decode(line)
        except ValueError as error:
            logger.warning("passed over a line: %s", error)
            return
        if isinstance(event, queue_log.AsteriskStarted):
            self._on_restart(session, event.at)
        elif event is not None:
            fold_queue_log(session, event)


def _position(session: Session, name: str) -> Position | None:
    saved = session.get(TailOffset, name)
    return Position(saved.inode, saved.offset) if saved is not None and saved.inode else None


def _use_alone(session: Session, line: str, *, use: UseLine) -> None:
    """A line that spoils itself must not hold up those behind it; an absent database must."""
    try:
        with session.begin_nested():
            use(session, line)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        session.info.clear()  # rows remembered as locked may be those that were rolled back
        logger.exception("passed over a line that could not be used: %r", line[:500])
