"""Asterisk's /ws as far as SIP over WebSocket goes: sub-protocol sip or 400, text both ways."""

from aiohttp import web
from aiohttp.test_utils import TestServer


class FakeAsteriskWs:
    """Answers every text with `200 <text>`; remembers what it got."""

    def __init__(self) -> None:
        app = web.Application()
        app.router.add_get("/ws", self._serve)
        self._server = TestServer(app)
        self.received: list[str] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.close_codes: list[int | None] = []

    async def start(self) -> int:
        """The port it listens on."""
        await self._server.start_server()
        assert self._server.port is not None
        return self._server.port

    async def stop(self) -> None:
        await self._server.close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Sec-WebSocket-Protocol") != "sip":
            raise web.HTTPBadRequest
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            self.received.append(message.data)
            await socket.send_str(f"200 {message.data}")
        self.close_codes.append(socket.close_code)
        return socket
