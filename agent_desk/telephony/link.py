"""The one connection to Asterisk's manager interface: kept up, watched, honest about its state."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from panoramisk.message import Message

from agent_desk.telephony.errors import TelephoneAway, TelephoneRefused
from agent_desk.telephony.wire import Ask, Wire, first

log = logging.getLogger(__name__)

EVENT_CLASSES: Final = "system,call,agent,user"


@dataclass(frozen=True, slots=True)
class Address:
    """Where Asterisk's manager interface is and who we are there."""

    host: str
    port: int
    user: str
    secret: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    answer: float = 5.0
    connect: float = 5.0
    boot: float = 30.0
    ping_every: float = 2.0
    ping_answer: float = 4.0
    first_retry: float = 0.3
    longest_retry: float = 5.0


class Link:
    """Connects, logs in, pings, connects again. Owned by one task: `run()`."""

    def __init__(
        self,
        address: Address,
        on_event: Callable[[Message], None],
        on_up: Callable[[], Awaitable[None]],
        on_down: Callable[[str], None],
        patience: Patience | None = None,
    ) -> None:
        """`on_up` runs after each log-in and must re-read everything; `on_down` gets a reason."""
        self._address = address
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._patience = patience or Patience()
        self._wire: Wire | None = None
        self._booted = asyncio.Event()
        self.trouble = "正在连接 Asterisk"
        """Chinese: why there is no connection; empty when there is one."""

    async def run(self) -> None:
        """Until cancelled."""
        delay = self._patience.first_retry
        while True:
            was_up = await self._serve_once()
            delay = self._patience.first_retry if was_up else delay * 2
            await asyncio.sleep(min(delay, self._patience.longest_retry))

    async def ask(self, action: str, fields: Mapping[str, str | list[str]]) -> Message:
        """Sends one action and gives its answer.

        Raises TelephoneAway when there is no connection, or none before the answer came;
        TelephoneRefused when Asterisk says no.
        """
        return (await self._ask(action, fields, many=False))[0]

    async def ask_list(self, action: str, fields: Mapping[str, str] | None = None) -> list[Message]:
        """Sends an action that answers with a list of events; gives the events."""
        answer = await self._ask(action, fields or {}, many=True)
        return answer[1:-1]

    async def _ask(
        self, action: str, fields: Mapping[str, str | list[str]], *, many: bool
    ) -> list[Message]:
        wire = self._wire
        if wire is None or self.trouble:
            raise TelephoneAway(self.trouble)
        return await self._ask_on(wire, Ask(action, fields, many), self._patience.answer)

    async def _ask_on(self, wire: Wire, ask: Ask, seconds: float) -> list[Message]:
        if wire.closed:
            raise TelephoneAway(wire.lost.result())
        wire.send(ask)
        try:
            # not wait_for: 3.11's swallows a cancellation that comes together with the answer
            async with asyncio.timeout(seconds):
                answer: list[Message] = await ask.future
        except TimeoutError:
            raise TelephoneAway(f"Asterisk 未在 {seconds:g} 秒内应答 {ask['Action']}") from None
        finally:
            wire.forget(ask)
        if not answer[0].success:
            raise TelephoneRefused(str(ask["Action"]), first(answer[0], "Message"))
        return answer

    async def _serve_once(self) -> bool:
        """One connection from its beginning to its end; True when it had been up."""
        was_up = False
        try:
            wire = await self._log_in()
            self.trouble, was_up = "", True
            await self._on_up()
            log.info("Asterisk connected")
            reason = await self._watch(wire)
        except (OSError, TimeoutError) as error:
            reason = f"无法连接 Asterisk（{error or '超时'}）"
        except TelephoneRefused as error:
            reason = f"Asterisk 拒绝登录，请检查 AMI 用户名和密码（{error.reason}）"
        except TelephoneAway as error:
            reason = error.reason
        finally:
            if self._wire is not None:
                self._wire.cut(self.trouble or "与 Asterisk 的连接已断开")
                self._wire = None
        if was_up or reason != self.trouble:
            log.warning("no Asterisk: %s", reason)
        self.trouble = reason
        self._on_down(reason)
        return was_up

    async def _log_in(self) -> Wire:
        patience, address = self._patience, self._address
        self._booted.clear()
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(patience.connect):
            _, wire = await loop.create_connection(
                lambda: Wire(self._hear), address.host, address.port
            )
        self._wire = wire
        await asyncio.wait({wire.greeted}, timeout=patience.answer)
        if not wire.greeted.done():
            raise TelephoneAway("对端没有应答，不像是 Asterisk 管理接口")
        fields = {"Username": address.user, "Secret": address.secret, "Events": EVENT_CLASSES}
        await self._ask_on(wire, Ask("Login", fields, many=False), patience.answer)
        wire.lost.add_done_callback(lambda _: self._booted.set())  # wait no longer
        try:
            async with asyncio.timeout(patience.boot):
                await self._booted.wait()
        except TimeoutError:
            raise TelephoneAway("Asterisk 尚未启动完成") from None
        return wire

    def _hear(self, message: Message) -> None:
        if first(message, "Event") == "FullyBooted":
            self._booted.set()
        try:
            self._on_event(message)
        except Exception:  # one strange event must not cost us the connection
            log.exception("event not understood: %r", message)

    async def _watch(self, wire: Wire) -> str:
        """Pings until the connection ends or Asterisk no longer answers; gives the reason."""
        while True:
            await asyncio.wait({wire.lost}, timeout=self._patience.ping_every)
            if wire.lost.done():
                return wire.lost.result()
            try:
                await self._ask_on(wire, Ask("Ping", {}, many=False), self._patience.ping_answer)
            except TelephoneAway:
                wire.cut("Asterisk 没有响应")
