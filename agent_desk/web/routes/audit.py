"""Reading the audit and proving its chain."""

from agent_desk.web.routing import AnyRoute, Ask, any_of, get
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.people import AuditCheck, AuditQuery, AuditShape
from ticketing.people.audit import list_audit, verify_audit
from ticketing.rules.permissions import Right


async def show_audit(ask: Ask[AuditQuery, Nothing]) -> Page[AuditShape]:
    query = ask.query
    rows = await ask.desk.database.read(
        list_audit,
        query.after,
        query.limit + 1,
        who=query.who,
        what=query.what,
        subject_type=query.subject_type,
        subject_key=query.subject_key,
    )
    last = str(rows[query.limit - 1].id) if len(rows) > query.limit else None
    shapes = [AuditShape.model_validate(row) for row in rows[: query.limit]]
    return Page[AuditShape](items=shapes, next=last)


async def check_audit(ask: Ask[Nothing, Nothing]) -> AuditCheck:
    broken = await ask.desk.database.read(verify_audit)
    return AuditCheck(whole=broken is None, first_broken_id=broken)


_SEE = any_of(Right.SEE_AUDIT)

ROUTES: tuple[AnyRoute, ...] = (
    get("/audit", show_audit, _SEE, AuditQuery, Page[AuditShape], "审计记录"),
    get("/audit/check", check_audit, _SEE, Nothing, AuditCheck, "校验审计链"),
)
