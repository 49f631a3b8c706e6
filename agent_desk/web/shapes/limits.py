"""What changed limits would do to running orders, and what recomputing them did."""

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment


class LimitShape(Answer):
    """One limit as it is in force."""

    code: str
    label: str
    amount: int
    unit: str
    basis: str


class ExampleShape(Answer):
    order_no: str
    before: Moment
    after: Moment


class OutlookShape(Answer):
    running: int = Field(description="正在计时的工单")
    looked: int = Field(description="已试算；少于 running 时为最早的那些")
    changed: int = Field(description="期限会变动的")
    overdue: int = Field(description="其中会立即逾期的")
    examples: list[ExampleShape]


class RecomputeShape(Answer):
    id: int
    reason: str
    asked_by_name: str
    asked_at: Moment
    looked: int
    changed: int
    done_at: Moment | None


class LimitsShape(Answer):
    postponement: str
    limits: list[LimitShape]
    last: RecomputeShape | None


class RecomputeBody(Input):
    reason: str = Field(min_length=1, max_length=500, description="写入每件变动工单的办理过程")
