"""AMI's bytes: panoramisk's protocol and action with their known defects closed.

A character split over two reads stays whole; every action says itself whether it is a list, so an
answer is never guessed from its wording; a lost connection fails what is pending and re-sends
nothing; a peer that is not Asterisk is cut off.
"""

import asyncio
import codecs
from collections.abc import Callable, Mapping
from typing import Any, Final

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from agent_desk.telephony.errors import TelephoneAway

GREETING: Final = b"Asterisk Call Manager/"
MOST_UNFINISHED: Final = 1 << 20
"""Characters of one message; Asterisk's longest are some ten thousand."""

FORBIDDEN: Final = str.maketrans({"\r": " ", "\n": " ", "\0": " "})


class Ask(Action):  # type: ignore[misc]  # panoramisk carries no types
    """One action and its answer: the first message, or a list up to `EventList: Complete`."""

    def __init__(self, name: str, fields: Mapping[str, str | list[str]], many: bool) -> None:
        super().__init__({"Action": name, **{key: _safe(value) for key, value in fields.items()}})
        self.many = many

    def add_message(self, message: Message) -> bool:
        """Takes one message of the answer; True when the answer is whole."""
        if self.future.done():
            return True
        self.responses.append(message)
        refused = len(self.responses) == 1 and not message.success
        whole = not self.many or refused or first(message, "EventList").lower() == "complete"
        if whole:
            self.future.set_result(self.responses)
        return whole


class Wire(AMIProtocol):  # type: ignore[misc]  # panoramisk carries no types
    """One connection. `on_event` gets every message that answers no action."""

    def __init__(self, on_event: Callable[[Message], None]) -> None:
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done with the reason when the connection is over."""
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the peer said that it is Asterisk; cancelled when it will not."""
        self.closed = False
        self.responses: dict[str, Ask] = {}
        self._on_event = on_event
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")
        self._greeting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.encoding = "utf-8"
        self.factory = self

    def data_received(self, data: bytes) -> None:
        if not self.greeted.done():
            self._greeting += data
            if not self._greeting.startswith(GREETING[: len(self._greeting)]):
                self.cut("对端不是 Asterisk 管理接口")
                return
            if len(self._greeting) < len(GREETING):
                return
            data = self._greeting
            self.greeted.set_result(None)
        super().data_received(self._characters.decode(data).encode())
        if self.queue and len(self.queue[-1]) > MOST_UNFINISHED:
            self.cut("Asterisk 管理接口发来无法识别的数据")

    def dispatch(self, message: Message) -> None:
        """panoramisk's protocol hands its events to its `factory`, which is this object."""
        self._on_event(message)

    def connection_lost(self, exc: BaseException | None) -> None:
        # panoramisk calls this too when Asterisk says that it shuts down
        broken = isinstance(exc, OSError)
        self.cut(f"与 Asterisk 的连接中断（{exc}）" if broken else "Asterisk 关闭了连接")

    def cut(self, reason: str) -> None:
        """Ends the connection now; what was pending fails, for nobody knows if it was done."""
        self.closed = True
        pending = list(self.responses.values())
        self.responses = {}
        for ask in pending:
            if not ask.future.done():
                ask.future.set_exception(TelephoneAway(reason))
        self.greeted.cancel()
        if not self.lost.done():
            self.lost.set_result(reason)
        self.transport.abort()

    def forget(self, ask: Ask) -> None:
        """A late answer to `ask` finds nobody waiting."""
        self.responses.pop(ask.id, None)


def first(message: Mapping[str, Any], key: str) -> str:
    """The value of a header as text; of a repeated one the first; empty when it is missing."""
    value = message.get(key, "")
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value)


def _safe(value: str | list[str]) -> str | list[str]:
    """A line break in a value would begin a header, or an action, of its own."""
    if isinstance(value, str):
        return value.translate(FORBIDDEN)
    return [one.translate(FORBIDDEN) for one in value]
