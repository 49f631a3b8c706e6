"""The WebSockets that are open, so that a stopping server closes them instead of waiting."""

import asyncio
from typing import Final

from aiohttp import WSCloseCode, web


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
