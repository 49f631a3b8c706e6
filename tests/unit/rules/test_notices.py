"""Who is told what, and that no template says what it may not."""

import pytest

from ticketing import data
from ticketing.rules import sms
from ticketing.rules.lifecycle import MOVES, Move
from ticketing.rules.notices import (
    PLACEHOLDERS,
    SENT_BY,
    Means,
    NoticeKind,
    Recipient,
    Template,
    notices_of,
    problems,
)
from ticketing.rules.ratings import Question, Rating
from ticketing.rules.states import Effect, Event

EFFECTS = {
    Effect.NOTIFY_CALLER: Recipient.CALLER,
    Effect.NOTIFY_UNIT: Recipient.UNIT,
    Effect.NOTIFY_AUTHORITY: Recipient.AUTHORITY,
    Effect.NOTIFY_CENTRE: Recipient.CENTRE,
}
VALUES = dict.fromkeys(PLACEHOLDERS, "某值")


def told_by(event: Event) -> set[Recipient]:
    return {one for _, recipients in notices_of(event, {}) for one in recipients}


def template(
    text: str, recipient: Recipient = Recipient.UNIT, means: Means = Means.SMS
) -> Template:
    return Template(NoticeKind.URGED, recipient, means, text)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.event)
def test_everybody_the_life_cycle_wants_told_is_told(move: Move) -> None:
    wanted = {EFFECTS[effect] for effect in move.effects if effect in EFFECTS}
    assert wanted <= told_by(move.event)


def test_the_shipped_texts_are_sound_and_every_notice_has_one() -> None:
    shipped = data.notice_templates()
    assert problems(shipped) == []
    needed = {
        (kind, recipient)
        for told in (*SENT_BY.values(), notices_of(Event.RATE, {"rating": "dissatisfied"}))
        for kind, recipients in told
        for recipient in recipients
    } | {
        (NoticeKind.DUE_SOON, Recipient.UNIT),
        (NoticeKind.REGISTERED, Recipient.CALLER),
        (NoticeKind.ROAD_STATE, Recipient.CALLER),
        (NoticeKind.ROAD_CHANGED, Recipient.CALLER),
    }
    assert {(one.kind, one.recipient) for one in shipped} == needed


def test_a_shipped_message_to_a_caller_fits_three_parts_with_an_ordinary_reason() -> None:
    values = VALUES | {"order_no": "JT2101002026112551955520", "reason": "理由" * 20}
    for one in data.notice_templates():
        if one.means is Means.SMS:
            assert sms.parts(one.fill(values)) <= 3, one


def test_only_a_bad_rating_is_told() -> None:
    def visit(rating: Rating) -> dict[str, object]:
        return {"answers": {Question.SATISFACTION: rating}}

    assert told_by(Event.RATE) == set()
    assert notices_of(Event.RATE, {"rating": Rating.SATISFIED}) == ()
    assert notices_of(Event.REVISIT, visit(Rating.BASICALLY_SATISFIED)) == ()
    assert notices_of(Event.REVISIT, {"attempts": 2, "answers": {}}) == ()
    bad = ((NoticeKind.BAD_RATING, (Recipient.CALLER, Recipient.UNIT)),)
    assert notices_of(Event.REVISIT, visit(Rating.DISSATISFIED)) == bad
    assert notices_of(Event.RATE, {"rating": "very_dissatisfied"}) == bad


def test_placeholders_are_filled_and_a_values_own_braces_stay() -> None:
    text = template("{order_no}：{reason}").fill({"order_no": "JT1", "reason": "见{due}\n第二行"})
    assert text == "JT1：见{due} 第二行"


def test_a_long_value_is_cut_so_that_the_message_stays_one() -> None:
    text = template("结果：{result}").fill({"result": "长" * 500})
    assert len(text) == 3 + 120
    assert text.endswith("长…")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (template("请{caller_number}回电"), "{caller_number}不可用"),
        (template("工单{order_no"), "花括号不成对"),
        (template("  "), "没有内容"),
        (template("好", Recipient.CALLER, Means.IN_APP), "来电人不登录"),
        (template("好", Recipient.CENTRE), "只在系统内"),
    ],
)
def test_a_faulty_template_is_named_with_its_fault(bad: Template, why: str) -> None:
    (found,) = problems([bad])
    assert why in found
    assert found.startswith("催办（")


def test_two_templates_for_one_notice_are_one_too_many() -> None:
    assert problems([template("甲"), template("乙")]) == ["催办（承办单位，sms）有两条模板"]


@pytest.mark.parametrize(
    ("text", "parts"), [("", 1), ("字" * 70, 1), ("字" * 71, 2), ("字" * 134, 2), ("字" * 135, 3)]
)
def test_the_carriers_count_seventy_characters_then_sixty_seven_each(text: str, parts: int) -> None:
    assert sms.parts(text) == parts


def test_a_rare_character_outside_the_basic_plane_counts_twice() -> None:
    assert sms.parts("𠮷" * 36) == 2


@pytest.mark.parametrize(
    ("shown", "reached"),
    [
        ("13812345678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("013812345678", "13812345678"),
        ("024-23456789", ""),
        ("12328", ""),
        ("", ""),
        ("12812345678", ""),
        ("138123456789", ""),
        ("１３８１２３４５６７８", ""),
    ],
)
def test_only_mobile_numbers_are_reached_by_message(shown: str, reached: str) -> None:
    assert sms.mobile_number(shown) == reached
