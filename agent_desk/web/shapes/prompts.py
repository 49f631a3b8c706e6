"""Phrases of the voice menu and who speaks them."""

from typing import Literal

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Input, Moment


class PromptQuery(Input):
    q: str = Field("", max_length=100, description="文字中含有")
    voice: Literal["", "person", "voice"] = ""


class PromptUse(Answer):
    """Where it is said; flow empty: the telephone exchange's own sound of that name."""

    flow: str
    step: str


class PromptShape(Answer):
    hash: str
    text: str
    uses: list[PromptUse]
    is_person: bool
    speaker: str = Field(description="录音人，或合成语音的名称")
    recorded_at: Moment | None
    seconds: float | None = Field(description="空：声音还没有生成")


class PromptList(Answer):
    voice: str = Field(description="没有真人录音时由谁念")
    recorded: int
    total: int
    items: list[PromptShape]


class CutQuery(Input):
    """Which part of a recording counts, in seconds."""

    begin: float = Field(0.0, ge=0, le=600)
    end: float | None = Field(None, gt=0, le=600)


class TakeQuery(CutQuery):
    speaker: str = Field(min_length=1, max_length=64, description="录音人")


class Preview(Answer):
    """A recording as it would sound on the telephone."""

    seconds: float
    loudness: float = Field(description="LUFS，录音原来的响度")
    warnings: list[str]
    audio: str = Field(description="8 kHz 单声道 wav，base64")


class PastTake(Answer):
    id: int
    speaker: str = Field(description="空：撤下录音，恢复合成语音")
    seconds: float
    done_by: str
    at: Moment


class PastTakes(Answer):
    items: list[PastTake]


class SpokenPhrase(Answer):
    text: str
    is_person: bool
    speaker: str
    take: int = Field(description="第几次录音，0为合成语音")


class SpokenStep(Answer):
    at: Moment
    flow: str
    step: str
    phrases: list[SpokenPhrase]


class SpokenSteps(Answer):
    items: list[SpokenStep]
