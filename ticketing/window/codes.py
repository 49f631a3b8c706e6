"""One-time codes: who holds the telephone of an order may follow and rate it.

Right or wrong pairs of number and telephone are treated alike to the last byte of the answer. What
has to be counted is written even when the answer is no, so these functions return instead of raise.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ticketing.errors import Finding, InvalidInput, TooMany
from ticketing.records.window import WindowCode
from ticketing.records.work_orders import WorkOrder
from ticketing.rules import sms

VALID_FOR: Final = timedelta(minutes=5)
MOST_TRIES: Final = 5
PASS_FOR: Final = timedelta(minutes=30)
PER_NUMBER: Final = (
    (timedelta(minutes=1), 1),
    (timedelta(hours=1), 5),
    (timedelta(days=1), 10),
)
PER_ADDRESS: Final = ((timedelta(hours=1), 30), (timedelta(days=1), 100))
"""Codes within a time; many phones share one address of a mobile carrier."""

_TURN: Final = 123280007
"""Advisory lock on PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to see which order, and from where."""

    order_no: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Codes:
    """Makes and checks codes with the installation's secret."""

    secret: str

    def ask(self, session: Session, moment: datetime, asked: Asked) -> str:
        """The ticket that goes with the code. Raises InvalidInput, TooMany."""
        number = sms.mobile_number(asked.phone)
        if not number:
            raise InvalidInput((Finding("phone", "请填写11位手机号码"),))
        address = self.keyed("address", asked.address)
        _one_by_one(session)
        _check(session, moment, WindowCode.number, number, PER_NUMBER)
        _check(session, moment, WindowCode.address, address, PER_ADDRESS)
        order = _order_of(session, asked.order_no, number)
        ticket, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06d}"
        minutes = int(VALID_FOR.total_seconds() // 60)
        text = (
            f"【12328】查询验证码{code}，{minutes}分钟内有效。工作人员不会向您索要，请勿告诉他人。"
        )
        session.add(
            WindowCode(
                ticket_hash=_plain(ticket),
                code_hash=self.keyed(ticket, code),
                work_order_id=order.id if order else None,
                number=number,
                address=address,
                created_at=moment,
                expires_at=moment + VALID_FOR,
                state="waiting" if order else "none",
                message=text if order else "",
            )
        )
        session.flush()
        return ticket

    def enter(self, session: Session, moment: datetime, ticket: str, code: str) -> str | None:
        """A pass for the order, once; None: wrong, too late, too often, used, or never sent."""
        row = session.scalars(
            select(WindowCode)
            .where(WindowCode.ticket_hash == _plain(ticket))
            .with_for_update()
            .execution_options(populate_existing=True)
        ).first()
        if row is None or row.used_at or row.tries >= MOST_TRIES or moment >= row.expires_at:
            return None
        row.tries += 1
        right = hmac.compare_digest(row.code_hash, self.keyed(ticket, code))
        if not right or row.work_order_id is None:
            return None
        key = secrets.token_urlsafe(24)
        row.used_at = moment
        row.pass_hash = _plain(key)
        row.pass_until = moment + PASS_FOR
        return key

    def keyed(self, what: str, value: str) -> str:
        """A hash that only this installation can make: to count by, and to compare."""
        said = f"window\n{what}\n{value}".encode()
        return hmac.new(self.secret.encode(), said, hashlib.sha256).hexdigest()


def order_behind(session: Session, moment: datetime, key: str) -> WorkOrder | None:
    """The order a pass opens; None when there is no such pass or its time is over."""
    return session.scalars(
        select(WorkOrder)
        .join(WindowCode, WindowCode.work_order_id == WorkOrder.id)
        .where(WindowCode.pass_hash == _plain(key), WindowCode.pass_until > moment)
    ).first()


def _one_by_one(session: Session) -> None:
    """Limits are counted before they are added to; SQLite's writers take turns anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))


def _plain(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _order_of(session: Session, order_no: str, number: str) -> WorkOrder | None:
    wanted = "".join(order_no.split()).upper()
    order = session.scalars(select(WorkOrder).where(WorkOrder.order_no == wanted)).first()
    if order is None or sms.mobile_number(order.caller_number) != number:
        return None
    return order


def _check(
    session: Session,
    moment: datetime,
    column: InstrumentedAttribute[str],
    value: str,
    limits: tuple[tuple[timedelta, int], ...],
) -> None:
    for length, most in limits:
        query = (
            select(func.count())
            .select_from(WindowCode)
            .where(column == value, WindowCode.created_at > moment - length)
        )
        if (session.scalar(query) or 0) >= most:
            raise TooMany("code", min(length.total_seconds(), 3600))
