"""What comes back from the gateway: receipts of our messages, and messages from citizens.

A citizen's message is a rating, an answer to one of our notices, or a new matter (短信渠道): then a
draft is opened, because a person must read it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.actors import SYSTEM
from ticketing.errors import NotAllowed, NotFound
from ticketing.information.road_messages import STOP_WORDS, unsubscribe
from ticketing.notices.sending import reference_of
from ticketing.orders.intake import Intake, open_work_order
from ticketing.orders.return_visits import rate
from ticketing.records.calls import News
from ticketing.records.notices import Notice, ReceivedSms
from ticketing.rules import sms
from ticketing.rules.classification import Kind
from ticketing.rules.notices import NoticeKind
from ticketing.rules.ratings import Rating
from ticketing.rules.texts import clean

ANSWER_WITHIN: Final = timedelta(days=30)
"""A message so long after our notice is a matter of its own."""

GRADES: Final = {
    "5": Rating.VERY_SATISFIED,
    "4": Rating.SATISFIED,
    "3": Rating.BASICALLY_SATISFIED,
    "2": Rating.DISSATISFIED,
    "1": Rating.VERY_DISSATISFIED,
}
INVITATIONS: Final = (NoticeKind.RATING_INVITED, NoticeKind.BAD_RATING_FIXED)
LONGEST_KEY: Final = 18
"""Digits; what is longer no database takes for a number."""
WENT_OUT: Final = ("sending", "sent", "delivered", "undelivered", "unknown")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the gateway says became of a message."""

    delivered: bool
    reference: str = ""
    """Our key …"""
    gateway_key: str = ""
    """… or the gateway's: one of them is known."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InboundSms:
    """A message as the gateway hands it over."""

    key: str
    """The gateway's, unique."""
    number: str
    text: str


def note_receipt(session: Session, moment: datetime, receipt: Receipt) -> Notice:
    """Settles a message, an unknown one too. Raises NotFound for one we never sent.

    Told again it changes nothing; 'delivered' is never taken back.
    """
    notice = _receipted(session, receipt)
    if notice is None or notice.state not in WENT_OUT:
        raise NotFound("notice", receipt.reference or receipt.gateway_key)
    if notice.receipt_at is not None and (notice.state == "delivered" or not receipt.delivered):
        return notice
    notice.state = "delivered" if receipt.delivered else "undelivered"
    notice.reason = "" if receipt.delivered else clean(receipt.reason) or "网关回执：未送达"
    notice.receipt_at = moment
    notice.gateway_key = notice.gateway_key or receipt.gateway_key
    notice.sent_at = notice.sent_at or notice.sending_since
    _tell(session, moment, f"notice.{notice.state}", str(notice.id), notice.order_no)
    return notice


def receive_sms(session: Session, moment: datetime, message: InboundSms) -> ReceivedSms:
    """Keeps a message and does what it asks for; one handed over twice is the same row."""
    known = _known(session, message.key)
    if known is not None:
        return known
    row = ReceivedSms(
        key=message.key,
        number=sms.mobile_number(message.number) or clean(message.number)[:32],
        text=clean(message.text),
        at=moment,
    )
    try:
        with session.begin_nested():
            row.taken_as, row.work_order_id, order_no = _take(session, moment, row)
            session.add(row)
    except IntegrityError:
        known = _known(session, message.key)
        if known is None:
            raise
        return known  # the gateway handed it over twice at once
    _tell(session, moment, "sms.received", str(row.id), order_no)
    return row


def _take(session: Session, moment: datetime, row: ReceivedSms) -> tuple[str, int | None, str]:
    """What the message is, and the order it belongs to: id and number."""
    if row.text.upper() in STOP_WORDS:
        unsubscribe(session, moment, row.number)
        return "stop", None, ""
    grade = GRADES.get(row.text)
    invited = _last_notice(session, moment, row.number, invitations=True) if grade else None
    if grade is not None and invited is not None:
        try:
            rate(session, moment, SYSTEM, invited.order_no, grade, "sms")
        except NotAllowed:
            return "answer", invited.work_order_id, invited.order_no  # it is being redone
        return "rating", invited.work_order_id, invited.order_no
    answered = _last_notice(session, moment, row.number, invitations=False)
    if answered is not None:
        return "answer", answered.work_order_id, answered.order_no
    matter = Intake(
        kind=Kind.CONSULT,
        content=row.text or "（空白短信）",
        channel="sms",
        caller_number=row.number,
        tags=("短信",),
    )
    order = open_work_order(session, moment, SYSTEM, matter)
    return "matter", order.id, order.order_no


def _last_notice(
    session: Session, moment: datetime, number: str, *, invitations: bool
) -> Notice | None:
    """The newest message that went to this caller lately."""
    query = (
        select(Notice)
        .where(
            Notice.number == number,
            Notice.recipient == "caller",
            Notice.work_order_id.is_not(None),
            Notice.state.in_(WENT_OUT),
            Notice.created_at > moment - ANSWER_WITHIN,
        )
        .order_by(Notice.id.desc())
        .limit(1)
    )
    if invitations:
        query = query.where(Notice.kind.in_(INVITATIONS))
    return session.scalars(query).first()


def _receipted(session: Session, receipt: Receipt) -> Notice | None:
    """By our own key, else by the gateway's."""
    query = select(Notice).with_for_update().execution_options(populate_existing=True)
    number = receipt.reference.rpartition("-")[2]
    is_key = number.isascii() and number.isdigit() and len(number) <= LONGEST_KEY
    if is_key and receipt.reference == reference_of(int(number)):
        return session.scalars(query.where(Notice.id == int(number))).first()
    if not receipt.gateway_key:
        return None
    return session.scalars(query.where(Notice.gateway_key == receipt.gateway_key)).first()


def _known(session: Session, key: str) -> ReceivedSms | None:
    return session.scalars(select(ReceivedSms).where(ReceivedSms.key == key)).first()


def _tell(session: Session, moment: datetime, topic: str, subject: str, order_no: str) -> None:
    session.add(News(at=moment, topic=topic, subject=subject, detail={"order_no": order_no}))
    session.flush()
