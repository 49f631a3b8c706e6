"""Seats and queues right now; one's own seat and its phone."""

from agent_desk.live.shapes import Seat, Viewer
from agent_desk.web.routing import AnyAsk, AnyRoute, Ask, any_of, get, post
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.live import QueueList, SeatList, SeatState, SignInSeat, Softphone
from asterisk_conf.secrets import seat_password
from ticketing.errors import NotFound
from ticketing.people.person import Person
from ticketing.rules.permissions import Right


def viewer_of(person: Person) -> Viewer:
    """The live side's view of who asks; a program has no seat and no id."""
    return Viewer(
        user_id=person.user_id or 0,
        login=person.login,
        name=person.name,
        extension=person.extension,
        allowed_queues=person.queues,
        sees_numbers=person.may(Right.SEE_NUMBERS),
        sees_desk=person.may(Right.WATCH_QUEUES),
        sees_floor=person.may(Right.SUPERVISE_CALLS),
    )


async def show_seats(ask: Ask[Nothing, Nothing]) -> SeatList:
    return SeatList(items=ask.desk.live.seats(), next=None)


async def show_own_seat(ask: Ask[Nothing, Nothing]) -> Seat:
    seat = ask.desk.live.my_seat(viewer_of(ask.person))
    if seat is None:
        raise NotFound("seat", ask.person.login)
    return seat


async def sign_in_seat(ask: Ask[Nothing, SignInSeat]) -> Seat:
    return await ask.desk.live.sign_in(viewer_of(ask.person), ask.body.queues, ask.body.phone)


async def sign_out_seat(ask: Ask[Nothing, Nothing]) -> Seat:
    return await ask.desk.live.sign_out(viewer_of(ask.person))


async def set_seat_state(ask: Ask[Nothing, SeatState]) -> Seat:
    if ask.body.state == "ready":
        return await ask.desk.live.set_ready(viewer_of(ask.person))
    return await ask.desk.live.set_busy(viewer_of(ask.person), ask.body.reason)


async def release_seat(ask: Ask[Nothing, Nothing]) -> Seat:
    return await ask.desk.live.release_seat(viewer_of(ask.person), ask.path["extension"])


async def show_own_phone(ask: Ask[Nothing, Nothing]) -> Softphone:
    """Derived for the asker's own seat; there is no way to ask for another's."""
    extension = ask.person.extension
    if extension is None:
        raise NotFound("seat", ask.person.login)
    realm = sip_realm(ask)
    return Softphone(
        ws_url="/sip",
        uri=f"sip:{extension}@{realm}",
        extension=extension,
        password=seat_password(ask.desk.settings.installation_secret, extension),
        realm=realm,
        ice_servers=[],
    )


def sip_realm(ask: AnyAsk) -> str:
    """The host part of SIP addresses: what the browser calls this server."""
    return ask.request.url.host or ask.desk.settings.bind


async def show_queues(ask: Ask[Nothing, Nothing]) -> QueueList:
    return QueueList(items=ask.desk.live.queues(viewer_of(ask.person)), next=None)


_SEAT = any_of(Right.TAKE_CALLS, Right.PLACE_CALLS)
_WATCH = any_of(Right.WATCH_QUEUES, Right.TAKE_CALLS)

ROUTES: tuple[AnyRoute, ...] = (
    get("/agents", show_seats, _WATCH, Nothing, SeatList, "全部座席"),
    get("/agents/me", show_own_seat, _SEAT, Nothing, Seat, "我的座席"),
    get("/agents/me/phone", show_own_phone, _SEAT, Nothing, Softphone, "我的软电话"),
    post("/agents/me/sign-in", sign_in_seat, _SEAT, SignInSeat, Seat, "签入"),
    post("/agents/me/sign-out", sign_out_seat, _SEAT, Nothing, Seat, "签出"),
    post("/agents/me/state", set_seat_state, _SEAT, SeatState, Seat, "空闲或示忙"),
    post(
        "/agents/{extension}/release",
        release_seat,
        any_of(Right.SUPERVISE_CALLS),
        Nothing,
        Seat,
        "释放卡住的座席",
    ),
    get("/queues", show_queues, _WATCH, Nothing, QueueList, "全部队列"),
)
