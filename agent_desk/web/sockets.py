"""The WebSockets that are open: a stopping server closes them, an ended session too."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import WSCloseCode, web

from agent_desk.web.routing import AnyAsk
from agent_desk.web.serving import COOKIE
from ticketing.errors import DatabaseAway
from ticketing.people.sessions import SignedOut, find_session, touch_session

HEARTBEAT: Final = 20.0
"""Seconds between pings; a browser that vanished is noticed after one and a half."""
CHECK_EVERY: Final = 60.0
"""Seconds after which an open socket's session is looked at again."""
SIGNED_OUT: Final = 4401
"""Close code: sign in again."""


class OpenSockets:
    """Sockets add themselves when they open and leave when they end."""

    def __init__(self) -> None:
        self._sockets: Final[dict[web.WebSocketResponse, str]] = {}
        """With the hash of the session that opened them."""

    def add(self, socket: web.WebSocketResponse, session_hash: str) -> None:
        self._sockets[socket] = session_hash

    def discard(self, socket: web.WebSocketResponse) -> None:
        self._sockets.pop(socket, None)

    async def close_session(self, session_hash: str) -> None:
        """The session was signed out: its live page and its phone end now."""
        mine = [socket for socket, session in self._sockets.items() if session == session_hash]
        await _close(mine, SIGNED_OUT, b"signed out")

    async def close_all(self) -> None:
        """Tells every browser that the server goes away; it comes back by itself."""
        await _close(self._sockets, WSCloseCode.GOING_AWAY, b"restart")


async def _close(sockets: Iterable[web.WebSocketResponse], code: int, why: bytes) -> None:
    closing = [socket.close(code=code, message=why) for socket in sockets]
    await asyncio.gather(*closing, return_exceptions=True)


OPEN_SOCKETS: Final = web.AppKey("OPEN_SOCKETS", OpenSockets)


@asynccontextmanager
async def guarded(ask: AnyAsk, socket: web.WebSocketResponse) -> AsyncIterator[None]:
    """Known while it is open, closed at the end of the block whatever happened in it."""
    sockets = ask.request.app[OPEN_SOCKETS]
    sockets.add(socket, ask.session_hash)
    try:
        yield
    finally:
        sockets.discard(socket)
        await socket.close()


async def until_signed_out(ask: AnyAsk, ws: web.WebSocketResponse) -> None:
    """An open page counts as being there; a session that was ended elsewhere closes it."""
    token = ask.request.cookies.get(COOKIE, "")
    while True:
        await asyncio.sleep(CHECK_EVERY)
        moment = ask.desk.clock.now()
        try:
            opened = await ask.desk.database.read(find_session, moment, token)
            await ask.desk.database.write(touch_session, moment, opened.token_hash)
        except SignedOut:
            await ws.close(code=SIGNED_OUT, message=b"signed out")
            return
        except DatabaseAway:  # nobody is thrown out because of it
            continue
