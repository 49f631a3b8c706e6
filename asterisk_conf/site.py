"""The site description: what a place's hotline looks like, as checked types.

It is written in one YAML file (site_file.py reads it, site.default.yaml is the shipped one).
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Codec = Literal["alaw", "ulaw", "g722", "opus"]


def _matching(pattern: str, advice: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"{text!r}: {advice}")
        return text

    return AfterValidator(check)


def _one_line(text: str) -> str:
    if any(ord(c) < 32 for c in text) or set(text) & set("${}\"';[]\\|`"):
        raise ValueError(f"{text!r}: plain words only, none of $ {{ }} [ ] ; | quotes")
    return text


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text!r}: write an IP address or a network like 10.0.0.0/24") from None
    return text


Name = Annotated[
    str, _matching(r"[a-z][a-z0-9-]{0,30}", "small Latin letters, digits and -, a letter first")
]
Number = Annotated[str, _matching(r"\+?[0-9]{2,20}", "a telephone number, digits only")]
Pattern = Annotated[
    str,
    _matching(r"[0-9XZN\[][0-9XZN.\[\]-]{1,30}", "an Asterisk number pattern without the _"),
]
Words = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
Token = Annotated[str, _matching(r"[^\s;\[\]\"']{1,120}", "one word without blanks, ; or quotes")]
SipUri = Annotated[str, _matching(r"sips?:[^\s;\"'<>]+", "a SIP address like sip:10.0.0.1:5060")]
Network = Annotated[str, AfterValidator(_network)]
Seconds = Annotated[int, Field(ge=1, le=7200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Registration(_Part):
    """A trunk where we register ourselves with the carrier."""

    server: SipUri
    username: Token
    password: Token


class TlsTrunk(_Part):
    """TLS towards the carrier; SRTP keys go by SDES inside it."""

    srtp: bool = True
    verify_server: bool = True
    ca_file: Token | None = None


class Trunk(_Part):
    """One way to the public network: known by its addresses, or by our registration."""

    match: list[Network] = []
    contact: SipUri | None = None
    """Where calls out are sent; None: this trunk only brings calls."""
    registration: Registration | None = None
    tls: TlsTrunk | None = None
    codecs: list[Codec] = ["alaw", "ulaw"]
    trust_identity: bool = True
    """Take the caller's number from P-Asserted-Identity when the carrier sends it."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not self.match and self.registration is None:
            raise ValueError("give match: (the carrier's addresses) or registration:")
        return self


class DialledNumber(_Part):
    """A number people dial, and where its calls enter."""

    entry: Name = "main"
    kind: Literal["hotline", "old_local"] = "hotline"
    """old_local: play 请直接拨打12328 first (方案 三(五): transition period)."""


class Queue(_Part):
    """A group of seats with one skill."""

    title: Words
    strategy: Literal["rrmemory", "leastrecent", "fewestcalls", "random", "ringall", "linear"] = (
        "rrmemory"
    )
    ring: Seconds = 20
    """Seconds one seat rings before the next is tried."""
    max_wait: Seconds = 180
    """Seconds in this queue before its overflow."""
    overflow: Name | None = None
    """Another queue; None: the caller chooses to wait on or to leave a message."""
    weight: Annotated[int, Field(ge=0, le=100)] = 0
    priority: Annotated[int, Field(ge=0, le=100)] = 0


class Service(_Part):
    """Another service's number (管理办法 第三条): told, or put through."""

    title: Words
    transfer: bool = False
    distress: bool = False
    """Put through at once, whatever `transfer` says, and never left without a person."""


class Outbound(_Part):
    """What seats may call."""

    trunk: Name | None = None
    caller_id: Number = "12328"
    patterns: list[Pattern] = []
    ring: Seconds = 45


class SeatGroup(_Part):
    """Extensions with the same kind of phone."""

    first: Annotated[int, Field(ge=100, le=99999)]
    last: Annotated[int, Field(ge=100, le=99999)]
    phone: Literal["webrtc", "desk"] = "webrtc"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.first <= self.last <= self.first + 4999:
            raise ValueError("first must not be above last, and a group has at most 5000 seats")
        return self

    def extensions(self) -> Iterator[str]:
        return (str(number) for number in range(self.first, self.last + 1))


class Notice(_Part):
    """The recording notice (个人信息保护法 第十七条); its version is stored with each call."""

    text: Words
    version: Annotated[str, _matching(r"[A-Za-z0-9.-]{1,20}", "a version like 1 or 2026-11")]


class Menu(_Part):
    """Limits of the time in the voice menu."""

    longest: Seconds = 900
    """A caller is queued after so many seconds in the menu."""
    first_word: Seconds = 12
    """And after so many seconds when Python accepts the call and does nothing."""
    survey: Seconds = 60


class Transfers(_Part):
    ring: Seconds = 25
    """Seconds another seat rings before the caller goes back to the queue."""
    consult: Seconds = 600
    """A caller left alone in a consultation for so long goes back to the queue."""
    dead_phone: Seconds = 8
    """A seat's phone that sends nothing for so long is dead; its caller goes back to the queue."""


class VoiceMessage(_Part):
    longest: Seconds = 180
    silence: Seconds = 8


class Hours(_Part):
    """When people answer; 001 第十六条 asks for 7×24."""

    days: Literal["every", "weekdays"] = "every"
    start: Annotated[str, _matching(r"([01]\d|2[0-3]):[0-5]\d", "a time like 08:30")] = "00:00"
    end: Annotated[str, _matching(r"([01]\d|2[0-3]):[0-5]\d|24:00", "a time like 17:30")] = "24:00"


class Reach(_Part):
    """How the outside reaches us; needed only beyond one machine."""

    external_address: Annotated[str, AfterValidator(_network)] | None = None
    local_networks: list[Network] = []


class Site(_Part):
    """One place's hotline."""

    region: Annotated[str, _matching(r"\d{6}", "the six digits of GB/T 2260")]
    title: Words
    numbers: dict[Number, DialledNumber]
    queues: dict[Name, Queue]
    default_queue: Name = "common"
    services: dict[Number, Service] = {}
    trunks: dict[Name, Trunk] = {}
    outbound: Outbound = Outbound()
    seats: list[SeatGroup]
    seat_codecs: list[Codec] = ["opus", "g722", "alaw", "ulaw"]
    notice: Notice
    menu: Menu = Menu()
    transfers: Transfers = Transfers()
    message: VoiceMessage = VoiceMessage()
    hours: Hours = Hours()
    reach: Reach = Reach()

    @model_validator(mode="after")
    def _queues_fit(self) -> Self:
        if "general" in self.queues:
            raise ValueError("queues.general: Asterisk keeps this name for itself, take another")
        if self.default_queue not in self.queues:
            raise ValueError(f"default_queue {self.default_queue!r} is not one of queues:")
        for name, queue in self.queues.items():
            if queue.overflow is not None and queue.overflow not in self.queues:
                raise ValueError(f"queues.{name}.overflow {queue.overflow!r} is not a queue")
            if self._overflow_comes_back(name):
                raise ValueError(f"queues.{name}.overflow leads back to {name}: break the ring")
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.outbound.trunk is not None:
            trunk = self.trunks.get(self.outbound.trunk)
            if trunk is None or (trunk.contact is None and trunk.registration is None):
                raise ValueError(
                    f"outbound.trunk {self.outbound.trunk!r} is not a trunk with contact:"
                )
        if len(set(self.extensions())) != len(list(self.extensions())):
            raise ValueError("seats: groups must not overlap")
        if not any(number.kind == "hotline" for number in self.numbers.values()):
            raise ValueError("numbers: at least one number of kind hotline")
        return self

    def _overflow_comes_back(self, start: str) -> bool:
        seen, here = {start}, self.queues[start].overflow
        while here is not None and here in self.queues:
            if here in seen:
                return True
            seen.add(here)
            here = self.queues[here].overflow
        return False

    def extensions(self) -> Iterator[str]:
        """Every seat's extension."""
        return (extension for group in self.seats for extension in group.extensions())

    def entries(self) -> list[str]:
        """The entry names, each once."""
        return sorted({number.entry for number in self.numbers.values()})
