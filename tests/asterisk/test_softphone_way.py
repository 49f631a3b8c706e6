"""The page's telephone registers through the desk's own SIP WebSocket with a real Asterisk."""

import hashlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse

from tests.asterisk.pbx import HotlinePbx
from tests.desk import RunningDesk, running_desk
from tests.fakes.clock import MovableClock
from tests.waiting import until
from ticketing import migrations
from ticketing.database import Database


@pytest.fixture
async def desk(running_pbx: HotlinePbx, tmp_path: Path) -> AsyncIterator[RunningDesk]:
    database = Database(f"sqlite:///{tmp_path}/hotline.db")
    migrations.upgrade(database)
    clock = MovableClock(datetime.now(UTC))
    pbx = running_pbx.settings
    async with running_desk(
        database,
        clock,
        tmp_path,
        asterisk_http_port=pbx.http_port,
        secret=pbx.installation_secret,
    ) as running:
        yield running
    database.close()


async def test_a_seat_registers_through_the_desk_and_leaves_with_its_page(
    desk: RunningDesk, running_pbx: HotlinePbx
) -> None:
    """With the credentials the API gives; Asterisk challenges and then knows the phone."""
    agent = await desk.signed_in("agent1")
    phone = (await agent.get("/agents/me/phone")).body
    socket = await agent.session.ws_connect(
        f"{desk.base}/sip", protocols=("sip",), headers={"Origin": desk.base}
    )
    challenge = await _register(socket, phone["extension"], phone["realm"], 1, "")
    assert challenge.startswith("SIP/2.0 401 ")
    answer = _digest(challenge, phone["extension"], phone["password"], phone["realm"])
    assert (await _register(socket, phone["extension"], phone["realm"], 2, answer)).startswith(
        "SIP/2.0 200 "
    )
    assert "1001/sip:" in running_pbx.instance.cli("pjsip show aor 1001")
    await socket.close()
    await until(lambda: "1001/sip:" not in running_pbx.instance.cli("pjsip show aor 1001"))


async def test_another_seats_extension_is_refused_by_asterisk(desk: RunningDesk) -> None:
    """A person's password opens that person's seat only."""
    agent = await desk.signed_in("agent1")
    phone = (await agent.get("/agents/me/phone")).body
    socket = await agent.session.ws_connect(
        f"{desk.base}/sip", protocols=("sip",), headers={"Origin": desk.base}
    )
    challenge = await _register(socket, "1002", phone["realm"], 1, "")
    answer = _digest(challenge, "1002", phone["password"], phone["realm"])
    refused = await _register(socket, "1002", phone["realm"], 2, answer)
    assert refused.startswith("SIP/2.0 401 ")
    await socket.close()


async def _register(
    socket: ClientWebSocketResponse, user: str, host: str, cseq: int, authorization: str
) -> str:
    lines = [
        f"REGISTER sip:{host} SIP/2.0",
        f"Via: SIP/2.0/WS test.invalid;branch=z9hG4bK{cseq}{user}",
        "Max-Forwards: 70",
        f"From: <sip:{user}@{host}>;tag=1{user}",
        f"To: <sip:{user}@{host}>",
        f"Call-ID: {user}-test",
        f"CSeq: {cseq} REGISTER",
        f"Contact: <sip:{user}@test.invalid;transport=ws>;expires=60",
        *([f"Authorization: {authorization}"] if authorization else []),
        "Content-Length: 0",
    ]
    await socket.send_str("\r\n".join([*lines, "", ""]))
    while True:
        text = await socket.receive_str(timeout=30)
        if f"CSeq: {cseq} REGISTER" in text:
            return text


def _digest(challenge: str, user: str, password: str, host: str) -> str:
    line = next(one for one in challenge.splitlines() if one.startswith("WWW-Authenticate"))
    asked = dict(re.findall(r'(\w+)="?([^",]+)"?', line))
    uri = f"sip:{host}"

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    secret = md5(f"{user}:{asked['realm']}:{password}")
    proof = md5(f"{secret}:{asked['nonce']}:00000001:abcd:auth:{md5(f'REGISTER:{uri}')}")
    opaque = f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
    return (
        f'Digest username="{user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", '
        f'uri="{uri}", response="{proof}", algorithm=MD5, qop=auth, nc=00000001, '
        f'cnonce="abcd"{opaque}'
    )
