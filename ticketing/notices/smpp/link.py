"""One bound session with the carrier's message centre, owned by one thread.

Whatever the centre says while we wait for an answer is kept for later; what cannot be matched to a
question any more means that the link is lost.
"""

import select
import socket
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from ticketing.notices.smpp.wire import HAS_HEADER, UCS2, Part

CONNECT_TIMEOUT: Final = 10.0
ANSWER_TIMEOUT: Final = 20.0
QUIET: Final = 30.0
"""Seconds without a word after which we ask whether the other side is there."""
RETRY_LATER: Final = 0x64
"""ESME_RX_T_APPN: hand it over again."""
MOST_AT_ONCE: Final = 100
"""PDUs read in one turn."""


@dataclass(frozen=True, slots=True)
class SmppSettings:
    """`sms.smpp` in settings.json."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    source: str
    """The number messages come from, e.g. 10612328."""
    system_type: str = ""
    prefix: str = ""
    """What this carrier wants before the eleven digits, e.g. 86."""
    source_ton: int = 0
    source_npi: int = 1
    dest_ton: int = 1
    dest_npi: int = 1
    per_second: float = 10.0
    """Parts sent in a second at most."""
    receipt_ids: Literal["same", "decimal"] = "same"
    """`decimal`: receipts name in decimal the key that the answer gave in hexadecimal."""
    tls: bool = False


class Lost(Exception):
    """The link broke; whether the last question was heard nobody knows."""


class Refused(Exception):
    """The centre said no to what was asked."""

    def __init__(self, status: int) -> None:
        super().__init__(f"0x{status:08x}")
        self.status = status


class SmppLink:
    """Connected and bound, until `Lost` is raised or `close` is called."""

    def __init__(self, settings: SmppSettings) -> None:
        """Raises OSError, Lost, Refused when it comes to no bound session."""
        self._settings: Final = settings
        self._heard: Final[deque[Any]] = deque()
        self._client: Final = Client(
            settings.host,
            settings.port,
            timeout=CONNECT_TIMEOUT,
            logger_name="smpp",
            ssl_context=_Trust(settings.host) if settings.tls else None,
            allow_unknown_opt_params=True,
        )
        self._last_word = time.monotonic()
        self._next_part = 0.0
        try:
            self._client.connect()
            self._ask(
                smpp.make_pdu(
                    "bind_transceiver",
                    client=self._client,
                    system_id=settings.system_id,
                    password=settings.password,
                    system_type=settings.system_type,
                )
            )
        except exceptions.ConnectionError as error:
            self.close()
            raise Lost(str(error)) from error
        except (Lost, Refused, OSError):
            self.close()
            raise

    def submit(self, number: str, part: Part, *, receipt: bool) -> str:
        """The centre's key of the part. Raises Refused (certainly not taken), Lost."""
        self._keep_pace()
        settings = self._settings
        answer = self._ask(
            smpp.make_pdu(
                "submit_sm",
                client=self._client,
                source_addr_ton=settings.source_ton,
                source_addr_npi=settings.source_npi,
                source_addr=settings.source,
                dest_addr_ton=settings.dest_ton,
                dest_addr_npi=settings.dest_npi,
                destination_addr=settings.prefix + number,
                esm_class=HAS_HEADER if part.has_header else 0,
                data_coding=UCS2,
                registered_delivery=1 if receipt else 0,
                short_message=part.octets,
            )
        )
        key = answer.message_id or b""
        return key.decode("ascii", "replace") if isinstance(key, bytes) else str(key)

    def listen(self) -> Any | None:
        """The oldest message or receipt not answered yet; None: nothing came. Raises Lost."""
        for _ in range(MOST_AT_ONCE):
            if not self._has_words():
                break
            self._take(self._read(time.monotonic() + ANSWER_TIMEOUT))
        if time.monotonic() - self._last_word > QUIET:
            self.ask_whether_there()
        return self._heard[0] if self._heard else None

    def answer(self, pdu: Any, *, again: bool = False) -> None:
        """Tells the centre that it is kept, or (`again`) to hand it over later once more."""
        self._heard.remove(pdu)
        status = RETRY_LATER if again else consts.SMPP_ESME_ROK
        self._reply("deliver_sm_resp", pdu, status)

    def ask_whether_there(self) -> None:
        """Raises Lost when nobody answers."""
        self._ask(smpp.make_pdu("enquire_link", client=self._client))

    def is_quiet(self) -> bool:
        """So long without a word that the other side may have gone unnoticed."""
        return time.monotonic() - self._last_word > QUIET / 2

    def close(self) -> None:
        """Says goodbye if it still can."""
        try:
            if self._client.state == consts.SMPP_CLIENT_STATE_BOUND_TRX:
                self._client.send_pdu(smpp.make_pdu("unbind", client=self._client))
        except (exceptions.ConnectionError, exceptions.PDUError, OSError):
            pass  # the other side is gone already
        self._client.state = consts.SMPP_CLIENT_STATE_OPEN
        self._client.disconnect()

    def _ask(self, question: Any) -> Any:
        """Sends a request and returns its answer."""
        self._send(question)
        deadline = time.monotonic() + ANSWER_TIMEOUT
        while True:
            pdu = self._read(deadline)
            if pdu.is_response() and pdu.sequence == question.sequence:
                if pdu.is_error():
                    raise Refused(int(pdu.status))
                return pdu
            self._take(pdu)

    def _take(self, pdu: Any) -> None:
        """Something the centre says unasked, or an answer that came too late."""
        if pdu.command == "deliver_sm":
            self._heard.append(pdu)
        elif pdu.command == "enquire_link":
            self._reply("enquire_link_resp", pdu, consts.SMPP_ESME_ROK)
        elif pdu.command == "unbind":
            self._reply("unbind_resp", pdu, consts.SMPP_ESME_ROK)
            raise Lost("the centre said goodbye")

    def _reply(self, command: str, to: Any, status: int) -> None:
        reply = smpp.make_pdu(command, client=self._client, status=status)
        reply.sequence = to.sequence
        self._send(reply)

    def _send(self, pdu: Any) -> None:
        try:
            self._client.send_pdu(pdu)
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
            raise Lost(type(error).__name__) from error

    def _read(self, deadline: float) -> Any:
        wait = deadline - time.monotonic()
        if wait <= 0:
            raise Lost("no answer")
        self._socket().settimeout(wait)
        try:
            pdu = self._client.read_pdu()
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
            raise Lost(type(error).__name__) from error
        except (exceptions.UnknownCommandError, ValueError, LookupError, ArithmeticError) as error:
            raise Lost(f"not SMPP: {type(error).__name__}") from error
        if pdu is None:
            raise Lost("not SMPP")
        self._last_word = time.monotonic()
        return pdu

    def _has_words(self) -> bool:
        there = self._socket()
        if isinstance(there, ssl.SSLSocket) and there.pending():
            return True
        return bool(select.select([there], [], [], 0)[0])

    def _socket(self) -> socket.socket:
        there = self._client._socket  # noqa: SLF001 (the library offers no way to wait for words)
        if there is None:
            raise Lost("closed")
        return there  # type: ignore[no-any-return]  # smpplib has no types

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if self._next_part > now:
            time.sleep(self._next_part - now)
        self._next_part = max(now, self._next_part) + 1 / self._settings.per_second


class _Trust:
    """What the library takes for an SSL context: it names no host when it wraps a socket."""

    def __init__(self, host: str) -> None:
        self._host: Final = host
        self._context: Final = ssl.create_default_context()

    def wrap_socket(self, raw: socket.socket) -> ssl.SSLSocket:
        return self._context.wrap_socket(raw, server_hostname=self._host)
