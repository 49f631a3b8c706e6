"""What callers left with the menu for a person: drafts with their voice, wishes to be called."""

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment
from agent_desk.web.shapes.calls import RecordingShape


class VoiceDraft(Answer):
    order_no: str
    kind: str
    topic: str
    content: str = Field(description="菜单里按键登记的内容")
    caller_number: str = Field(description="无权限时打码")
    accepted_at: Moment
    recordings: list[RecordingShape]


class CallbackShape(Answer):
    id: int
    number: str = Field(description="无权限时打码")
    queue: str
    queue_label: str
    asked_at: Moment
    due_at: Moment
    overdue: bool
    state: str = Field(
        description="waiting 待回电，taken 正在回电，done 已联系上，given_up 三次未接"
    )
    tries: int = Field(description="已经打过几次没有接通")
    taken_by: str
    mine: bool
    note: str


class CallbackFinished(Input):
    reached: bool
    note: str = Field("", max_length=500)
