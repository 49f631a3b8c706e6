"""The ways a message leaves the house: into a log (the default), to an HTTP gateway, or by SMPP."""

import hashlib
import hmac
import http.client
import json
import os
import ssl
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ticketing.clock import Clock
from ticketing.notices.sending import NotSent, Sms, SmsGateway, Uncertain
from ticketing.notices.smpp.gateway import SmppGateway
from ticketing.notices.smpp.link import SmppSettings
from ticketing.rules.masking import masked_phone

CONNECT_TIMEOUT: Final = 5.0
ANSWER_TIMEOUT: Final = 20.0
"""Seconds."""
SIGNATURE_AGE: Final = 300
"""Seconds that a signed request may be old, or ahead of our clock."""
NOT_THIS_ONE: Final = (400, 413, 422)
"""The gateway will never take this message."""
NOT_NOW: Final = 503
"""Like every other 3xx and 4xx: it took nothing, but may when somebody has mended a setting."""
LONGEST_ANSWER: Final = 65_536


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """`sms` in settings.json."""

    url: str
    key: str
    """Who we are to the gateway."""
    secret: str = field(repr=False)
    signs: bool = False
    """Whether it signs what it sends us; then what is not signed is refused."""


class LogGateway:
    """Writes what would be sent to a file, numbers masked: for a house without a gateway yet."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path: Final = path
        self._clock: Final = clock

    def send(self, message: Sms) -> str:
        line = {
            "at": self._clock.now().isoformat(),
            "reference": message.reference,
            "to": masked_phone(message.number),
            "text": message.text,
        }
        data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            mode = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            handle = os.open(self._path, mode, 0o600)
            try:
                os.write(handle, data)
            finally:
                os.close(handle)
        except OSError as error:
            raise NotSent(f"短信日志写不进去：{error.strerror}") from error
        return f"log-{message.reference}"


class HttpGateway:
    """One signed POST a message; the answer's `message_id` is the gateway's key.

    The signature is HMAC-SHA256 over time and body, so that nobody on the way can alter a message
    or send it again later. Only what happens before the request leaves is certainly not sent.
    """

    def __init__(self, settings: HttpSettings, clock: Clock) -> None:
        self._settings: Final = settings
        self._clock: Final = clock
        self._url: Final = urlsplit(settings.url)

    def send(self, message: Sms) -> str:
        body = json.dumps(
            {"reference": message.reference, "to": message.number, "text": message.text},
            ensure_ascii=False,
        ).encode()
        connection = self._connection()
        try:
            try:
                connection.connect()
            except OSError as error:
                raise NotSent(f"短信网关连接不上：{error}") from error
            try:
                if connection.sock is not None:
                    connection.sock.settimeout(ANSWER_TIMEOUT)
                connection.request("POST", self._target(), body, self._headers(message, body))
                answer = connection.getresponse()
                return _key_in(answer.status, answer.read(LONGEST_ANSWER))
            except (OSError, http.client.HTTPException) as error:
                raise Uncertain(f"短信网关没有答复：{type(error).__name__}") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            trust = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=CONNECT_TIMEOUT, context=trust)
        return http.client.HTTPConnection(host, port, timeout=CONNECT_TIMEOUT)

    def _target(self) -> str:
        return (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")

    def _headers(self, message: Sms, body: bytes) -> dict[str, str]:
        stamp = str(int(self._clock.now().timestamp()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": message.reference,
            "X-Hotline-Key": self._settings.key,
            "X-Hotline-Timestamp": stamp,
            "X-Hotline-Signature": signature(self._settings.secret, stamp, body),
        }


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over `<seconds since 1970>\\n<body>`."""
    return hmac.new(secret.encode(), stamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, now: datetime, stamp: str, signed: str, body: bytes) -> bool:
    """Whether the holder of the secret sent this body, and did so just now."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    fresh = abs(now.timestamp() - int(stamp)) <= SIGNATURE_AGE
    expected = signature(secret, stamp, body)
    return hmac.compare_digest(expected.encode(), signed.strip().lower().encode()) and fresh


def _key_in(status: int, body: bytes) -> str:
    """The gateway's key out of its answer. Raises NotSent, Uncertain."""
    if 300 <= status < 500 or status == NOT_NOW:
        final = status in NOT_THIS_ONE
        raise NotSent(f"短信网关拒绝（{status}）：{_said(body)}", final=final)
    if status >= 500:
        raise Uncertain(f"短信网关出错（{status}）：{_said(body)}")
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Uncertain("短信网关的答复看不懂") from error
    key = answer.get("message_id") if isinstance(answer, dict) else None
    if not isinstance(key, str | int) or key == "":
        raise Uncertain("短信网关的答复里没有message_id")
    return str(key)


def _said(body: bytes) -> str:
    return " ".join(body.decode("utf-8", "replace").split())[:200]


SmsSettings = HttpSettings | SmppSettings


def sms_settings(told: dict[str, Any]) -> SmsSettings:
    """`sms` of settings.json. Raises KeyError for what is missing, ValueError for what is wrong."""
    return smpp_settings(told["smpp"]) if "smpp" in told else http_settings(told)


def http_settings(told: dict[str, Any]) -> HttpSettings:
    """Raises KeyError for what is missing, ValueError for what is no address."""
    url = urlsplit(told["url"])
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("sms.url must begin with http:// or https://")
    return HttpSettings(told["url"], told["key"], told["secret"], bool(told.get("signs")))


def smpp_settings(told: dict[str, Any]) -> SmppSettings:
    """Raises KeyError for what is missing, ValueError for what cannot be."""
    unknown = set(told) - {one.name for one in fields(SmppSettings)}
    if unknown:
        raise ValueError(f"sms.smpp has no {', '.join(sorted(unknown))}")
    needed = ("host", "port", "system_id", "password", "source")
    chosen = SmppSettings(**{name: told[name] for name in needed} | told)
    if not 0 < int(chosen.port) < 65536 or float(chosen.per_second) <= 0:
        raise ValueError("sms.smpp: port and per_second must be above zero")
    if chosen.receipt_ids not in ("same", "decimal"):
        raise ValueError("sms.smpp.receipt_ids is same or decimal")
    return chosen


def gateway_of(settings: SmsSettings | None, log: Path, clock: Clock) -> SmsGateway:
    """The gateway a house has chosen; none: the log."""
    if isinstance(settings, SmppSettings):
        return SmppGateway(settings)
    return HttpGateway(settings, clock) if settings else LogGateway(log, clock)
