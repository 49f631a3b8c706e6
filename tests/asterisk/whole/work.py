"""A house at work, as the tests that kill parts of it need it."""

import contextlib
from collections.abc import Iterator
from typing import Any

from tests.asterisk.phone import Phone
from tests.installation import Town
from tests.rest import ApiPerson, OpenPage, Refused
from tests.waiting import wait_for

CALLER, AGENT = 440.0, 1000.0
IN_TALK, IN_QUEUE, IN_MENU = "13900000001", "13900000002", "13900000003"


class Busy:
    """A house at work: one caller talks with an agent, one waits, one is in the menu."""

    def __init__(self, town: Town, agent: ApiPerson) -> None:
        self.town = town
        self.agent = agent
        self.talking, self.seat = self._talk()
        self.waiting = self._caller(IN_QUEUE)
        self.waiting.press("0")
        self.in_menu = self._caller(IN_MENU)
        wait_for("somebody waits in the queue", self._somebody_waits)
        wait_for("the third is in the menu", self._third_is_in_the_menu)

    def _talk(self) -> tuple[Phone, Phone]:
        caller = self._caller(IN_TALK)
        caller.press("0")
        seat = self.town.carrier.rings("1001", 60).answer(hums=AGENT)
        caller.hears_tone(AGENT)
        seat.hears_tone(CALLER)
        return caller, seat

    def _caller(self, number: str) -> Phone:
        phone = self.town.carrier.dial("12328", caller=number)
        phone.speaks(CALLER)
        return phone

    def _somebody_waits(self) -> bool:
        queues = self.agent.get("/queues")["items"]
        return any(queue["waiting"] for queue in queues)

    def _third_is_in_the_menu(self) -> bool:
        calls = self.agent.get(f"/calls?caller_number={IN_MENU}")["items"]
        if not calls or calls[0]["ended_at"]:
            return False
        return bool(self.agent.get(f"/calls/{calls[0]['key']}")["steps"])

    def the_talk_goes_on(self) -> None:
        self.talking.hears_tone(AGENT)
        self.seat.hears_tone(CALLER)

    def ends(self) -> None:
        self.seat.hang_up()
        for phone in (self.talking, self.waiting, self.in_menu):
            phone.hang_up()


@contextlib.contextmanager
def agent_at_work(town: Town) -> Iterator[ApiPerson]:
    """agent1 at desk phone 1001, ready; at the end all lines are empty and the seat too."""
    web = town.house.web
    person = ApiPerson(web, "agent1")
    with OpenPage(web, person):
        person.post("/agents/me/sign-in", {"queues": ["common"], "phone": "desk"})
        ready(person)
        yield person
        town.carrier.hang_up_all()
        wait_for("the agent may leave", lambda: signs_out(person), 60, pause=0.5)


def signs_out(person: ApiPerson) -> bool:
    """False while the seat is still in its call."""
    try:
        person.post("/agents/me/sign-out")
    except Refused:
        return False
    return True


def ready(person: ApiPerson) -> None:
    """The seat takes the next call (it may ring at once: somebody waits)."""

    def look() -> bool:
        with contextlib.suppress(Refused):
            if person.get("/agents/me")["state"] in ("wrap_up", "busy"):
                person.post("/agents/me/state", {"state": "ready"})
            return person.get("/agents/me")["state"] in ("ready", "ringing")
        return False

    wait_for("the seat is ready", look, 60, pause=0.5)


def call_of(person: ApiPerson, number: str) -> dict[str, Any]:
    """The newest call of a number."""
    items = person.get(f"/calls?caller_number={number}")["items"]
    assert items, f"no call of {number}"
    call: dict[str, Any] = person.get(f"/calls/{items[0]['key']}")
    return call


def every_recording_is_told(person: ApiPerson, number: str) -> dict[str, Any]:
    """The call is over and each of its recordings is stored, or a gap with a name."""

    def look() -> dict[str, Any] | None:
        call = call_of(person, number)
        states = {one["state"] for one in call["recordings"]}
        over = call["ended_at"] and call["recordings"] and states <= {"stored", "missing"}
        return call if over else None

    return wait_for(f"the recordings of {number} are told", look, 90, pause=0.5)
