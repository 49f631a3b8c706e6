"""The WebSockets that are open: a stopping server closes them, an ended session too."""

import asyncio
from collections.abc import AsyncIterator
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
        self._sockets: Final[set[web.WebSocketResponse]] = set()

    def add(self, socket: web.WebSocketResponse) -> None:
        self._sockets.add(socket)

    def discard(self, socket: web.WebSocketResponse) -> None:
        self._sockets.discard(socket)

    async def close_all(self) -> None:
        """Tells every browser that the server goes away; it comes back by itself."""
        await asyncio.gather(
            *(
                socket.close(code=WSCloseCode.GOING_AWAY, message=b"restart")
                for socket in tuple(self._sockets)
            ),
            return_exceptions=True,
        )


OPEN_SOCKETS: Final = web.AppKey("OPEN_SOCKETS", OpenSockets)


@asynccontextmanager
async def guarded(sockets: OpenSockets, socket: web.WebSocketResponse) -> AsyncIterator[None]:
    """Known while it is open, closed at the end of the block whatever happened in it."""
    sockets.add(socket)
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
