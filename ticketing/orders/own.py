"""What callers may do with their own order in the voice menu: withdraw, add, urge.

The lifecycle's table decides as for anybody else; who calls has shown the order's number and the
telephone it was filed with. The menu acts in its own name, so that the log tells who it was.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import person
from ticketing.errors import NotAllowed
from ticketing.notices.messages import Message, write_message
from ticketing.orders.intake import supplement, withdraw
from ticketing.orders.moves import find
from ticketing.orders.supervision import remind
from ticketing.recordings.ledger import expect_for_order
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent
from ticketing.rules.calendar import local_day, start_of_day
from ticketing.rules.notices import NoticeKind
from ticketing.rules.permissions import Role
from ticketing.rules.states import Event

MENU: Final = person("voice-menu", "语音菜单", [Role.PROGRAM, Role.SYSTEM])
"""PROGRAM: it hands over what callers want; SYSTEM: it may urge, as our own clocks do."""

SEEN_AT_MOST: Final = 500
"""Orders of one telephone that are looked through, newest first."""


class Done(StrEnum):
    """What became of a caller's wish."""

    DONE = "done"
    AGAIN = "again"
    """Urged today already."""
    REFUSED = "refused"
    """The order's state does not allow it."""


def find_own(session: Session, number: str, phone: str) -> WorkOrder | None:
    """The newest order of this telephone whose number ends in these digits.

    The telephone comes first: it has the index, and without it nothing is told.
    """
    if not number or not phone:
        return None
    query = (
        select(WorkOrder)
        .where(WorkOrder.caller_number == phone)
        .order_by(WorkOrder.id.desc())
        .limit(SEEN_AT_MOST)
    )
    return next((one for one in session.scalars(query) if one.order_no.endswith(number)), None)


def withdraw_own(session: Session, moment: datetime, order_no: str) -> Done:
    """撤回; not once the unit has replied or it is closed."""
    try:
        withdraw(session, moment, MENU, order_no, "来电人在语音菜单中撤回")
    except NotAllowed:
        return Done.REFUSED
    return Done.DONE


def urge_own(session: Session, moment: datetime, order_no: str) -> Done:
    """催办, once a calendar day; recorded as urging, the unit is told."""
    order = find(session, MENU, order_no, lock=True)
    today = start_of_day(local_day(moment))
    urged = session.scalar(
        select(WorkOrderEvent.id)
        .where(
            WorkOrderEvent.work_order_id == order.id,
            WorkOrderEvent.event == Event.REMIND,
            WorkOrderEvent.who == MENU.login,
            WorkOrderEvent.at >= today,
            WorkOrderEvent.at < today + timedelta(days=1),
        )
        .limit(1)
    )
    if urged is not None:
        return Done.AGAIN
    try:
        remind(session, moment, MENU, order_no, "来电人来电催办")
    except NotAllowed:
        return Done.REFUSED
    return Done.DONE


def add_voice(
    session: Session, moment: datetime, order_no: str, stretch: str, seconds: float
) -> Done:
    """补充: the log says so, the recording belongs to the order now or when it arrives."""
    words = f"来电人语音补充{round(seconds)}秒，请收听录音"
    try:
        order = supplement(session, moment, MENU, order_no, words)
    except NotAllowed:
        return Done.REFUSED
    if stretch:
        expect_for_order(session, moment, order, stretch)
    return Done.DONE


def text_order_no(session: Session, moment: datetime, order_no: str, phone: str) -> bool:
    """The number as a short message to the telephone that left the matter, once."""
    order = find(session, MENU, order_no)
    values = {"order_no": order.order_no}
    return write_message(
        session, moment, Message(NoticeKind.REGISTERED, "menu", phone, values, order)
    )
