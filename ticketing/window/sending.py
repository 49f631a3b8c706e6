"""Sends one-time codes through the gateway of the notices, once, from the worker's own turn.

No row of `notice`: that table is kept for ever and read by staff, a code is neither's business. Its
text is gone from the database before the gateway has it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.notices.sending import NotSent, Sms, SmsGateway
from ticketing.records.window import WindowCode

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CodeSender:
    """The worker's hands for codes."""

    database: Database
    clock: Clock
    gateway: SmsGateway

    def tick(self) -> bool:
        """Sends one code; whether it is worth coming back at once."""
        with self.database.transaction() as session:
            claimed = _claim(session)
        if claimed is None:
            return False
        key, expires_at, message = claimed
        state = "failed" if expires_at <= self.clock.now() else self._send(message)
        with self.database.transaction() as session:
            session.execute(update(WindowCode).where(WindowCode.id == key).values(state=state))
        return True

    def _send(self, message: Sms) -> str:
        try:
            self.gateway.send(message)
        except NotSent:
            return "failed"  # who waits for it asks again
        except Exception as error:  # noqa: BLE001  whatever a gateway does, the lane goes on
            # it may have gone out; a trace could hold the message, so only its kind is logged
            logger.warning("%s: %s", message.reference, type(error).__name__)
            return "unknown"
        return "sent"


def _claim(session: Session) -> tuple[int, datetime, Sms] | None:
    row = session.scalars(
        select(WindowCode)
        .where(text("state = 'waiting'"))
        .order_by(WindowCode.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    message = Sms(f"code-{row.id}", row.number, row.message)
    row.state, row.message = "sending", ""
    return row.id, row.expires_at, message
