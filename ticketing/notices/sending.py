"""Sends the waiting short messages, each at most once.

SENDING is committed before the gateway is asked and what it said after. Whoever dies in between
leaves a row nobody can be sure of: it becomes `unknown`, is shown, and only a receipt or a person
settles it. Several workers may send side by side.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.records.calls import News
from ticketing.records.notices import Notice
from ticketing.rules.masking import masked_phone

logger = logging.getLogger(__name__)

UNCERTAIN_AFTER: Final = timedelta(minutes=5)
"""A message under way for so long was lost with its worker: no gateway may take longer."""
PAUSES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
"""How long to wait after each try that certainly failed; after the last it is given up."""

WAITING: Final = text("state = 'waiting'")
SENDING: Final = text("state = 'sending'")
"""In the indexes' own words: with a parameter in its place no partial index is used."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One message to one number."""

    reference: str
    """Our key, the same at every try: a gateway that knows it already sends nothing."""
    number: str
    text: str


class NotSent(Exception):
    """The gateway certainly did not take it."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        """Chinese, kept with the notice."""
        self.final = final
        """Trying again is no use."""


class Uncertain(Exception):
    """It may have been taken or not."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SmsGateway(Protocol):
    """Who carries messages away; answers within a minute."""

    def send(self, message: Sms) -> str:
        """The gateway's key of the message. Raises NotSent, Uncertain."""
        ...


@dataclass(frozen=True)
class Sender:
    """The worker's hands for short messages."""

    database: Database
    clock: Clock
    gateway: SmsGateway

    def tick(self) -> bool:
        """Sends one message that is due; whether it is worth coming back at once.

        One a turn, so that a worker told to stop does so between two messages.
        """
        self._settle_lost()
        with self.database.transaction() as session:
            notice = _claim(session, self.clock.now())
        if notice is None:
            return False
        message = Sms(reference_of(notice.id), notice.number, notice.text)
        try:
            key = self.gateway.send(message)
        except NotSent as error:
            self._not_sent(notice, error)
            return error.final  # a gateway that is away is not pressed
        except Uncertain as error:
            self._write(notice, "unknown", error.reason)
        except Exception as error:
            # a fault of the gateway's own says nothing about the message
            logger.exception("the gateway failed")
            self._write(notice, "unknown", f"网关故障：{type(error).__name__}")
        else:
            self._write(notice, "sent", "", gateway_key=key[:128], sent_at=self.clock.now())
        return True

    def _not_sent(self, notice: Notice, error: NotSent) -> None:
        if error.final:
            self._write(notice, "failed", error.reason)
        elif notice.tries > len(PAUSES):
            self._write(notice, "failed", f"{error.reason}；已试{notice.tries}次，不再重试")
        else:
            again = self.clock.now() + PAUSES[notice.tries - 1]
            self._write(notice, "waiting", error.reason, next_try_at=again)

    def _write(self, notice: Notice, state: str, reason: str, **columns: object) -> None:
        """What the gateway said. A receipt that was faster stays the last word."""
        values = {"state": state, "reason": reason, **columns}
        with self.database.transaction() as session:
            changed = session.execute(
                update(Notice)
                .where(
                    Notice.id == notice.id,
                    Notice.tries == notice.tries,
                    Notice.state.in_(("sending", "unknown")),
                )
                .values(**values)
                .returning(Notice.id)
            ).first()
            if changed is not None and state != "waiting":
                _tell(session, self.clock.now(), notice, state, reason)
            if changed is None and state == "sent":
                session.execute(update(Notice).where(Notice.id == notice.id).values(**columns))
        logger.info("notice %s to %s: %s %s", notice.id, masked_phone(notice.number), state, reason)

    def _settle_lost(self) -> None:
        """What a dead worker left under way is unknown from now on."""
        moment = self.clock.now()
        with self.database.reading() as session:
            lost = session.scalars(
                select(Notice).where(SENDING, Notice.sending_since < moment - UNCERTAIN_AFTER)
            ).all()
        for notice in lost:
            self._write(notice, "unknown", "发送时程序中断，无法确认是否发出")


def reference_of(notice_id: int) -> str:
    """Our key of a notice at the gateway."""
    return f"notice-{notice_id}"


def _claim(session: Session, moment: datetime) -> Notice | None:
    """The next message whose time has come, now marked as being sent."""
    notice = session.scalars(
        select(Notice)
        .where(WAITING, Notice.next_try_at <= moment)
        .order_by(Notice.next_try_at, Notice.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if notice is None:
        return None
    notice.state = "sending"
    notice.sending_since = moment
    notice.next_try_at = None
    notice.tries += 1
    session.flush()
    return notice


def _tell(session: Session, moment: datetime, notice: Notice, state: str, reason: str) -> None:
    session.add(
        News(
            at=moment,
            topic=f"notice.{state}",
            subject=str(notice.id),
            detail={"order_no": notice.order_no, "kind": notice.kind, "reason": reason},
        )
    )
