"""The live WebSocket: one feed of the live side per browser, checked again while it is open."""

import asyncio
import json
import logging
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from agent_desk.live.desk import Feed
from agent_desk.web.routes.agents import viewer_of
from agent_desk.web.routing import AnyRoute, Ask, Everybody, socket
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.sockets import HEARTBEAT, guarded, until_signed_out
from ticketing.errors import NotAllowed

FIRST_WORD: Final = 10.0
"""Seconds a browser has to say from where it resumes."""

log = logging.getLogger(__name__)


async def live_socket(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    if ask.person.user_id is None or ask.person.must_change_password:
        raise NotAllowed("live", "请先登录并修改初始密码")
    ws = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=4096)
    await ws.prepare(ask.request)
    async with guarded(ask, ws):
        resume = await _resume_point(ws)
        if ws.closed:
            return ws
        feed = ask.desk.live.open_feed(viewer_of(ask.person), resume)
        try:
            await _run(ask, ws, feed)
        finally:
            feed.close()
    return ws


async def _resume_point(ws: web.WebSocketResponse) -> int | None:
    """The browser's first word; anything else than a sequence number begins afresh."""
    try:
        message = await ws.receive(timeout=FIRST_WORD)
    except TimeoutError:
        await ws.close(code=WSCloseCode.POLICY_VIOLATION, message=b"say where to resume")
        return None
    try:
        said = json.loads(message.data) if message.type is WSMsgType.TEXT else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        await ws.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"say where to resume")
        return None
    resume = said.get("resume")
    return resume if isinstance(resume, int) and 0 <= resume < 2**53 else None


async def _run(ask: Ask[Nothing, Nothing], ws: web.WebSocketResponse, feed: Feed) -> None:
    """Ends when the browser goes, the session ends or the feed does."""
    tasks = [
        asyncio.create_task(_send(ws, feed)),
        asyncio.create_task(_until_gone(ws)),
        asyncio.create_task(until_signed_out(ask, ws)),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except ConnectionError:
        log.info("live socket of %s broke", ask.person.login)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(ws: web.WebSocketResponse, feed: Feed) -> None:
    while True:
        message = await feed.next()
        await ws.send_json(message.as_json(), dumps=_dumps)


async def _until_gone(ws: web.WebSocketResponse) -> None:
    async for _ in ws:  # what a browser says after its first word has no meaning
        pass


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


ROUTES: tuple[AnyRoute, ...] = (
    socket("/live", live_socket, Everybody.SIGNED_IN, "实时消息（WebSocket）"),
)
