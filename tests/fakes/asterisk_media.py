"""Asterisk's chan_websocket as the media server sees it: real bytes on a real socket.

It plays what it gets at the pace of the wall clock or, `quick`, at once.
"""

import asyncio
import json
from typing import Self

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, encode_basic_auth


class AsteriskMedia:
    """One channel's socket."""

    def __init__(self, session: ClientSession, url: str, turn: str, secret: str) -> None:
        self._session, self._url, self._turn, self._secret = session, url, turn, secret
        self._line: ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self.words = b""
        """All the sound that was sent to the caller."""
        self.messages: list[int] = []
        """Sizes of the messages it came in."""
        self.commands: list[str] = []
        self.flushed = False
        self.closed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._line = await self._session.ws_connect(
            f"{self._url}/media?turn={self._turn}",
            protocols=("media",),
            headers={"Authorization": encode_basic_auth("speech", self._secret)},
        )
        self._reading = asyncio.create_task(self._read())
        await self.tells("MEDIA_START", format="slin", optimal_frame_size=320)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.takes_the_line()
        if self._reading is not None:
            await self._reading

    async def tells(self, event: str, **more: object) -> None:
        assert self._line is not None
        await self._line.send_str(json.dumps({"event": event, **more}))

    async def presses(self, key: str) -> None:
        await self.tells("DTMF_END", digit=key)

    async def has_played(self) -> None:
        """The caller has heard everything."""
        await self.tells("MEDIA_MARK_PROCESSED", correlation_id="said")

    async def carries(self, pcm: bytes, pace: float = 0.0) -> None:
        """The caller's sound, a frame at a time."""
        assert self._line is not None
        for at in range(0, len(pcm), 320):
            await self._line.send_bytes(pcm[at : at + 320])
            await asyncio.sleep(pace)

    async def takes_the_line(self) -> None:
        """The caller hung up."""
        assert self._line is not None
        await self._line.close()

    async def _read(self) -> None:
        assert self._line is not None
        async for message in self._line:
            if message.type is WSMsgType.BINARY:
                self.words += message.data
                self.messages.append(len(message.data))
            elif message.type is WSMsgType.TEXT:
                name = json.loads(message.data)["command"]
                self.commands.append(name)
                self.flushed |= name == "FLUSH_MEDIA"
                if name == "HANGUP":
                    await self._line.close()
        self.closed.set()
