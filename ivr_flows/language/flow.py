"""One flow as written in a file."""

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from ivr_flows.language.asking import (
    AskDigits,
    Choose,
    Menu,
    OfferMessage,
    QueryOrder,
    RecordMessage,
    Survey,
)
from ivr_flows.language.ending import Back, HangUp, ToAgent, Transfer
from ivr_flows.language.listening import Listen
from ivr_flows.language.serving import (
    ActOnOrder,
    AskRoad,
    Offer,
    OfferCallback,
    OpenOrder,
    Pace,
    Remember,
    SendMessage,
    Subscribe,
    Supplement,
    Unsubscribe,
    Useful,
)
from ivr_flows.language.telling import Branch, Lookup, Say, Subflow
from ivr_flows.language.words import Name, Skill, Text, Ways, Words

AnyStep = Annotated[
    Say
    | Menu
    | Listen
    | Choose
    | AskDigits
    | QueryOrder
    | Lookup
    | Branch
    | RecordMessage
    | OpenOrder
    | ActOnOrder
    | Supplement
    | AskRoad
    | SendMessage
    | Subscribe
    | Unsubscribe
    | Useful
    | Survey
    | Subflow
    | Offer
    | OfferMessage
    | OfferCallback
    | Pace
    | Remember
    | ToAgent
    | Transfer
    | Back
    | HangUp,
    Field(discriminator="do"),
]
KINDS: Final = tuple(
    get_args(kind.model_fields["do"].annotation)[0] for kind in get_args(get_args(AnyStep)[0])
)
"""Every word `do:` understands."""


class Phrases(Words):
    """What the engine says by itself; a flow may word it differently."""

    person: str = "正在为您转接人工座席，请稍候。"
    wrong: str = "按键无效，请重新选择。"
    wrong_entry: str = "输入有误，请重新输入。"
    silent: str = "没有收到您的按键。"
    short: str = "没有听到您的留言，请在提示音后再说一次。"
    misheard: str = "没有听清，请再说一次。"
    by_keys: str = "还是没有听清，请按键选择。"
    right: str = "对吗？对请按1，不对请按2。"
    failure: str = "系统暂时繁忙，为您转接人工座席，请稍候。"

    def all(self) -> tuple[str, ...]:
        return tuple(text for text in self.model_dump().values() if text)


class Person(Words):
    """Who answers when 0 is pressed or help is needed; skill empty: the site's default queue."""

    skill: Skill = ""
    priority: Annotated[int, Field(ge=0, le=100)] = 0


class Trace(Words):
    """What becomes of an entry whose caller hung up before the flow kept it: a draft order."""

    kind: Literal["consult", "complaint", "suggestion"]
    topic: Text


class FlowFile(Words):
    """One flow as written."""

    flow: Name
    title: Text
    person: Person = Person()
    mistakes: Annotated[int, Field(ge=1, le=9)] = 3
    phrases: Phrases = Phrases()
    trace: Trace | None = None
    steps: Annotated[dict[Name, AnyStep], Field(min_length=1, max_length=1000)]

    def first(self) -> str:
        return next(iter(self.steps))

    def below(self, step: str) -> str | None:
        """The step written under this one."""
        order = list(self.steps)
        index = order.index(step) + 1
        return order[index] if index < len(order) else None

    def ways(self, step: str) -> Ways:
        return self.steps[step].ways(self.below(step))
