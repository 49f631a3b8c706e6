"""The base of every kind of step, and the small types a flow is written in.

`ways` is the one truth about where a step can lead: the engine follows it, the checks and the
picture are drawn from it. `0` never stands in a flow: it means a person, everywhere.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ivr_flows import texts
from ivr_flows.values import ReadAs

PERSON_KEY: Final = "0"

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(pattern=r"^\w{1,64}$")]
Variable = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Key = Annotated[str, Field(pattern=r"^[1-9*#]$")]
Number = Annotated[str, Field(pattern=r"^[0-9]{3,20}$")]
Skill = Annotated[str, Field(pattern=r"^[a-z0-9-]{0,31}$")]
"""A queue's name as the dialplan takes it; empty: the default queue."""
Ways = dict[str, str | None]
"""Outcome -> name of the next step; None: the flow runs out there (a mistake)."""
Sets = Mapping[str, Mapping[str, ReadAs]]
"""Outcome -> variable -> how it is read out."""


class Words(BaseModel):
    """Anything written in a flow file: unknown keys are mistakes, texts are checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(Words):
    """What every kind has. `next` may be left out and means the step below."""

    do: str
    title: Annotated[str, Field(max_length=20)] = ""
    """What an agent sees of this step, e.g. 投诉举报; empty: the flow's title."""
    next: Name | None = None
    note: str = ""

    asks: ClassVar[bool] = False
    """The step goes on only by a key and gives up after some mistakes: it bounds every ring."""

    def ways(self, below: str | None) -> Ways:
        return {"said": self.next or below}

    def says(self) -> tuple[str, ...]:
        """Texts this step may say."""
        return ()

    def may_say(self) -> tuple[str, ...]:
        """All it may say, what it asks back included: for making sounds ahead."""
        return self.says()

    def needs(self) -> tuple[str, ...]:
        """Variables that must be set before the step is walked."""
        return tuple(dict.fromkeys(name for text in self.says() for name in texts.names(text)))

    def sets(self) -> Sets:
        """Variables set, with the way they are read out, when the step ends this way."""
        return {}


class Spoken(Step):
    """A step that must say something."""

    text: Text

    @field_validator("text")
    @classmethod
    def _readable(cls, text: str) -> str:
        if found := texts.mistakes_in(text):
            raise ValueError("；".join(found))
        return text

    def says(self) -> tuple[str, ...]:
        return (self.text,)
