"""Seats, queues, calls under way, and what the live socket says."""

from typing import Literal

from pydantic import Field

from agent_desk.live.shapes import LiveCall, QueueView, Seat, Snapshot
from agent_desk.web.shapes.base import Answer, Input
from agent_desk.web.shapes.calls import CallShape, Past


class SignInSeat(Input):
    queues: list[str] = Field(max_length=50, description="没有队列的人只外呼")
    phone: Literal["browser", "desk"] = "browser"


class SeatState(Input):
    state: Literal["ready", "busy"]
    reason: str = Field("", max_length=64)


class SeatList(Answer):
    items: list[Seat]
    next: str | None


class QueueList(Answer):
    items: list[QueueView]
    next: str | None


class IceServer(Answer):
    urls: list[str]


class Softphone(Answer):
    """What the page's phone registers with; only ever for one's own seat."""

    ws_url: str
    uri: str
    extension: str
    password: str
    realm: str
    ice_servers: list[IceServer]


class TestPhone(Answer):
    """The public test phone of a demo."""

    ws_url: str
    uri: str
    password: str
    realm: str
    number: str
    ice_servers: list[IceServer]


class Target(Input):
    to: Literal["seat", "queue", "outside"]
    target: str = Field(min_length=1, max_length=32, pattern=r"^[0-9A-Za-z_+*#-]+$")


class OutboundCall(Input):
    number: str = Field(min_length=2, max_length=20, pattern=r"^\+?[0-9]+$")
    order_no: str | None = Field(None, max_length=40)
    purpose: str = Field("", max_length=64)


class Listening(Input):
    mode: Literal["listen", "whisper", "barge"]


class Started(Answer):
    """What was asked for is under way; the live socket tells how it goes."""

    call_key: str


class ProcessHealth(Answer):
    name: str
    ok: bool
    detail: str


class Health(Answer):
    ok: bool
    checks: list[ProcessHealth]


# --- the live socket ---
class Pop(Answer):
    """My phone rings: who calls and what is known."""

    call: CallShape
    past: Past


class CallEnded(Answer):
    key: str


class RecordingNews(Answer):
    id: int
    call_key: str
    state: str


class OrderNews(Answer):
    order_no: str
    state: str
    version: int


class OrderNoticeNews(Answer):
    """A 通知 was shown, or its message went on; who may see it asks for it."""

    id: int
    order_no: str
    state: str


class Notice(Answer):
    text: str


class LiveMessages(Answer):
    """Every `type` of the live socket with the form of its `data` (documentation for tools)."""

    snapshot: Snapshot
    seat: Seat
    queue: QueueView
    call: LiveCall
    pop: Pop
    call_ended: CallEnded
    recording: RecordingNews
    work_order: OrderNews
    order_notice: OrderNoticeNews
    notice: Notice
