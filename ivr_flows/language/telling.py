"""Steps that say something or decide something without waiting for the caller."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ivr_flows.language.words import Name, Spoken, Step, Ways


class Say(Spoken):
    """Say something and go on; # skips it, any other key counts for the step after."""

    do: Literal["say"]


class Lookup(Step):
    """Tell what the business knows now: road notices, an announcement, answers on a topic.

    # goes on to the next one, * leaves the list.
    """

    do: Literal["lookup"]
    what: Literal["road_notices", "announcement", "faq"]
    topic: str = ""
    none: Name | None = None

    @model_validator(mode="after")
    def _topic_for_faq(self) -> "Lookup":
        if (self.what == "faq") != bool(self.topic):
            raise ValueError("topic 只用于 what: faq，且此时必须写")
        return self

    def ways(self, below: str | None) -> Ways:
        told = self.next or below
        return {"told": told, "none": self.none or told}


class Branch(Step):
    """Go on by a fact: a table of values, no expressions.

    `on: hours` of a calendar (open, closed, holiday), `switch` (on, off), `group` (first that
    fits, in the order written), `dialled`, `transfer` to a number (allowed, refused), `variable`,
    `queue` (long from `waiting` callers on, else short).
    """

    do: Literal["branch"]
    on: Literal["hours", "switch", "group", "dialled", "transfer", "variable", "queue"]
    of: str = ""
    cases: Annotated[dict[Annotated[str, Field(min_length=1)], Name], Field(min_length=1)]
    otherwise: Name | None = None
    waiting: Annotated[int, Field(ge=1, le=999)] = 5

    VALUES: ClassVar[dict[str, frozenset[str]]] = {
        "hours": frozenset({"open", "closed", "holiday"}),
        "switch": frozenset({"on", "off"}),
        "transfer": frozenset({"allowed", "refused"}),
        "queue": frozenset({"long", "short"}),
    }

    @model_validator(mode="after")
    def _known_cases(self) -> "Branch":
        if (self.on in {"hours", "switch", "transfer", "variable", "queue"}) != bool(self.of):
            raise ValueError(
                "of 要写明是哪个日历、开关、号码、变量或队列；on: group 和 on: dialled 不写 of"
            )
        known = self.VALUES.get(self.on)
        if known and (strange := sorted(set(self.cases) - known)):
            raise ValueError(
                f"没有这种情况：{'、'.join(strange)}；可用：{'、'.join(sorted(known))}"
            )
        return self

    def ways(self, below: str | None) -> Ways:
        if self.cases.keys() == self.VALUES.get(self.on, frozenset()):
            return dict(self.cases)
        return dict(self.cases) | {"otherwise": self.otherwise or self.next or below}

    def needs(self) -> tuple[str, ...]:
        return (self.of,) if self.on == "variable" else ()


class Subflow(Step):
    """Walk another flow and come back to the step after this one."""

    do: Literal["subflow"]
    flow: Name

    def ways(self, below: str | None) -> Ways:
        return {"returned": self.next or below}
