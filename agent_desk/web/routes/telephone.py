"""What an agent does with the call under way; a leader's listening in."""

from agent_desk.web.routes.agents import viewer_of
from agent_desk.web.routing import AnyRoute, Ask, any_of, post
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.live import Listening, OutboundCall, Started, Target
from ticketing.people.audit import record_audit
from ticketing.rules.permissions import Right


async def transfer_call(ask: Ask[Nothing, Target]) -> None:
    await ask.desk.live.transfer(
        viewer_of(ask.person), ask.path["key"], ask.body.to, ask.body.target
    )


async def send_to_distress(ask: Ask[Nothing, Nothing]) -> None:
    await ask.desk.live.distress(viewer_of(ask.person), ask.path["key"])


async def begin_consult(ask: Ask[Nothing, Target]) -> None:
    await ask.desk.live.consult(
        viewer_of(ask.person), ask.path["key"], ask.body.to, ask.body.target
    )


async def complete_consult(ask: Ask[Nothing, Nothing]) -> None:
    await ask.desk.live.complete_consult(viewer_of(ask.person), ask.path["key"])


async def cancel_consult(ask: Ask[Nothing, Nothing]) -> None:
    await ask.desk.live.cancel_consult(viewer_of(ask.person), ask.path["key"])


async def make_conference(ask: Ask[Nothing, Nothing]) -> None:
    await ask.desk.live.conference(viewer_of(ask.person), ask.path["key"])


async def hang_up_call(ask: Ask[Nothing, Nothing]) -> None:
    await ask.desk.live.hang_up(viewer_of(ask.person), ask.path["key"])


async def place_call(ask: Ask[Nothing, OutboundCall]) -> Started:
    body = ask.body
    key = await ask.desk.live.call_out(viewer_of(ask.person), body.number)
    await ask.desk.database.write(
        record_audit,
        ask.desk.clock.now(),
        ask.person,
        "call.out",
        "call",
        key,
        reason=body.purpose,
        detail={"number": body.number, "order_no": body.order_no or ""},
        address=ask.address,
    )
    return Started(call_key=key)


async def listen_in(ask: Ask[Nothing, Listening]) -> None:
    """On the record before the first word is heard."""
    await ask.desk.database.write(
        record_audit,
        ask.desk.clock.now(),
        ask.person,
        f"call.{ask.body.mode}",
        "call",
        ask.path["key"],
        address=ask.address,
    )
    await ask.desk.live.listen(viewer_of(ask.person), ask.path["key"], ask.body.mode)


_TALK = any_of(Right.TAKE_CALLS, Right.PLACE_CALLS)
_NONE = type(None)

ROUTES: tuple[AnyRoute, ...] = (
    post("/calls", place_call, any_of(Right.PLACE_CALLS), OutboundCall, Started, "外呼", 202),
    post("/calls/{key}/transfer", transfer_call, _TALK, Target, _NONE, "转接", 204),
    post("/calls/{key}/distress", send_to_distress, _TALK, Nothing, _NONE, "转水上遇险12395", 204),
    post("/calls/{key}/consult", begin_consult, _TALK, Target, _NONE, "咨询转接", 204),
    post("/calls/{key}/consult/complete", complete_consult, _TALK, Nothing, _NONE, "完成转接", 204),
    post("/calls/{key}/consult/cancel", cancel_consult, _TALK, Nothing, _NONE, "取消咨询", 204),
    post("/calls/{key}/consult/conference", make_conference, _TALK, Nothing, _NONE, "三方", 204),
    post("/calls/{key}/hang-up", hang_up_call, _TALK, Nothing, _NONE, "挂断", 204),
    post(
        "/calls/{key}/listen",
        listen_in,
        any_of(Right.SUPERVISE_CALLS),
        Listening,
        _NONE,
        "监听、耳语或强插",
        204,
    ),
)
