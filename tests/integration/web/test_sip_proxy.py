"""The softphone's SIP goes through the desk to Asterisk, for people with a session only."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from tests.desk import Browser, RunningDesk, running_desk
from tests.fakes.asterisk_ws import FakeAsteriskWs
from tests.fakes.clock import MovableClock
from tests.waiting import until
from ticketing.database import Database

REGISTER = "REGISTER sip:127.0.0.1 SIP/2.0\r\nX-Name: 张三 🚕\r\n\r\n"


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsteriskWs]:
    fake = FakeAsteriskWs()
    yield fake
    await fake.stop()


@pytest.fixture
async def desk(
    database: Database, clock: MovableClock, tmp_path: Path, asterisk: FakeAsteriskWs
) -> AsyncIterator[RunningDesk]:
    port = await asterisk.start()
    async with running_desk(database, clock, tmp_path, asterisk_http_port=port) as running:
        yield running


async def _phone(
    browser: Browser, base: str, protocols: tuple[str, ...] = ("sip",)
) -> ClientWebSocketResponse:
    return await browser.session.ws_connect(
        f"{base}/sip", protocols=protocols, headers={"Origin": base}
    )


async def test_sip_text_passes_both_ways_unchanged(
    desk: RunningDesk, asterisk: FakeAsteriskWs
) -> None:
    """Sub-protocol sip on both hops, characters of four bytes included."""
    browser = await desk.signed_in("agent1")
    phone = await _phone(browser, desk.base)
    assert phone.protocol == "sip"
    for n in range(50):
        await phone.send_str(f"{n} {REGISTER}")
        assert await phone.receive_str(timeout=20) == f"200 {n} {REGISTER}"
    assert len(asterisk.received) == 50


async def test_either_side_that_ends_ends_the_other(
    desk: RunningDesk, asterisk: FakeAsteriskWs
) -> None:
    """The browser's tab closes: Asterisk hears it; Asterisk restarts: the phone hears it."""
    browser = await desk.signed_in("agent1")
    phone = await _phone(browser, desk.base)
    await phone.close(code=1001)
    await until(lambda: asterisk.close_codes == [1001])
    again = await _phone(browser, desk.base)
    await until(lambda: len(asterisk.sockets) == 2)
    await asterisk.sockets[1].close(code=1012)
    message = await again.receive(timeout=20)
    assert message.type is WSMsgType.CLOSE
    assert message.data == 1012


async def test_no_session_no_phone(desk: RunningDesk, asterisk: FakeAsteriskWs) -> None:
    """Outside a demo nobody reaches Asterisk without signing in and having a seat."""
    for login in ("", "unit1"):
        browser = await desk.signed_in(login) if login else desk.browser()
        with pytest.raises(WSServerHandshakeError) as refused:
            await _phone(browser, desk.base)
        assert refused.value.status == (403 if login else 401)
    assert asterisk.sockets == []


async def test_another_sites_page_cannot_use_the_cookie(
    desk: RunningDesk, asterisk: FakeAsteriskWs
) -> None:
    """The Origin of both sockets must be our own; a missing one is no browser."""
    browser = await desk.signed_in("agent1")
    for path in ("sip", "live"):
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {}):
            with pytest.raises(WSServerHandshakeError) as refused:
                await browser.session.ws_connect(
                    f"{desk.base}/{path}", protocols=("sip",), headers=headers
                )
            assert refused.value.status == 403
    assert asterisk.sockets == []


async def test_another_sub_protocol_is_refused_here(desk: RunningDesk) -> None:
    """Asterisk would answer 400 anyway; nobody waits for it."""
    browser = await desk.signed_in("agent1")
    with pytest.raises(WSServerHandshakeError) as refused:
        await _phone(browser, desk.base, protocols=("chat",))
    assert refused.value.status == 400


async def test_binary_is_refused_and_asterisk_never_sees_it(
    desk: RunningDesk, asterisk: FakeAsteriskWs
) -> None:
    """SIP is text; the socket closes with 1003."""
    browser = await desk.signed_in("agent1")
    phone = await _phone(browser, desk.base)
    await phone.send_bytes(b"\x00\xff")
    message = await phone.receive(timeout=20)
    assert message.type is WSMsgType.CLOSE
    assert message.data == 1003
    assert asterisk.received == []


async def test_asterisk_away_is_said_before_the_upgrade(
    desk: RunningDesk, asterisk: FakeAsteriskWs
) -> None:
    """The phone waits and tries again; the page may say why."""
    browser = await desk.signed_in("agent1")
    await asterisk.stop()
    with pytest.raises(WSServerHandshakeError) as refused:
        await _phone(browser, desk.base)
    assert refused.value.status == 503


async def test_a_stopping_server_closes_its_phones(
    desk: RunningDesk, asterisk: FakeAsteriskWs
) -> None:
    """Phones hear 1001 at once instead of hanging for a minute."""
    browser = await desk.signed_in("agent1")
    phone = await _phone(browser, desk.base)
    await phone.send_str("hello")
    await phone.receive_str(timeout=20)
    stopping = asyncio.create_task(desk.stop_serving())
    message = await phone.receive(timeout=20)
    assert message.type is WSMsgType.CLOSE
    assert message.data == 1001
    await asyncio.wait_for(stopping, 20)


async def test_a_phone_closes_soon_after_its_session_ended(
    desk: RunningDesk, asterisk: FakeAsteriskWs
) -> None:
    """Signing out ends the page's phone too: the desk closes it with 4401."""
    browser = await desk.signed_in("agent1")
    phone = await _phone(browser, desk.base)
    await until(lambda: asterisk.sockets)
    assert (await browser.ask("DELETE", "/session")).status == 204
    message = await phone.receive(timeout=20)
    assert message.type is WSMsgType.CLOSE
    assert message.data == 4401
