"""What a made-up call consists of: what the caller does, and how the world is just then.

Data without code, so that a simulation can be asked for over the network, kept as a test case and
written by hand in YAML.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ivr_flows.interfaces import Hours

MOST_ACTS: Final = 400
Telephone = Annotated[str, Field(pattern=r"^[0-9]{0,20}$")]
Sentences = Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=50)]
Names = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=50)]


class Data(BaseModel):
    """Unknown fields are mistakes, and so are signs that are no text (a database refuses them)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _printable(cls, value: object) -> object:
        if not _is_text(value):
            raise ValueError("含有不可用的控制字符")
        return value


class Act(Data):
    """One thing the caller does when it is their turn: exactly one of the four."""

    key: Annotated[str, Field(pattern=r"^[0-9*#]{1,40}$")] | None = Field(
        None, description="按下的键，可连写几个，如 51952743"
    )
    silence: bool = Field(False, description="什么都不做，等到超时")
    words: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(
        None, description="说的话"
    )
    hang_up: bool = Field(False, description="挂机")
    early: bool = Field(False, description="不等说完就按键或挂机，提示语还在播放")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum((self.key is not None, self.silence, self.words is not None, self.hang_up)) != 1:
            raise ValueError("key、silence、words、hang_up 要写且只写一项")
        return self

    @property
    def shown(self) -> str:
        """As a person reads it."""
        if self.key is not None:
            return f"按 {self.key}"
        if self.words is not None:
            return f"说“{self.words}”"
        return "挂机" if self.hang_up else "不出声"


class OrderFact(Data):
    """A work order that can be asked about."""

    order_no: Annotated[str, Field(min_length=8, max_length=32)]
    phone: Telephone = Field("", description="登记的电话，空着表示任何号码都对")
    state: Annotated[str, Field(max_length=40)] = "正在办理"
    accepted_on: date | None = Field(None, description="缺省为来电当天")
    due_on: date | None = None


class RoadFact(Data):
    """A road or a city that can be asked about."""

    entry: Annotated[str, Field(pattern=r"^[0-9]{1,8}$")] = Field(description="路号数字或城市区号")
    name: Annotated[str, Field(min_length=1, max_length=64)]
    road_no: Annotated[str, Field(max_length=16)] = Field("", description="可订阅的路号")
    notices: Sentences = []
    updated_at: datetime | None = Field(None, description="最近一次有人写消息；空为从没有")


class Facts(Data):
    """The world as the call finds it; what is not said is plain: open, off, nothing new."""

    caller: Telephone = Field("13800000000", description="来电号码")
    dialled: Telephone = Field("12328", description="被叫号码")
    at: datetime = Field(datetime.fromisoformat("2026-11-28T10:00:00+08:00"), description="时刻")
    hours: dict[str, Hours] = Field({}, description="日历 → open、closed、holiday，缺省 open")
    switches: Names = Field([], description="打开的开关")
    groups: Names = Field([], description="来电人分组")
    announcement: Annotated[str, Field(max_length=2000)] = Field("", description="应急公告")
    road_notices: Sentences = Field([], description="路况")
    answers: dict[str, Sentences] = Field({}, description="主题 → 知识库答复")
    orders: Annotated[list[OrderFact], Field(max_length=20)] = Field([], description="工单")
    roads: Annotated[list[RoadFact], Field(max_length=50)] = Field([], description="可查的路")
    waiting: dict[str, int] = Field({}, description="队列 → 正在等待的人数；空名为全部队列")
    unreachable: bool = Field(False, description="来电号码不能收短信、不能回拨")
    subscribed: bool = Field(False, description="来电号码订阅过路况短信")
    transfers: Names = Field([], description="允许转接的号码")
    failing: bool = Field(False, description="业务系统不可用")
    deaf: bool = Field(False, description="语音识别不可用")


def _is_text(value: object) -> bool:
    if isinstance(value, str):
        return not any(
            (ord(sign) < 32 and sign not in "\n\t") or ord(sign) == 127 for sign in value
        )
    if isinstance(value, Mapping):
        return all(_is_text(part) for pair in value.items() for part in pair)
    return not isinstance(value, list) or all(map(_is_text, value))


Acts = Annotated[list[Act], Field(max_length=MOST_ACTS)]


def example_facts(at: datetime) -> Facts:
    """A centre with one order (…12345678), two road notices and an answer to each ETC question."""
    answer = "这是示例答复。"
    topics = ("etc_apply", "etc_balance", "etc_fees", "etc_device")
    return Facts(
        at=at,
        road_notices=[
            "G1京哈高速，沈阳至四平段因降雪临时封闭。",
            "G15沈海高速，鞍山段施工，请减速慢行。",
        ],
        answers={topic: [answer] for topic in topics},
        orders=[
            OrderFact(order_no=f"JT210100{at:%Y%m%d}12345678", due_on=at.date() + timedelta(10))
        ],
        roads=[
            RoadFact(
                entry="1",
                name="G1京哈高速",
                road_no="G1",
                notices=["沈阳至四平段，双向，封闭。因降雪临时封闭。"],
                updated_at=at,
            ),
            RoadFact(entry="15", name="G15沈海高速", road_no="G15", updated_at=at),
            RoadFact(entry="024", name="沈阳", updated_at=at),
        ],
        transfers=["12395"],
    )
