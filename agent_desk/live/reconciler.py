"""Every few seconds: is what we believe what Asterisk says? If not, look at everything and mend.

Agents stuck in "talking" for ever are the commonest complaint about call-centre software; here a
seat whose phone Asterisk calls idle, or whose phone is gone, cannot stay wrong for long.
"""

import asyncio
import logging
from typing import Final

from agent_desk.live.floor import Floor
from agent_desk.live.present import Present
from agent_desk.telephony.commands import Telephone
from agent_desk.telephony.errors import TelephoneAway, TelephoneRefused

log = logging.getLogger(__name__)

WHOLE_EVERY: Final = 12
"""Rounds between two looks at everything even when nothing seems wrong."""

IDLE: Final = 1
UNAVAILABLE: Final = 5
ENGAGED: Final = (2, 3, 6, 7, 8)


class Reconciler:
    """One task; `run` until cancelled."""

    def __init__(self, present: Present, telephone: Telephone, every: float) -> None:
        """`every`: seconds between two rounds."""
        self._every = every
        self._present = present
        self._telephone = telephone
        self._suspects: dict[str, str] = {}

    async def run(self) -> None:
        rounds = 0
        while True:
            await asyncio.sleep(self._every)
            if self._present.floor.away:
                continue
            rounds += 1
            try:
                await self.look_again(whole=rounds % WHOLE_EVERY == 0)
            except (TelephoneAway, TelephoneRefused) as error:
                log.warning("could not compare with Asterisk: %s", error)

    async def look_again(self, *, whole: bool) -> None:
        """One round. What is suspicious twice in a row is mended by looking at everything."""
        self._present.take_queues(await self._telephone.look_at_queues())
        suspects = suspicions(self._present.floor)
        confirmed = {
            extension: why
            for extension, why in suspects.items()
            if self._suspects.get(extension) == why
        }
        self._suspects = suspects
        for extension, why in confirmed.items():
            log.warning("seat %s: %s; looking at everything again", extension, why)
        if confirmed or whole:
            await self.look_at_all()

    async def look_at_all(self) -> None:
        """Takes a whole picture; events that come meanwhile are folded after it."""
        self._present.hold_back()
        try:
            picture = await self._telephone.look()
        except (TelephoneAway, TelephoneRefused):
            self._present.take(None)
            raise
        self._present.take(picture)


def suspicions(floor: Floor) -> dict[str, str]:
    """Seats whose phone, by Asterisk's word, does something else than we believe."""
    found: dict[str, str] = {}
    for (_, extension), member in floor.members.items():
        seat = floor.seats.get(extension)
        if seat is None:
            continue
        legs = floor.seat_legs(extension)
        if legs and member.device == IDLE:
            found[extension] = "we have a call, its phone is idle"
        elif not legs and member.device in ENGAGED:
            found[extension] = "its phone is engaged, we have no call"
        elif seat.registered and member.device == UNAVAILABLE:
            found[extension] = "we have a phone, Asterisk has none"
        elif not seat.registered and member.device in (IDLE, *ENGAGED):
            found[extension] = "we have no phone, Asterisk has one"
    return found
