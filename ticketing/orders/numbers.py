"""Gives order numbers: one counter for the whole deployment, gaps allowed, never a number twice."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from ticketing.errors import NotFound
from ticketing.records.work_orders import OrderSequence
from ticketing.rules.numbering import OrderNo
from ticketing.setup import SEQUENCE


def next_order_no(session: Session, region_code: str, day: date) -> OrderNo:
    """The next number. The counter's row is locked until the transaction ends: ask late."""
    return OrderNo(region_code, day, reserve_sequences(session, 1))


def reserve_sequences(session: Session, count: int) -> int:
    """The first of so many that follow one another and that nobody else will get."""
    last: int | None = session.scalar(
        update(OrderSequence)
        .where(OrderSequence.name == SEQUENCE)
        .values(last=OrderSequence.last + count)
        .returning(OrderSequence.last),
        execution_options={"synchronize_session": False},
    )
    if last is None:
        raise NotFound("order_sequence", SEQUENCE)
    return last - count + 1
