"""Where an order stands, in words for whoever filed it: no unit, no inner step, nobody's name."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ticketing.rules.states import OPEN_STATES, State


class Stage(StrEnum):
    """The few steps the public sees."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return _WORDS[self][0]

    @property
    def explanation(self) -> str:
        return _WORDS[self][1]


_WORDS: Final[Mapping[Stage, tuple[str, str]]] = {
    Stage.RECEIVED: ("已收到", "我们已收到，工作人员正在查看，必要时会打电话向您核实。"),
    Stage.ACCEPTED: ("已受理", "已受理，正在确定由哪个单位办理。"),
    Stage.HANDLING: ("办理中", "承办单位正在办理，办好后会答复您。"),
    Stage.CLOSED: ("已办结", "已经办结，结果如下。"),
    Stage.REJECTED: ("不予受理", "按规定不能受理，原因如下。如有疑问请拨打12328。"),
    Stage.WITHDRAWN: ("已撤回", "已按您的要求撤回。"),
}
_OF: Final[Mapping[State, Stage]] = {
    State.DRAFT: Stage.RECEIVED,
    State.PENDING_REVIEW: Stage.ACCEPTED,
    State.REJECTED: Stage.REJECTED,
    State.WITHDRAWN: Stage.WITHDRAWN,
}
_ARCHIVED: Final[Mapping[str, Stage]] = {"rejected": Stage.REJECTED, "": Stage.WITHDRAWN}


def stage_of(state: State, close_mode: str = "") -> Stage:
    """`close_mode` is the order's: an archived one was closed, refused or withdrawn before."""
    if state in _OF:
        return _OF[state]
    if state in OPEN_STATES:
        return Stage.HANDLING
    if state is State.ARCHIVED:
        return _ARCHIVED.get(close_mode, Stage.CLOSED)
    return Stage.CLOSED
