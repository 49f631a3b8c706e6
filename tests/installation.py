"""A demo house beside a carrier that can call it, for whole-house and browser tests."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from asterisk_conf.secrets import seat_password
from asterisk_conf.site_file import DEFAULT_SITE
from asterisk_conf.tree import Asterisk
from tests.asterisk.carrier import TRUNK, Carrier, Seat
from tests.house import House
from tests.waiting import free_ports

RTP_AND_MORE = 1100
"""Ports a house takes from its port base on."""


@dataclass(frozen=True, slots=True)
class Town:
    """The house, and the telephone network around it."""

    house: House
    carrier: Carrier


@contextmanager
def town(asterisk: Asterisk, desk_phones: list[str], *words: str) -> Iterator[Town]:
    """A demo house on free ports with a trunk to a carrier; `desk_phones` register at once."""
    with tempfile.TemporaryDirectory(prefix="hh") as folder:
        home = Path(folder)
        base, carrier_port = free_ports(RTP_AND_MORE), free_ports(10)
        state = home / "s"
        state.mkdir()
        (state / "site.yaml").write_text(
            yaml.safe_dump(_site(carrier_port, desk_phones), sort_keys=False), "utf-8"
        )
        house = House(state, base, "--demo", *words)
        try:
            house.start()
            ports = house.settings["ports"]
            prompts = state / "prompts"
            carrier = Carrier(asterisk, home / "c", prompts, carrier_port, ports["sip"])
            secret = house.settings["secrets"]["installation"]
            carrier.start([Seat(one, seat_password(secret, one)) for one in desk_phones])
            try:
                yield Town(house, carrier)
            finally:
                carrier.stop()
        finally:
            house.stop()


def _site(carrier_port: int, desk_phones: list[str]) -> dict[str, Any]:
    site: dict[str, Any] = yaml.load(DEFAULT_SITE.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    site["trunks"] = {"carrier": {"match": [TRUNK], "contact": f"sip:{TRUNK}:{carrier_port}"}}
    site["outbound"]["trunk"] = "carrier"
    phone = "desk" if desk_phones else "webrtc"
    site["seats"] = [{"first": "1001", "last": "1050", "phone": phone}]
    return site
