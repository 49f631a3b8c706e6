"""The log and the HTTP gateway: what leaves the house, and what each answer means."""

import json
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import HttpGatewayServer, running_gateway
from ticketing.notices.gateways import (
    HttpGateway,
    HttpSettings,
    LogGateway,
    gateway_of,
    http_settings,
    signature,
)
from ticketing.notices.sending import NotSent, Sms, Uncertain

MESSAGE = Sms("notice-7", "13812345678", "【12328】您反映的事项已受理")
SECRET = "s3cret"


@pytest.fixture
def server() -> Iterator[HttpGatewayServer]:
    with running_gateway() as side:
        yield side


@pytest.fixture
def gateway(server: HttpGatewayServer, moment: datetime) -> HttpGateway:
    return HttpGateway(HttpSettings(server.url, "centre", SECRET), MovableClock(moment))


def test_the_log_gateway_writes_the_message_with_its_number_masked(
    tmp_path: Path, moment: datetime
) -> None:
    log = tmp_path / "log" / "sms.log"
    gateway = gateway_of(None, log, MovableClock(moment))
    assert isinstance(gateway, LogGateway)
    assert gateway.send(MESSAGE) == "log-notice-7"
    gateway.send(MESSAGE)
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert (
        lines
        == [
            {
                "at": "2026-11-25T02:00:00+00:00",
                "reference": "notice-7",
                "to": "138****5678",
                "text": MESSAGE.text,
            }
        ]
        * 2
    )
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_written_sends_nothing(tmp_path: Path, moment: datetime) -> None:
    (tmp_path / "log").write_text("a file where a folder should be")
    gateway = LogGateway(tmp_path / "log" / "sms.log", MovableClock(moment))
    with pytest.raises(NotSent, match="短信日志写不进去"):
        gateway.send(MESSAGE)


def test_the_http_gateway_gets_one_signed_post(
    server: HttpGatewayServer, gateway: HttpGateway, moment: datetime
) -> None:
    assert gateway.send(MESSAGE) == "m-1"
    ((headers, body),) = server.requests
    assert json.loads(body) == {
        "reference": "notice-7",
        "to": "13812345678",
        "text": MESSAGE.text,
    }
    stamp = str(int(moment.timestamp()))
    assert headers["X-Hotline-Timestamp"] == stamp
    assert headers["X-Hotline-Key"] == "centre"
    assert headers["Idempotency-Key"] == "notice-7"
    assert headers["X-Hotline-Signature"] == signature(SECRET, stamp, body)
    assert signature(SECRET, stamp, body + b" ") != signature(SECRET, stamp, body)


def test_the_signature_is_the_one_of_the_contract() -> None:
    """Computed once with `printf '1700000000\\n{}' | openssl dgst -sha256 -hmac key`."""
    assert signature("key", "1700000000", b"{}") == (
        "dc69947da92a4b74a8dc1043568a9cd906a846272955d61394a6ff449c53eb36"
    )


@pytest.mark.parametrize(
    ("status", "final"), [(400, True), (422, True), (401, False), (429, False), (302, False)]
)
def test_a_refusal_is_certain_and_final_only_when_the_message_is_at_fault(
    server: HttpGatewayServer, gateway: HttpGateway, status: int, final: bool
) -> None:
    server.status, server.answer = status, "余额不足".encode()
    with pytest.raises(NotSent, match=f"拒绝（{status}）：余额不足") as caught:
        gateway.send(MESSAGE)
    assert caught.value.final is final
    assert len(server.requests) == 1


def test_a_busy_gateway_took_nothing(server: HttpGatewayServer, gateway: HttpGateway) -> None:
    server.status = 503
    with pytest.raises(NotSent) as caught:
        gateway.send(MESSAGE)
    assert not caught.value.final


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (500, b"oops", "出错（500）"),
        (200, b"<html>", "看不懂"),
        (200, b"[]", "没有message_id"),
        (200, b'{"message_id": ""}', "没有message_id"),
        (200, None, "没有答复"),
    ],
)
def test_what_is_no_clear_answer_is_uncertain(
    server: HttpGatewayServer,
    gateway: HttpGateway,
    status: int,
    answer: bytes | None,
    said: str,
) -> None:
    server.status, server.answer = status, answer
    with pytest.raises(Uncertain, match=said):
        gateway.send(MESSAGE)


def test_nobody_listening_is_certainly_not_sent(moment: datetime) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        gateway = HttpGateway(HttpSettings(url, "centre", SECRET), MovableClock(moment))
        with pytest.raises(NotSent, match="连接不上"):
            gateway.send(MESSAGE)


def test_settings_that_are_no_gateway_are_refused_at_the_start() -> None:
    told = {"url": "https://sms.example/send", "key": "centre", "secret": SECRET}
    assert SECRET not in repr(http_settings(told))
    with pytest.raises(ValueError, match="http"):
        http_settings({**told, "url": "file:///etc/passwd"})
    with pytest.raises(KeyError, match="secret"):
        http_settings({"url": told["url"], "key": "centre"})
