"""办理时限: as in force, what a change would do to running orders, and recomputing them."""

from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, get, post
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.limits import (
    ExampleShape,
    LimitShape,
    LimitsShape,
    OutlookShape,
    RecomputeBody,
    RecomputeShape,
)
from ticketing import catalogues
from ticketing.orders.limits import Outlook, ask_recompute, last_recompute, outlook
from ticketing.records.order_life import DueRecompute
from ticketing.rules.deadlines import Postponement, Unit
from ticketing.rules.permissions import Right

_SHOWN = {
    Unit.WORKING_DAYS: "个工作日",
    Unit.HOURS_POSTPONED: "小时（非工作日顺延）",
    Unit.YEARS: "年",
}
_READINGS = {
    Postponement.WORKING_DAYS_ONLY: "只在工作日计时",
    Postponement.SAME_TIME_NEXT_WORKING_DAY: "顺延至下一工作日的同一时刻",
    Postponement.END_OF_NEXT_WORKING_DAY: "顺延至下一工作日结束",
}


async def show_limits(ask: Ask[Nothing, Nothing]) -> LimitsShape:
    return await ask.desk.database.read(_limits)


async def preview_limits(ask: Ask[Nothing, Nothing]) -> OutlookShape:
    return _outlook(await ask.desk.database.read(outlook, ask.desk.clock.now()))


async def recompute_limits(ask: Ask[Nothing, RecomputeBody]) -> RecomputeShape:
    asked = await ask.desk.database.write(
        ask_recompute, ask.desk.clock.now(), ask.person, ask.body.reason
    )
    return _recompute(asked)


def _limits(session: Session) -> LimitsShape:
    policy, last = catalogues.policy(session), last_recompute(session)
    return LimitsShape(
        postponement=_READINGS[policy.postponement],
        limits=[
            LimitShape(
                code=one.clock,
                label=one.zh,
                amount=one.amount,
                unit=_SHOWN[one.unit],
                basis=one.basis,
            )
            for one in policy.limits().values()
            if one.unit in _SHOWN
        ],
        last=_recompute(last) if last else None,
    )


def _recompute(asked: DueRecompute) -> RecomputeShape:
    return RecomputeShape(**{name: getattr(asked, name) for name in RecomputeShape.model_fields})


def _outlook(found: Outlook) -> OutlookShape:
    return OutlookShape(
        running=found.running,
        looked=found.looked,
        changed=found.changed,
        overdue=found.overdue,
        examples=[
            ExampleShape(order_no=one.order_no, before=one.before, after=one.after)
            for one in found.examples
        ],
    )


_EDIT = any_of(Right.EDIT_CATALOGUES)

ROUTES: tuple[AnyRoute, ...] = (
    get("/limits", show_limits, _EDIT, Nothing, LimitsShape, "现行办理时限和上次重算"),
    get(
        "/limits/outlook", preview_limits, _EDIT, Nothing, OutlookShape, "试算：现在重算会变动多少"
    ),
    post(
        "/limits/recomputes",
        recompute_limits,
        _EDIT,
        RecomputeBody,
        RecomputeShape,
        "按现行时限重算在办工单的期限",
        202,
    ),
)
