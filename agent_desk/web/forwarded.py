"""Where a request came from, also when a proxy of the house's own stands before us.

Only what a trusted proxy says is believed: anybody may write `X-Forwarded-For` into a request, and
limits per address, Secure cookies and the check of a page's origin hang on it.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from aiohttp import web

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_CHAIN: Final = 20
"""Addresses looked at, the nearest first."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What limits, cookies and the origin's check go by."""

    address: str
    secure: bool
    """The browser came over TLS."""
    host: str
    """With its port, as the browser wrote it."""


def networks(told: Iterable[str]) -> tuple[Network, ...]:
    """Raises ValueError for what is neither an address nor a network."""
    return tuple(ipaddress.ip_network(one, strict=False) for one in told)


def arrival(request: web.Request, proxies: tuple[Network, ...], *, own_tls: bool) -> Arrival:
    """As the connection says; from a trusted proxy, as the proxy says."""
    peer = request.remote or ""
    if not _is_trusted(_parsed(peer), proxies):
        return Arrival(peer, own_tls, request.host)
    proto = _last(request, "X-Forwarded-Proto").lower()
    return Arrival(
        address=_first_stranger(request, proxies, peer),
        secure=proto == "https" if proto else own_tls,
        host=_last(request, "X-Forwarded-Host") or request.host,
    )


def _first_stranger(request: web.Request, proxies: tuple[Network, ...], peer: str) -> str:
    """The nearest address that is no proxy of ours; what stands beyond it is hearsay."""
    nearest = peer
    for word in _from_the_right(request):
        address = _parsed(word)
        if address is None:
            break
        nearest = str(address)
        if not _is_trusted(address, proxies):
            break
    return nearest


def _from_the_right(request: web.Request) -> Iterator[str]:
    said = ",".join(request.headers.getall("X-Forwarded-For", ()))
    words = said.rsplit(",", LONGEST_CHAIN)[-LONGEST_CHAIN:]
    return reversed([word.strip() for word in words])


def _last(request: web.Request, header: str) -> str:
    """Of several proxies' words that of the nearest."""
    return ",".join(request.headers.getall(header, ())).rpartition(",")[2].strip()


def _parsed(word: str) -> Address | None:
    """Also with a port, and an IPv4 address written as IPv6."""
    bare = word.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_trusted(address: Address | None, proxies: tuple[Network, ...]) -> bool:
    return address is not None and any(address in network for network in proxies)
