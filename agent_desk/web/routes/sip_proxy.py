"""The softphone's SIP WebSocket, handed on to Asterisk's: one origin for page and phone.

Asterisk sees only this process as the peer, so the browser's address is logged here. Nothing of
the SIP text is read: Asterisk asks for the seat's own password.
"""

import asyncio
import logging
from typing import Final

from aiohttp import ClientError, ClientWebSocketResponse, WSCloseCode, WSMsgType, web
from aiohttp.client_ws import ClientWSTimeout

from agent_desk.web.problems import BadRequest
from agent_desk.web.routing import AnyRoute, Ask, Everybody, socket
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.sockets import HEARTBEAT, guarded, until_signed_out
from ticketing.errors import NotAllowed

SIP: Final = "sip"
LARGEST_MESSAGE: Final = 64 * 1024
CONNECT_WITHIN: Final = 5.0
_ONLY_OBSERVED: Final = frozenset({1004, 1005, 1006, 1015})
"""Close codes that stand for the lack of one and may not be sent."""

log = logging.getLogger(__name__)


async def sip_socket(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    who = ask.person
    if who.extension is None and not ask.desk.settings.demo:
        raise NotAllowed("sip", "您没有座席电话")
    if SIP not in ask.request.headers.get("Sec-WebSocket-Protocol", ""):
        raise BadRequest("WebSocket子协议须为sip")
    asterisk = await _connect(ask)
    try:
        browser = web.WebSocketResponse(
            protocols=(SIP,), heartbeat=HEARTBEAT, max_msg_size=LARGEST_MESSAGE
        )
        await browser.prepare(ask.request)
        log.info(
            "SIP socket opened: %s from %s, towards Asterisk %s",
            who.login,
            ask.address,
            asterisk.get_extra_info("sockname"),
        )
        async with guarded(ask, browser):
            await _run(ask, browser, asterisk)
    finally:
        await asterisk.close()
    log.info("SIP socket closed: %s from %s, code %s", who.login, ask.address, browser.close_code)
    return browser


async def _connect(ask: Ask[Nothing, Nothing]) -> ClientWebSocketResponse:
    url = f"http://127.0.0.1:{ask.desk.settings.asterisk_http_port}/ws"
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            return await ask.desk.http.ws_connect(
                url,
                protocols=(SIP,),
                heartbeat=HEARTBEAT,
                max_msg_size=LARGEST_MESSAGE,
                timeout=ClientWSTimeout(ws_close=2.0),
            )
    except (ClientError, OSError, TimeoutError) as error:
        log.warning("Asterisk's WebSocket cannot be reached: %s", error)
        raise BadRequest("电话系统暂时不可用，请稍后重试", 503) from error


async def _run(
    ask: Ask[Nothing, Nothing], browser: web.WebSocketResponse, asterisk: ClientWebSocketResponse
) -> None:
    """Both directions until either side ends; the other then gets the same close code."""
    tasks = [
        asyncio.create_task(_pump(browser, asterisk)),
        asyncio.create_task(_pump(asterisk, browser)),
    ]
    if ask.person.user_id is not None:
        tasks.append(asyncio.create_task(until_signed_out(ask, browser)))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except ConnectionError:
        log.info("SIP socket of %s broke", ask.person.login)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await browser.close(code=_code(asterisk.close_code))
        await asterisk.close(code=_code(browser.close_code))


async def _pump(
    source: web.WebSocketResponse | ClientWebSocketResponse,
    target: web.WebSocketResponse | ClientWebSocketResponse,
) -> None:
    async for message in source:
        if message.type is WSMsgType.TEXT:
            await target.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await source.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"text only")


def _code(observed: int | None) -> int:
    if observed is None or observed in _ONLY_OBSERVED:
        return WSCloseCode.GOING_AWAY
    return observed


ROUTES: tuple[AnyRoute, ...] = (
    socket("/sip", sip_socket, Everybody.OPEN_IN_DEMO, "软电话的SIP（WebSocket）"),
)
