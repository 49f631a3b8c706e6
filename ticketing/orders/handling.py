"""What a handling unit does with an order, and the authority's word on extensions.

办理 (第二十至二十四、二十八条).
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.orders import clocks
from ticketing.orders.moves import Step, find, move
from ticketing.records.order_life import ExtensionRequest, ReturnRequest, UnitReply
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.acceptance import When, check_texts
from ticketing.rules.calendar import local_day
from ticketing.rules.classification import Kind
from ticketing.rules.deadlines import ExtensionError
from ticketing.rules.guards import ExtensionGround
from ticketing.rules.states import Event


@dataclass(frozen=True)
class Reply:
    """办理结果, 办理过程, 处理依据 and how the caller heard of them."""

    result: str
    process: str
    basis: str
    told_by: str = ""
    """phone, letter, sms, web; empty when the caller could not be reached."""
    caller_opinion: str = ""
    call_keys: tuple[str, ...] = field(default=())


def sign(
    session: Session, moment: datetime, actor: Actor, order_no: str, seen: int | None = None
) -> WorkOrder:
    """签收. The handling clock ran since the order came, signing does not move it."""
    step = Step(Event.SIGN, seen, changes={"signed_at": moment})
    return move(session, moment, actor, order_no, step)


def first_contact(
    session: Session, moment: datetime, actor: Actor, order_no: str, call_key: str = ""
) -> WorkOrder:
    """先行联系: the unit spoke to the caller before handling."""
    order = find(session, actor, order_no)
    step = Step(
        Event.FIRST_CONTACT,
        evidence={"call_key": call_key},
        changes={"first_contact_at": order.first_contact_at or moment},
    )
    return move(session, moment, actor, order_no, step)


def contribute(
    session: Session, moment: datetime, actor: Actor, order_no: str, opinion: str
) -> WorkOrder:
    """协办意见: what a helping unit found, for the lead unit's one reply (第二十一条)."""
    return move(session, moment, actor, order_no, Step(Event.CONTRIBUTE, reason=opinion))


def request_return(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """退回 within 24 hours, with the reason (第二十二条)."""
    order = move(session, moment, actor, order_no, Step(Event.REQUEST_RETURN, seen, reason))
    session.add(
        ReturnRequest(
            work_order_id=order.id,
            unit_id=order.lead_unit_id,
            reason=reason,
            asked_by=actor.login,
            asked_at=moment,
        )
    )
    session.flush()
    return order


def request_extension(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    ground: ExtensionGround,
    reason: str,
    working_days: int,
    seen: int | None = None,
) -> WorkOrder:
    """延期 on one of three grounds, asked before the limit (第二十四条)."""
    order = find(session, actor, order_no)
    rules = catalogues.clocks(session, local_day(moment))
    if order.clock in clocks.HANDLING_CLOCKS and not order.extended_days:
        try:
            rules.extended(clocks.deadline(order, rules), working_days, moment)
        except ExtensionError as error:
            raise InvalidInput((Finding("working_days", str(error)),)) from error
    step = Step(
        Event.REQUEST_EXTENSION,
        seen,
        reason,
        {"ground": ground, "ground_zh": ground.zh, "working_days": working_days},
        facts={"extension_ground": ground},
    )
    order = move(session, moment, actor, order_no, step)
    session.add(
        ExtensionRequest(
            work_order_id=order.id,
            ground=ground,
            reason=reason,
            working_days=working_days,
            asked_by=actor.login,
            asked_at=moment,
        )
    )
    session.flush()
    return order


def approve_extension(
    session: Session, moment: datetime, actor: Actor, order_no: str, seen: int | None = None
) -> WorkOrder:
    """The authority of the same level approves; caller, centre and unit are told."""
    request = _open_extension(session, find(session, actor, order_no))
    step = Step(
        Event.APPROVE_EXTENSION,
        seen,
        request.reason,
        {"ground": request.ground, "working_days": request.working_days},
        {"extended_days": request.working_days},
    )
    order = move(session, moment, actor, order_no, step)
    _decide(request, moment, actor, "approved")
    return order


def refuse_extension(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    request = _open_extension(session, find(session, actor, order_no))
    order = move(session, moment, actor, order_no, Step(Event.REFUSE_EXTENSION, seen, reason))
    _decide(request, moment, actor, "refused")
    return order


def reply(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    answer: Reply,
    seen: int | None = None,
) -> WorkOrder:
    """逐件回复 (第二十八条): told to the caller first, then to the centre."""
    order = find(session, actor, order_no)
    findings = check_texts(
        {"result": answer.result}, When.REPLY, Kind(order.kind), catalogues.text_rules(session)
    )
    if findings:
        raise InvalidInput(findings)
    step = Step(
        Event.REPLY,
        seen,
        evidence={
            "told_by": answer.told_by,
            "caller_opinion": answer.caller_opinion,
            "call_keys": list(answer.call_keys),
        },
        changes={"result": answer.result, "replied_at": moment, "replied_by": actor.login},
        facts=reply_facts(answer),
    )
    order = move(session, moment, actor, order_no, step)
    write_reply(session, moment, actor, order, answer)
    return order


def reply_facts(answer: Reply) -> dict[str, object]:
    return {
        "result": answer.result,
        "reply_process": answer.process,
        "reply_basis": answer.basis,
        "caller_replied": bool(answer.told_by),
        "unreachable_proofs": len(answer.call_keys),
    }


def write_reply(
    session: Session, moment: datetime, actor: Actor, order: WorkOrder, answer: Reply
) -> None:
    session.add(
        UnitReply(
            work_order_id=order.id,
            unit_id=order.lead_unit_id,
            result=answer.result,
            process=answer.process,
            basis=answer.basis,
            told_by=answer.told_by,
            caller_opinion=answer.caller_opinion,
            call_keys=list(answer.call_keys),
            at=moment,
            by=actor.login,
        )
    )
    session.flush()


def last_reply(session: Session, order: WorkOrder) -> Reply | None:
    """The newest reply to this order's own caller."""
    row = session.scalars(
        select(UnitReply)
        .where(UnitReply.work_order_id == order.id)
        .order_by(UnitReply.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Reply(
        row.result, row.process, row.basis, row.told_by, row.caller_opinion, tuple(row.call_keys)
    )


def _open_extension(session: Session, order: WorkOrder) -> ExtensionRequest:
    request = session.scalars(
        select(ExtensionRequest)
        .where(ExtensionRequest.work_order_id == order.id, ExtensionRequest.outcome == "open")
        .order_by(ExtensionRequest.id.desc())
        .limit(1)
    ).first()
    if request is None:
        raise NotFound("extension_request", order.order_no)
    return request


def _decide(request: ExtensionRequest, moment: datetime, actor: Actor, outcome: str) -> None:
    request.outcome = outcome
    request.decided_by = actor.login
    request.decided_at = moment
