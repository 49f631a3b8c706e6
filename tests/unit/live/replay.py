"""Replays recorded manager events into a floor, one moment a second."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from panoramisk.message import Message

from agent_desk.live.derive import FloorRules
from agent_desk.live.facts import Changes, Effect, SeatFacts
from agent_desk.live.floor import Floor
from agent_desk.telephony import events

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str) -> Iterator[events.Event]:
    """The events of one scenario, decoded."""
    for line in (RECORDED / f"{name}.jsonl").read_text("utf-8").splitlines():
        event = events.decode(Message(json.loads(line)))
        if event is not None:
            yield event


def floor_with(*extensions: str, rules: FloorRules | None = None) -> Floor:
    """A connected floor whose seats are signed in, registered, and have their page open."""
    floor = Floor(rules or FloorRules(), ["common", "etc"])
    floor.away = False
    floor.known_queues |= {"common", "etc"}
    for number, extension in enumerate(extensions, start=1):
        floor.phones[extension] = {"sip:x"}
        floor.seats[extension] = SeatFacts(
            extension, number, f"座席{extension}", True, ("common",), registered=True, browsers=1
        )
    return floor


@dataclass
class Story:
    """What a replay showed, in order."""

    floor: Floor
    at: datetime
    seat_states: dict[str, list[str]] = field(default_factory=dict)
    call_states: list[str] = field(default_factory=list)
    agents: list[str | None] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def play(self, stream: Iterator[events.Event]) -> "Story":
        for event in stream:
            self.at += timedelta(seconds=1)
            self.floor.apply(event, self.at)
            self.note(self.floor.settle(self.at))
        return self

    def passes(self, seconds: float) -> "Story":
        self.at += timedelta(seconds=seconds)
        self.note(self.floor.tick(self.at))
        return self

    def note(self, changes: Changes) -> None:
        for extension in changes.seats:
            states = self.seat_states.setdefault(extension, [])
            state = self.floor.seats[extension].state
            if not states or states[-1] != state:
                states.append(state)
        for key in changes.calls:
            call = self.floor.calls[key]
            if not self.call_states or self.call_states[-1] != call.state:
                self.call_states.append(call.state)
            if not self.agents or self.agents[-1] != call.agent:
                self.agents.append(call.agent)
        self.ended.extend(changes.ended)
        self.effects.extend(changes.effects)
