"""Draws the life cycle out of its table.

Run as `python -m ticketing.rules.drawing > docs/lifecycle.zh-CN.md`. The page is generated, never
edited; a test compares it with the table.
"""

import sys
from collections.abc import Iterator

from ticketing.rules.guards import Guard
from ticketing.rules.lifecycle import MOVES, Move
from ticketing.rules.permissions import Role
from ticketing.rules.states import State

GUARD_ZH: dict[Guard, str] = {
    Guard.RECORD_COMPLETE: "记录填写规范",
    Guard.INSTANT_ANSWER_COMPLETE: "答复完整，未写转办",
    Guard.REFUSAL_TOLD: "选定情形并已告知理由",
    Guard.REASON_GIVEN: "说明理由",
    Guard.TARGET_NAMED: "写明上级",
    Guard.RESULT_GIVEN: "填写结果",
    Guard.CLASSIFIED: "分类正确",
    Guard.UNIT_NAMED: "明确单位和责任人",
    Guard.UNIT_IS_AUTHORITY: "承办单位为本级主管部门",
    Guard.MERGE_TARGET_OPEN: "主工单未办结",
    Guard.MASTER_ANSWERED: "主工单已办结",
    Guard.OWN_UNIT: "本单位工单",
    Guard.CO_UNIT: "本单位协办",
    Guard.RETURN_IN_TIME: "24小时内",
    Guard.RETURN_NOT_DECIDED: "未经协调指定",
    Guard.NO_PING_PONG: "未多次退单",
    Guard.EXTENSION_GROUNDED: "符合延期情形",
    Guard.BEFORE_DEADLINE: "期限届满前",
    Guard.PAST_DEADLINE: "期限已届满",
    Guard.NOT_EXTENDED: "未延过期",
    Guard.REPLY_COMPLETE: "结果、过程、依据齐全并已回复来电人",
    Guard.OTHER_HAND: "非回复人本人",
    Guard.REVISIT_PROVEN: "有回访凭据",
    Guard.HAS_UNIT: "有承办单位",
    Guard.HAS_NO_UNIT: "无承办单位",
    Guard.REVISIT_DONE: "应回访的已回访",
    Guard.REVIEW_DONE: "应复核的已复核",
    Guard.REVIEW_PENDING: "待复核",
}


def page() -> str:
    """The whole page: picture, table of moves, table of notes."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 工单的一生"
    yield ""
    yield "本页由 `python -m ticketing.rules.drawing` 生成，请勿手工修改。条文号均指"
    yield "《12328交通运输服务监督热线管理办法》。"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in State:
        yield f'    state "{state.zh}" as {state}'
    for move in MOVES:
        if move.target is not None:
            for source in _sorted(move):
                yield f"    {source or '[*]'} --> {move.target}: {move.event.zh}"
    yield "    archived --> [*]"
    yield "```"
    yield ""
    yield "## 流转"
    yield ""
    yield "| 原状态 | 事项 | 新状态 | 谁 | 条件 | 依据 |"
    yield "|---|---|---|---|---|---|"
    yield from (_row(move) for move in MOVES if move.target is not None)
    yield ""
    yield "## 不改变状态的记录"
    yield ""
    yield "| 状态 | 事项 | 新状态 | 谁 | 条件 | 依据 |"
    yield "|---|---|---|---|---|---|"
    yield from (_row(move) for move in MOVES if move.target is None)


def _row(move: Move) -> str:
    cells = (
        "、".join(source.zh if source else "—" for source in _sorted(move)),
        f"{move.event.zh} `{move.event}`",
        move.target.zh if move.target else "—",
        "、".join(role.zh for role in Role if role in move.roles),
        "；".join(GUARD_ZH[guard] for guard in move.guards) or "—",
        move.basis or "—",
    )
    return f"| {' | '.join(cells)} |"


def _sorted(move: Move) -> list[State | None]:
    order: list[State | None] = [None, *State]
    return sorted(move.sources, key=order.index)


if __name__ == "__main__":
    sys.stdout.write(page())
