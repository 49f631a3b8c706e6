"""What the carrier hands over goes where the HTTP gateway's goes: receipts, and citizens' words.

SMPP gives a citizen's message no key of its own, and hands it over again when our answer was lost.
So the same words from the same telephone within some minutes are one message.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.errors import NotFound
from ticketing.notices.receiving import InboundSms, Receipt, note_receipt, receive_sms
from ticketing.notices.smpp.wire import StateTold, Words
from ticketing.records.notices import ReceivedSms, SmsFragment

logger = logging.getLogger(__name__)

SAME_WITHIN: Final = timedelta(minutes=10)
WAIT_FOR_PARTS: Final = timedelta(hours=1)
"""After that a long message is taken as far as it came."""


@dataclass(frozen=True)
class Incoming:
    """The worker's ear."""

    database: Database
    clock: Clock
    receipt_ids: Literal["same", "decimal"] = "same"

    def take(self, said: StateTold | Words) -> None:
        """Committed when it returns."""
        with self.database.transaction() as session:
            moment = self.clock.now()
            if isinstance(said, StateTold):
                _settle(session, moment, said, self.receipt_ids)
            elif said.parts == 1:
                _receive(session, moment, said.number, said.text)
            else:
                _piece_together(session, moment, said)

    def settle_fragments(self) -> int:
        """Takes long messages whose other parts never came; returns how many."""
        with self.database.transaction() as session:
            moment = self.clock.now()
            waiting = session.scalars(
                select(SmsFragment)
                .where(SmsFragment.at < moment - WAIT_FOR_PARTS)
                .order_by(SmsFragment.id)
                .limit(100)
            ).all()
            done = {(one.number, one.reference) for one in waiting}
            for number, reference in sorted(done):
                _join(session, moment, _fragments(session, number, reference))
            return len(done)


def _settle(session: Session, moment: datetime, told: StateTold, ids: str) -> None:
    if told.delivered is None or not told.key:
        return
    key = told.key
    if ids == "decimal" and key.isascii() and key.isdigit():
        key = f"{int(key):x}"
    for known in dict.fromkeys((key, key.upper(), key.lower())):
        try:
            receipt = Receipt(told.delivered, gateway_key=known, reason=told.reason)
            note_receipt(session, moment, receipt)
        except NotFound:
            continue
        return
    logger.info("a receipt of something that is no notice: %s", told.key)


def _receive(session: Session, moment: datetime, number: str, text: str) -> None:
    window = int(moment.timestamp() // SAME_WITHIN.total_seconds())
    before, now = _key(number, text, window - 1), _key(number, text, window)
    known = session.scalars(
        select(ReceivedSms.id).where(
            ReceivedSms.key == before, ReceivedSms.at > moment - SAME_WITHIN
        )
    ).first()
    if known is None:
        receive_sms(session, moment, InboundSms(now, number, text))


def _key(number: str, text: str, window: int) -> str:
    said = hashlib.sha256(f"{number}\n{window}\n{text}".encode()).hexdigest()
    return f"smpp-{said}"


def _piece_together(session: Session, moment: datetime, words: Words) -> None:
    there = _fragments(session, words.number, words.reference)
    if there and (there[0].parts != words.parts or there[0].at < moment - SAME_WITHIN):
        _join(session, moment, there)  # the phone counts round: these are of another message
        there = []
    if any(one.part == words.part for one in there):
        return
    session.add(
        SmsFragment(
            number=words.number[:32],
            reference=words.reference,
            part=words.part,
            parts=words.parts,
            text=words.text,
            at=moment,
        )
    )
    session.flush()
    if len(there) + 1 == words.parts:
        _join(session, moment, _fragments(session, words.number, words.reference))


def _join(session: Session, moment: datetime, fragments: Sequence[SmsFragment]) -> None:
    if not fragments:
        return
    by_part = {one.part: one.text for one in fragments}
    text = "".join(
        by_part.get(part, f"（第{part}段未收到）") for part in range(1, fragments[0].parts + 1)
    )
    _receive(session, moment, fragments[0].number, text)
    _forget(session, (one.id for one in fragments))


def _forget(session: Session, ids: Iterable[int]) -> None:
    session.execute(delete(SmsFragment).where(SmsFragment.id.in_(list(ids))))


def _fragments(session: Session, number: str, reference: int) -> list[SmsFragment]:
    return list(
        session.scalars(
            select(SmsFragment)
            .where(SmsFragment.number == number[:32], SmsFragment.reference == reference)
            .order_by(SmsFragment.id)
        )
    )
