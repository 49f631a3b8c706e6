"""The live socket: a snapshot first, messages in order, and an end when the session ends."""

import asyncio
import json

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from agent_desk.live.shapes import Message
from tests.desk import Browser, RunningDesk
from tests.waiting import until


async def _open(desk: RunningDesk, browser: Browser) -> ClientWebSocketResponse:
    return await browser.session.ws_connect(f"{desk.base}/live", headers={"Origin": desk.base})


async def test_a_browser_gets_a_snapshot_and_then_what_happens(desk: RunningDesk) -> None:
    """As {"seq", "type", "data"}; the live side knows whose browser it is."""
    browser = await desk.signed_in("agent1")
    socket = await _open(desk, browser)
    await socket.send_json({"resume": None})
    first = await socket.receive_json(timeout=20)
    assert (first["seq"], first["type"]) == (1, "snapshot")
    assert first["data"]["me"]["extension"] == "1001"
    viewer, resume, feed = desk.live.feeds[0]
    assert (viewer.login, viewer.extension, viewer.sees_numbers, resume) == (
        "agent1",
        "1001",
        True,
        None,
    )
    feed.messages.put_nowait(Message(2, "notice", {"text": "大雪，客服量上升"}))
    assert (await socket.receive_json(timeout=20))["data"] == {"text": "大雪，客服量上升"}
    await socket.close()
    await until(lambda: feed.closed)


async def test_a_browser_that_comes_back_says_what_it_saw_last(desk: RunningDesk) -> None:
    """The number is handed on; nonsense begins afresh."""
    browser = await desk.signed_in("agent1")
    for said, understood in ((17, 17), (-1, None), ("17", None), (2**60, None)):
        socket = await _open(desk, browser)
        await socket.send_json({"resume": said})
        await socket.receive_json(timeout=20)
        assert desk.live.feeds[-1][1] == understood
        await socket.close()


async def test_garbage_as_the_first_word_closes_the_socket(desk: RunningDesk) -> None:
    """A clear close code, and nothing was opened for it."""
    browser = await desk.signed_in("agent1")
    for garbage in ("", "{", "[]", "7", '"resume"', "\x00", "[" * 3000):
        socket = await _open(desk, browser)
        await socket.send_str(garbage)
        message = await socket.receive(timeout=20)
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1003), garbage[:20]
    assert desk.live.feeds == []


async def test_peers_that_connect_and_vanish_leave_nothing_behind(desk: RunningDesk) -> None:
    """Half a handshake, half a frame, a cut connection: the next browser is served."""
    browser = await desk.signed_in("agent1")
    cookie = browser.cookie()
    port = int(desk.base.rpartition(":")[2])
    head = (
        f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {desk.base}\r\n"
        f"Cookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    for sent in ("", "GET /live HT", head, head + "\x81", head + "\x81\xfe\x00"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent.encode("latin-1"))
        await writer.drain()
        writer.transport.abort()
    socket = await _open(desk, browser)
    await socket.send_json({"resume": None})
    assert (await socket.receive_json(timeout=20))["type"] == "snapshot"
    await socket.close()


async def test_signing_out_ends_the_live_socket(desk: RunningDesk) -> None:
    """4401 tells the page to go to the log-in, not to reconnect."""
    browser = await desk.signed_in("agent1")
    socket = await _open(desk, browser)
    await socket.send_json({"resume": None})
    await socket.receive_json(timeout=20)
    assert (await browser.ask("DELETE", "/session")).status == 204
    message = await socket.receive(timeout=20)
    assert (message.type, message.data) == (WSMsgType.CLOSE, 4401)
    await until(lambda: desk.live.feeds[0][2].closed)


async def test_nobody_signed_in_hears_nothing(desk: RunningDesk) -> None:
    """Not even a snapshot."""
    browser = desk.browser()
    with pytest.raises(WSServerHandshakeError) as refused:
        await _open(desk, browser)
    assert refused.value.status == 401
    assert desk.live.feeds == []


async def test_a_message_with_four_byte_characters_arrives_whole(desk: RunningDesk) -> None:
    """What a caller's name may hold, the screen shows."""
    browser = await desk.signed_in("agent1")
    socket = await _open(desk, browser)
    await socket.send_json({"resume": None})
    await socket.receive_json(timeout=20)
    text = '🚕 "quoted" ${EXTEN} \n' * 2000
    desk.live.feeds[0][2].messages.put_nowait(Message(2, "notice", {"text": text}))
    assert json.loads((await socket.receive(timeout=20)).data)["data"]["text"] == text
    await socket.close()
