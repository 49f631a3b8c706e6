"""Steps that end a flow."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from ivr_flows import texts
from ivr_flows.language.words import Name, Number, Skill, Step, Ways


class LastStep(Step):
    """A step that ends the flow; it may say a last word and has no `next`."""

    text: str = ""
    next: None = None

    @field_validator("text")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text and (found := texts.mistakes_in(text)):
            raise ValueError("；".join(found))
        return text

    def says(self) -> tuple[str, ...]:
        return (self.text,) if self.text else ()

    def ways(self, below: str | None) -> Ways:  # noqa: ARG002 nothing comes after
        return {}


class ToAgent(LastStep):
    """To a person with this skill."""

    do: Literal["to_agent"]
    skill: Skill = ""
    priority: Annotated[int, Field(ge=0, le=100)] = 0


class Transfer(LastStep):
    """Put through to an outside number, where the site allows it; else on to `refused`."""

    do: Literal["transfer"]
    number: Number
    refused: Name | None = None

    def ways(self, below: str | None) -> Ways:  # noqa: ARG002 refused without a step: a person
        return {"refused": self.refused} if self.refused else {}


class Back(LastStep):
    """End of a sub-flow: go on in the flow that called it."""

    do: Literal["back"]


class HangUp(LastStep):
    """Everything is said."""

    do: Literal["hang_up"]
