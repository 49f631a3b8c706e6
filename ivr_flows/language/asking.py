"""Steps that wait for the caller."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ivr_flows import texts
from ivr_flows.language.listening import ASK_BACK_ENTRY
from ivr_flows.language.words import PERSON_KEY, Key, Name, Sets, Spoken, Step, Text, Variable, Ways
from ivr_flows.values import ReadAs


class Menu(Spoken):
    """Say the choices, wait for one key."""

    do: Literal["menu"]
    keys: Annotated[dict[Key, Name], Field(min_length=1)]
    repeat: Key | None = None
    wait: Annotated[float, Field(ge=1, le=30)] = 5.0

    asks: ClassVar[bool] = True

    @model_validator(mode="after")
    def _one_meaning(self) -> "Menu":
        if self.repeat in self.keys:
            raise ValueError(f"按键 {self.repeat} 既是重听又是选项，请改其中一个")
        return self

    def ways(self, below: str | None) -> Ways:  # noqa: ARG002 a menu never falls through
        return dict(self.keys)


class Choose(Spoken):
    """Say a few answers, remember the chosen one."""

    do: Literal["choose"]
    sets_variable: Annotated[Variable, Field(alias="sets")]
    answers: Annotated[dict[Key, Text], Field(min_length=1)]
    wait: Annotated[float, Field(ge=1, le=30)] = 5.0

    asks: ClassVar[bool] = True

    def ways(self, below: str | None) -> Ways:
        return {"chosen": self.next or below}

    def sets(self) -> Sets:
        return {"chosen": {self.sets_variable: ReadAs.TEXT}}


class AskDigits(Spoken):
    """Ask for digits, # ends, * begins anew; with `empty`, # alone goes there."""

    do: Literal["digits"]
    sets_variable: Annotated[Variable, Field(alias="sets")]
    min: Annotated[int, Field(ge=1, le=32)]
    max: Annotated[int, Field(ge=1, le=32)]
    most: int | None = None
    read_as: ReadAs = ReadAs.DIGITS
    spoken: Literal["digits", "plate"] | None = None
    """May be said too: the digits, or a whole plate (keys take its digits only)."""
    invite: str = ""
    """Said at first, in place of the text, while words are heard."""
    sensitive: bool = False
    leading_zero: bool = True
    empty: Name | None = None
    wait: Annotated[float, Field(ge=1, le=30)] = 8.0
    between: Annotated[float, Field(ge=1, le=15)] = 4.0

    asks: ClassVar[bool] = True

    @model_validator(mode="after")
    def _possible(self) -> "AskDigits":
        if self.min > self.max:
            raise ValueError(f"min {self.min} 大于 max {self.max}，请对调")
        if self.invite and not self.spoken:
            raise ValueError("invite 请人说话，只和 spoken 一起用")
        if self.invite and (found := texts.mistakes_in(self.invite)):
            raise ValueError("；".join(found))
        if texts.names(self.invite):
            raise ValueError("invite 里不能有变量，请写固定文字")
        return self

    def may_say(self) -> tuple[str, ...]:
        if not self.spoken:
            return (self.text,)
        return (self.text, *([self.invite] if self.invite else []), ASK_BACK_ENTRY)

    def fits(self, entry: str) -> bool:
        """Is this a whole, possible entry? 0 alone never is: it means a person."""
        return (
            entry != PERSON_KEY
            and self.min <= len(entry) <= self.max
            and (self.most is None or int(entry) <= self.most)
            and (self.leading_zero or entry[0] != PERSON_KEY)
        )

    def ways(self, below: str | None) -> Ways:
        entered: Ways = {"entered": self.next or below}
        return entered | {"empty": self.empty} if self.empty else entered

    def sets(self) -> Sets:
        return {"entered": {self.sets_variable: self.read_as}}


class QueryOrder(Step):
    """Look a work order up by the digits in `number` and the phone in `phone`.

    Sets order_no, order_state, order_accepted and, while a reply is due, order_due; an order
    without a due day goes to `finished`. Three times not found: a person.
    """

    do: Literal["query_order"]
    number: Variable
    phone: Variable
    found: Name | None = None
    finished: Name | None = None
    not_found: Name

    def ways(self, below: str | None) -> Ways:
        found = self.found or self.next or below
        return {"found": found, "finished": self.finished or found, "not_found": self.not_found}

    def needs(self) -> tuple[str, ...]:
        return (self.number, self.phone)

    def sets(self) -> Sets:
        told = {
            "order_no": ReadAs.ORDER_NO,
            "order_state": ReadAs.TEXT,
            "order_accepted": ReadAs.DATE,
        }
        return {"found": told | {"order_due": ReadAs.DATE}, "finished": told}


class RecordMessage(Spoken):
    """Say what to tell, record it, open a draft order with everything entered so far."""

    do: Literal["record_message"]
    kind: Literal["consult", "complaint", "suggestion"]
    topic: Text
    sets_variable: Annotated[Variable, Field(alias="sets")] = "order_no"
    limit: Annotated[float, Field(ge=5, le=600)] = 120.0
    silence: Annotated[float, Field(ge=2, le=30)] = 5.0

    def ways(self, below: str | None) -> Ways:
        return {"recorded": self.next or below}

    def sets(self) -> Sets:
        return {"recorded": {self.sets_variable: ReadAs.ORDER_NO}}


class Survey(Spoken):
    """五级好差评 by keys 1 to 5; no answer is an answer too and never holds the caller."""

    do: Literal["survey"]
    question: Name
    wait: Annotated[float, Field(ge=1, le=30)] = 6.0

    def ways(self, below: str | None) -> Ways:
        after = self.next or below
        return {"rated": after, "unrated": after}


class OfferMessage(Spoken):
    """Offer voice mail: 1 leaves the flow for the message box, anything else goes on."""

    do: Literal["offer_message"]
    wait: Annotated[float, Field(ge=1, le=30)] = 5.0

    def ways(self, below: str | None) -> Ways:
        return {"declined": self.next or below}
