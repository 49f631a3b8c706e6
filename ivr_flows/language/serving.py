"""Steps in which the menu does something for the caller by itself."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from ivr_flows import texts
from ivr_flows.language.words import Key, Name, Sets, Skill, Spoken, Step, Text, Variable, Ways
from ivr_flows.values import ReadAs


class AskRoad(Step):
    """Tell a road (digits of its number) or a city (area code) by what is in `number`.

    Sets `road`; says `text`, then its notices, # for the next and * to leave. With no notice:
    `clear`, with `road_updated`, or `never` when nobody ever wrote one. Three times `unknown`: a
    person.
    """

    do: Literal["road"]
    number: Variable
    text: str = ""
    clear: Name
    never: Name
    unknown: Name

    @field_validator("text")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text and (found := texts.mistakes_in(text)):
            raise ValueError("；".join(found))
        return text

    def ways(self, below: str | None) -> Ways:
        return {
            "told": self.next or below,
            "clear": self.clear,
            "never": self.never,
            "unknown": self.unknown,
        }

    def says(self) -> tuple[str, ...]:
        return (self.text,) if self.text else ()

    def needs(self) -> tuple[str, ...]:
        return (self.number, *(name for name in super().needs() if name != "road"))

    def sets(self) -> Sets:
        road = {"road": ReadAs.TEXT}
        return {
            "told": road,
            "never": road,
            "clear": road | {"road_updated": ReadAs.MOMENT},
        }


class SendMessage(Step):
    """A short message to the caller's number: the road just told, or an order's number."""

    do: Literal["send_message"]
    what: Literal["road", "order"]
    order: Variable = "order_no"
    refused: Name | None = None

    def ways(self, below: str | None) -> Ways:
        sent = self.next or below
        return {"sent": sent, "refused": self.refused or sent}

    def needs(self) -> tuple[str, ...]:
        return ("road",) if self.what == "road" else (self.order,)


class Subscribe(Step):
    """A short message whenever the road just told changes, for so many hours."""

    do: Literal["subscribe"]
    hours: Annotated[int, Field(ge=1, le=168)] = 24
    refused: Name

    def ways(self, below: str | None) -> Ways:
        return {"subscribed": self.next or below, "refused": self.refused}

    def needs(self) -> tuple[str, ...]:
        return ("road",)


class Unsubscribe(Step):
    """No more messages about any road to this number."""

    do: Literal["unsubscribe"]
    none: Name | None = None

    def ways(self, below: str | None) -> Ways:
        ended = self.next or below
        return {"ended": ended, "none": self.none or ended}


class Useful(Spoken):
    """有用按1，没用按2: counted by topic; no answer is allowed."""

    do: Literal["useful"]
    topic: Text
    wait: Annotated[float, Field(ge=1, le=30)] = 4.0

    def ways(self, below: str | None) -> Ways:
        after = self.next or below
        return {"answered": after, "unanswered": after}


class Offer(Spoken):
    """Offer something by one key; anything else goes on."""

    do: Literal["offer"]
    key: Key = "1"
    accepted: Name
    wait: Annotated[float, Field(ge=1, le=30)] = 3.0

    def ways(self, below: str | None) -> Ways:
        return {"accepted": self.accepted, "declined": self.next or below}


class OfferCallback(Spoken):
    """1: a person calls back within so many minutes, in the order of asking; else on.

    Sets `callback_due`. Without a number that can be called it is declined.
    """

    do: Literal["offer_callback"]
    skill: Skill = ""
    within: Annotated[int, Field(ge=10, le=1440)] = 120
    accepted: Name
    wait: Annotated[float, Field(ge=1, le=30)] = 5.0

    def ways(self, below: str | None) -> Ways:
        return {"accepted": self.accepted, "declined": self.next or below}

    def sets(self) -> Sets:
        return {"accepted": {"callback_due": ReadAs.MOMENT}}


class ActOnOrder(Step):
    """Withdraw or urge the order that `query_order` found in this call; urging once a day."""

    do: Literal["order"]
    what: Literal["withdraw", "urge"]
    number: Variable = "order_no"
    again: Name | None = None
    refused: Name

    def ways(self, below: str | None) -> Ways:
        return {
            "done": self.next or below,
            "again": self.again or self.refused,
            "refused": self.refused,
        }

    def needs(self) -> tuple[str, ...]:
        return (self.number,)


class Supplement(Spoken):
    """Record something more to the order that `query_order` found in this call."""

    do: Literal["supplement"]
    number: Variable = "order_no"
    limit: Annotated[float, Field(ge=5, le=600)] = 120.0
    silence: Annotated[float, Field(ge=2, le=30)] = 5.0
    refused: Name

    def ways(self, below: str | None) -> Ways:
        return {"recorded": self.next or below, "refused": self.refused}

    def needs(self) -> tuple[str, ...]:
        return (self.number, *super().needs())


class OpenOrder(Step):
    """Open a draft order with everything entered so far, without a recording."""

    do: Literal["open_order"]
    kind: Literal["consult", "complaint", "suggestion"]
    topic: Text
    sets_variable: Annotated[Variable, Field(alias="sets")] = "order_no"

    def ways(self, below: str | None) -> Ways:
        return {"opened": self.next or below}

    def sets(self) -> Sets:
        return {"opened": {self.sets_variable: ReadAs.ORDER_NO}}


class Pace(Step):
    """Speak slowly from here to the end of the call, or at the usual pace again."""

    do: Literal["pace"]
    speed: Literal["slow", "usual"]

    def ways(self, below: str | None) -> Ways:
        return {"set": self.next or below}


class Remember(Step):
    """Put the caller's number into a group, or take it out: heard from the next call on."""

    do: Literal["remember"]
    group: Name
    member: bool = True
    refused: Name | None = None

    def ways(self, below: str | None) -> Ways:
        done = self.next or below
        return {"done": done, "refused": self.refused or done}
