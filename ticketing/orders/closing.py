"""The centre looks at a unit's answer and closes the order or sends it back.

程序性确认 (第三十条): whoever replied does not confirm.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.orders.handling import Reply, last_reply, reply_facts
from ticketing.orders.moves import Step, find, move
from ticketing.orders.return_visits import schedule
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.states import Event


def confirm(
    session: Session, moment: datetime, actor: Actor, order_no: str, seen: int | None = None
) -> WorkOrder:
    """办结. A complaint goes on to its return visit and, if forwarded, to the province's review."""
    order = find(session, actor, order_no)
    answer = last_reply(session, order) or Reply("", "", "")
    step = Step(Event.CONFIRM, seen, changes={"close_mode": "handled"}, facts=reply_facts(answer))
    return schedule(session, moment, move(session, moment, actor, order_no, step))


def send_back(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    fault: str = "",
    seen: int | None = None,
) -> WorkOrder:
    """The answer will not do (`fault`: late, inaccurate, badly_written): the old clock runs on."""
    order = find(session, actor, order_no)
    step = Step(
        Event.SEND_BACK,
        seen,
        reason,
        {"fault": fault},
        {"reworks": order.reworks + 1},
    )
    return move(session, moment, actor, order_no, step)


def rework(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """重办 after closing: dissatisfied and justified, or failed in review; a new clock starts.

    An order no unit handled is taken up anew by the centre.
    """
    order = find(session, actor, order_no)
    event = Event.REWORK if order.lead_unit_id is not None else Event.REOPEN
    step = Step(event, seen, reason, changes={"reworks": order.reworks + 1})
    return move(session, moment, actor, order_no, step)
