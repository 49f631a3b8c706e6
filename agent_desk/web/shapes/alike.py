"""Orders that belong together: similar ones, links, hot spots."""

from typing import Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment
from agent_desk.web.shapes.order_list import OrderSummary


class ToldBody(Input):
    """What the form holds so far."""

    caller_number: str = Field("", max_length=32, pattern=r"^[0-9+*#]*$")
    object: str = Field("", max_length=128)
    topic: str = Field("", max_length=64)
    place: str = Field("", max_length=256)
    content: str = Field("", max_length=5000)


class SimilarShape(Answer):
    order: OrderSummary
    score: float
    why: list[str]


class LinkShape(Answer):
    kind: Literal["repeat", "merged", "collective", "related"]
    kind_label: str
    order: OrderSummary
    why: str
    at: Moment
    by: str


class Alike(Answer):
    """Beside one order."""

    links: list[LinkShape]
    similar: list[SimilarShape]


class SimilarList(Answer):
    items: list[SimilarShape]


class LinkBody(Input):
    other: str = Field(min_length=1, max_length=40, description="另一件工单的编号")
    kind: Literal["repeat", "related"]
    why: str = Field("", max_length=500)


class HotSpotShape(Answer):
    object: str
    count: int
    collected: int = Field(description="已归入集中反映工单的件数")
    parent_no: str | None
    orders: list[OrderSummary]


class HotSpots(Answer):
    days: int
    least: int
    items: list[HotSpotShape]


class CollectBody(Input):
    object: str = Field(min_length=1, max_length=128)


class Collected(Answer):
    order_no: str
