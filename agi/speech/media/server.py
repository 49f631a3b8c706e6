"""Turns by HTTP from the calls' threads, their sound by WebSocket from Asterisk, on one port.

Loopback only, and nobody without the installation's secret: a turn's name is a secret of its own,
good for one connection within seconds.
"""

import asyncio
import base64
import contextlib
import hmac
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from agi.speech.media.feeder import Words
from agi.speech.media.session import Session
from agi.speech.media.tones import KeyTones
from agi.speech.recognition.hearing import Hearing, Recognisers
from agi.speech.turns import SECRET_HEADER, TurnGarbage, TurnResult, TurnWish

log = logging.getLogger(__name__)

CLAIM_SECONDS: Final = 3.0
"""A turn nobody connected for by then is forgotten."""
FETCH_SECONDS: Final = 30.0
"""A result nobody fetched by then is forgotten: its call's script died."""
END_SECONDS: Final = 0.3
"""How long a result is waited for that is about to come."""
TICK_SECONDS: Final = 0.05
LONGEST_WISH: Final = 256 * 1024
LONGEST_MESSAGE: Final = 64 * 1024
NEVER_CONNECTED: Final = "Asterisk did not connect"


@dataclass(slots=True)
class Prepared:
    """A turn between its wish and its result."""

    wish: TurnWish
    words: Words
    hearing: Hearing
    result: asyncio.Future[TurnResult]
    forgotten_by: asyncio.TimerHandle | None = None
    session: Session | None = None


@dataclass(slots=True)
class MediaServer:
    """All turns of one process."""

    recognisers: Recognisers
    secret: str
    _tones: KeyTones = field(default_factory=KeyTones)
    _turns: dict[str, Prepared] = field(default_factory=dict)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=LONGEST_WISH)
        app.router.add_post("/turns", self._begin)
        app.router.add_delete("/turns/{turn}", self._end)
        app.router.add_get("/media", self._media)
        app.cleanup_ctx.append(self._ticking)
        return app

    @property
    def turns(self) -> int:
        """How many there are now."""
        return len(self._turns)

    async def _ticking(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._tick())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await self._tick_turns()

    async def _tick_turns(self) -> None:
        for turn in list(self._turns.values()):
            if turn.session is None or turn.result.done():
                continue
            try:
                await turn.session.tick()
            except Exception:
                # One turn's defect must not stop the clock of all the others.
                log.exception("%s: a turn failed at its clock", turn.wish.call)

    # --- from the calls' threads ---
    async def _begin(self, request: web.Request) -> web.Response:
        if not self._is_ours(request.headers.get(SECRET_HEADER, "")):
            return web.Response(status=403)
        try:
            wish = TurnWish.from_json(await request.read())
            words = Words(wish.sound.read_bytes())
        except (TurnGarbage, OSError) as error:
            log.warning("no turn: %s", error)
            return web.Response(status=400, text=type(error).__name__)
        hearing = self.recognisers.begin(wish.listening.phrases)
        if hearing is None:
            return web.Response(status=503, text="no recogniser is free")
        name = secrets.token_hex(16)
        loop = asyncio.get_running_loop()
        turn = Prepared(wish, words, hearing, loop.create_future())
        turn.forgotten_by = loop.call_later(CLAIM_SECONDS, self._unclaimed, name)
        self._turns[name] = turn
        return web.Response(status=201, text=name)

    async def _end(self, request: web.Request) -> web.Response:
        if not self._is_ours(request.headers.get(SECRET_HEADER, "")):
            return web.Response(status=403)
        name = request.match_info["turn"]
        turn = self._turns.get(name)
        if turn is None:
            return web.Response(status=404)
        if turn.session is None:
            self._finish(name, TurnResult(fault=NEVER_CONNECTED))
        done, _ = await asyncio.wait([turn.result], timeout=END_SECONDS)
        result = turn.result.result() if done else TurnResult(fault="the turn did not end")
        self._forget(name)
        return web.Response(body=result.to_json(), content_type="application/json")

    def _unclaimed(self, name: str) -> None:
        if (turn := self._turns.get(name)) is not None and turn.session is None:
            self._finish(name, TurnResult(fault=NEVER_CONNECTED))

    def _finish(self, name: str, result: TurnResult) -> None:
        turn = self._turns.get(name)
        if turn is None or turn.result.done():
            return
        turn.hearing.abandon()
        turn.result.set_result(result)
        self._forget_after(turn, FETCH_SECONDS, lambda: self._forget(name))

    def _forget(self, name: str) -> None:
        turn = self._turns.pop(name, None)
        if turn is not None:
            turn.hearing.abandon()
            self._forget_after(turn, None, lambda: None)

    @staticmethod
    def _forget_after(turn: Prepared, seconds: float | None, act: Callable[[], None]) -> None:
        if turn.forgotten_by is not None:
            turn.forgotten_by.cancel()
        loop = asyncio.get_running_loop()
        turn.forgotten_by = None if seconds is None else loop.call_later(seconds, act)

    # --- from Asterisk ---
    async def _media(self, request: web.Request) -> web.StreamResponse:
        if not self._is_ours(_password(request.headers.get("Authorization", ""))):
            return web.Response(status=403)
        name = request.query.get("turn", "")
        turn = self._turns.get(name)
        if turn is None or turn.session is not None or turn.result.done():
            return web.Response(status=404)
        line = web.WebSocketResponse(
            protocols=("media",), compress=False, max_msg_size=LONGEST_MESSAGE, timeout=0.5
        )
        session = turn.session = Session(line, turn.wish, turn.words, turn.hearing, self._tones)
        self._forget_after(turn, None, lambda: None)
        try:
            await line.prepare(request)
            await session.run()
        finally:  # also when the handler is cancelled because the connection is gone
            self._finish(name, session.result())
        return line

    def _is_ours(self, shown: str) -> bool:
        return hmac.compare_digest(shown.encode(), self.secret.encode())


def _password(authorization: str) -> str:
    """Of HTTP basic authentication; empty when there is none."""
    kind, _, coded = authorization.partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(coded, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
