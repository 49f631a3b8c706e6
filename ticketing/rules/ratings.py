"""好差评: five levels, beside them `unrated` and `unreachable`, which no rate may mix.

Reports know other scales; the mapping is explicit because 一般 does not count as satisfied.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Rating(StrEnum):
    """What a caller said, or why there is nothing."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    BASICALLY_SATISFIED = "basically_satisfied"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"
    UNRATED = "unrated"
    UNREACHABLE = "unreachable"

    @property
    def zh(self) -> str:
        return _RATING_ZH[self]

    @property
    def is_bad(self) -> bool:
        """差评: it opens a rectification task."""
        return self in (Rating.DISSATISFIED, Rating.VERY_DISSATISFIED)

    @property
    def is_answer(self) -> bool:
        return self not in (Rating.UNRATED, Rating.UNREACHABLE)


_RATING_ZH: Mapping[Rating, str] = {
    Rating.VERY_SATISFIED: "非常满意",
    Rating.SATISFIED: "满意",
    Rating.BASICALLY_SATISFIED: "基本满意",
    Rating.DISSATISFIED: "不满意",
    Rating.VERY_DISSATISFIED: "非常不满意",
    Rating.UNRATED: "未评价",
    Rating.UNREACHABLE: "无法联系",
}


class ThreeLevel(StrEnum):
    """The scale of reports with 满意 / 一般 / 不满意."""

    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"


THREE_LEVELS: Mapping[Rating, ThreeLevel] = {
    Rating.VERY_SATISFIED: ThreeLevel.SATISFIED,
    Rating.SATISFIED: ThreeLevel.SATISFIED,
    Rating.BASICALLY_SATISFIED: ThreeLevel.NEUTRAL,
    Rating.DISSATISFIED: ThreeLevel.DISSATISFIED,
    Rating.VERY_DISSATISFIED: ThreeLevel.DISSATISFIED,
}
"""The default reading; a report may be given another."""

BY_KEY: Mapping[str, Rating] = {
    "1": Rating.VERY_SATISFIED,
    "2": Rating.SATISFIED,
    "3": Rating.BASICALLY_SATISFIED,
    "4": Rating.DISSATISFIED,
    "5": Rating.VERY_DISSATISFIED,
}
"""What a caller presses in the survey."""


class Question(StrEnum):
    """What a return visit asks (第二十九条): four questions, four answers."""

    EFFICIENCY = "efficiency"
    REPLY = "reply"
    RESULT = "result"
    SATISFACTION = "satisfaction"

    @property
    def zh(self) -> str:
        return {
            Question.EFFICIENCY: "工作效率",
            Question.REPLY: "回复情况",
            Question.RESULT: "处理结果",
            Question.SATISFACTION: "满意程度",
        }[self]


@dataclass(frozen=True)
class SatisfactionRate:
    """A rate with what it was counted from."""

    satisfied: int
    answered: int

    @property
    def value(self) -> Fraction | None:
        """None when nobody answered: there is no rate, not a rate of zero."""
        return Fraction(self.satisfied, self.answered) if self.answered else None


def satisfaction_rate(
    ratings: Iterable[Rating], levels: Mapping[Rating, ThreeLevel] = THREE_LEVELS
) -> SatisfactionRate:
    """未评价 and 无法联系 are outside the denominator; 一般 is inside and not satisfied."""
    answered = [levels[rating] for rating in ratings if rating.is_answer]
    return SatisfactionRate(answered.count(ThreeLevel.SATISFIED), len(answered))
