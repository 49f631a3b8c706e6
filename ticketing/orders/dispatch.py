"""The centre classifies an order and sends it to a unit; what comes back is decided here.

转办 (第十七、二十一、二十二、二十五条).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.errors import NotFound
from ticketing.orders import clocks
from ticketing.orders.moves import Step, find, move
from ticketing.records.catalogues import HandlingUnit
from ticketing.records.order_life import ReturnRequest
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.classification import Classification, Kind, Taxonomy
from ticketing.rules.deadlines import LegalOverride
from ticketing.rules.routing import Matter, Route, UnitType, choose_route, gaps, is_ping_pong
from ticketing.rules.states import Event

AUTHORITIES = frozenset({UnitType.AUTHORITY, UnitType.DISTRICT_AUTHORITY})


@dataclass(frozen=True)
class Assignment:
    """To whom: the lead unit with its responsible person, and units that help."""

    unit_code: str
    responsible_person: str = ""
    """Empty: the unit's duty person."""
    co_unit_codes: tuple[str, ...] = ()
    direct: bool = False
    legal: LegalOverride | None = None
    """Another law's limit, with its basis (第二十三条末款)."""


def reclassify(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    found: Classification,
    seen: int | None = None,
) -> WorkOrder:
    """Corrects the class; the first one stays for 工单分类正确率."""
    order = find(session, actor, order_no)
    tree = catalogues.taxonomy(session)
    before = asdict(classification_of(order))
    step = Step(
        Event.RECLASSIFY,
        seen,
        evidence={"before": before, "after": asdict(found)},
        changes={**asdict(found), "taxonomy_version": tree.version},
        facts={"class_problems": tuple(tree.problems(found))},
    )
    order = move(session, moment, actor, order_no, step)
    if before["kind"] != order.kind:
        clocks.follow_kind(session, order)
    return order


def suggest_route(session: Session, order: WorkOrder) -> Route | None:
    """Who the routing table names for this order; None: a gap a person must fill."""
    return choose_route(catalogues.routes(session), matter_of(order))


def routing_gaps(session: Session) -> list[Matter]:
    """Matters of the tree that no route names a unit and person for (第二十一条)."""
    return gaps(catalogues.routes(session), matters_of(catalogues.taxonomy(session)))


def matters_of(tree: Taxonomy) -> tuple[Matter, ...]:
    """Every matter of a tree that somebody has to handle."""
    matters = [Matter(entry.domain, entry.topic, entry.sub_item) for entry in tree.entries]
    matters += [Matter(domain.name) for domain in tree.domains if domain.in_scope]
    return tuple(dict.fromkeys(matters))


def dispatch(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    assignment: Assignment,
    seen: int | None = None,
) -> WorkOrder:
    """转办 to the unit; the handling clock runs from now. Complaints go to the province too."""
    return _assign(session, moment, actor, order_no, Event.DISPATCH, assignment, seen)


def dispatch_safety(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    assignment: Assignment,
    seen: int | None = None,
) -> WorkOrder:
    """安全生产: at once to the authority of the same level, from wherever it is (第二十一条)."""
    return _assign(session, moment, actor, order_no, Event.DISPATCH_SAFETY, assignment, seen)


def decide_coordination(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    assignment: Assignment,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """The authority names the unit; that unit may not send it back (第二十一条)."""
    return _assign(
        session, moment, actor, order_no, Event.DECIDE_COORDINATION, assignment, seen, reason
    )


def recall(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """The centre takes a wrongly sent order back."""
    return move(session, moment, actor, order_no, Step(Event.RECALL, seen, reason))


def coordinate(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """Several units or a dispute: the authority is asked (第二十一条)."""
    order = move(session, moment, actor, order_no, Step(Event.COORDINATE, seen, reason))
    request = _open_return(session, order)
    if request is not None:
        _decide(request, moment, actor, "coordination")
    return order


def accept_return(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    liable: str = "",
    seen: int | None = None,
) -> WorkOrder:
    """The unit was right: the order is the centre's again. `liable`: whose fault it was."""
    order = find(session, actor, order_no)
    returned_by = returning_units(session, order)
    step = Step(
        Event.ACCEPT_RETURN,
        seen,
        evidence={"liable": liable},
        changes={"returns": order.returns + 1},
        facts={"ping_pong": is_ping_pong(returned_by)},
    )
    order = move(session, moment, actor, order_no, step)
    _decide(_known_return(session, order), moment, actor, "accepted", liable)
    return order


def reject_return(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """驳回退单: it is the unit's business; its clock never stopped."""
    order = move(session, moment, actor, order_no, Step(Event.REJECT_RETURN, seen, reason))
    _decide(_known_return(session, order), moment, actor, "rejected")
    return order


def returning_units(session: Session, order: WorkOrder) -> list[str]:
    """Units that sent the order back, oldest first, a refused return left out."""
    rows = session.scalars(
        select(HandlingUnit.code)
        .join(ReturnRequest, ReturnRequest.unit_id == HandlingUnit.id)
        .where(ReturnRequest.work_order_id == order.id, ReturnRequest.outcome != "rejected")
        .order_by(ReturnRequest.id)
    )
    return list(rows)


def classification_of(order: WorkOrder) -> Classification:
    return Classification(
        Kind(order.kind), order.domain, order.topic, order.sub_item, order.third_level
    )


def matter_of(order: WorkOrder) -> Matter:
    return Matter(order.domain, order.topic, order.sub_item, order.region_code, order.caller_group)


def _assign(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    event: Event,
    assignment: Assignment,
    seen: int | None,
    reason: str = "",
) -> WorkOrder:
    order = find(session, actor, order_no)
    lead = catalogues.unit(session, assignment.unit_code)
    helpers = [catalogues.unit(session, code) for code in assignment.co_unit_codes]
    person = assignment.responsible_person or lead.duty_person
    tree = catalogues.taxonomy(session)
    changes: dict[str, Any] = {
        "lead_unit_id": lead.id,
        "responsible_person": person,
        "co_unit_ids": {"ids": [unit.id for unit in helpers]},
        "direct_dispatch": assignment.direct,
        "coordinated": event is Event.DECIDE_COORDINATION,
        "legal_days": assignment.legal.working_days if assignment.legal else None,
        "legal_basis": assignment.legal.basis if assignment.legal else "",
    }
    if event is Event.DISPATCH_SAFETY:
        changes["priority"] = "safety"
    step = Step(
        event,
        seen,
        reason,
        _assignment_evidence(lead, person, helpers),
        changes,
        {
            "class_problems": tuple(tree.problems(classification_of(order))),
            "lead_unit_is_authority": lead.type in AUTHORITIES,
        },
    )
    return move(session, moment, actor, order_no, step)


def _assignment_evidence(
    lead: HandlingUnit, person: str, helpers: Sequence[HandlingUnit]
) -> dict[str, Any]:
    return {
        "unit": lead.code,
        "unit_name": lead.name,
        "responsible_person": person,
        "co_units": [unit.code for unit in helpers],
    }


def _open_return(session: Session, order: WorkOrder) -> ReturnRequest | None:
    return session.scalars(
        select(ReturnRequest)
        .where(ReturnRequest.work_order_id == order.id, ReturnRequest.outcome == "open")
        .order_by(ReturnRequest.id.desc())
        .limit(1)
    ).first()


def _known_return(session: Session, order: WorkOrder) -> ReturnRequest:
    request = _open_return(session, order)
    if request is None:
        raise NotFound("return_request", order.order_no)
    return request


def _decide(
    request: ReturnRequest, moment: datetime, actor: Actor, outcome: str, liable: str = ""
) -> None:
    request.outcome = outcome
    request.liable = liable
    request.decided_by = actor.login
    request.decided_at = moment
