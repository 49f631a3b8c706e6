"""What callers hear is what is in force at that moment, and nothing else."""

from datetime import datetime, timedelta

import pytest

from ticketing import information
from ticketing.database import Database
from ticketing.errors import InvalidInput
from ticketing.information import RoadNoticeText
from ticketing.records.information import KnowledgeItem


def notice(moment: datetime, text: str = "因大雪双向封闭") -> RoadNoticeText:
    return RoadNoticeText(
        kind="closure",
        road_no="g1",
        road_name="京哈高速",
        section="沈阳至四平段",
        region_code="210100",
        text=text,
        valid_from=moment,
        valid_until=moment + timedelta(hours=4),
    )


def test_notices_are_read_newest_first_and_only_while_in_force(
    database: Database, moment: datetime
) -> None:
    """A closure that is over or was taken back is never told as true."""
    with database.transaction() as session:
        first = information.post_road_notice(session, moment, "duty", notice(moment, "一"))
        information.post_road_notice(session, moment, "duty", notice(moment, "二"))
        information.post_road_notice(session, moment, "duty", notice(moment, "三"))
        information.cancel_road_notice(session, moment, "duty", first.id)
    with database.reading() as session:
        now = information.road_notices_in_force(session, moment + timedelta(hours=1))
        later = information.road_notices_in_force(session, moment + timedelta(hours=4))
        spoken = [information.spoken(row) for row in now]
    assert spoken == [
        "G1京哈高速，沈阳至四平段，封闭。三",
        "G1京哈高速，沈阳至四平段，封闭。二",
    ]
    assert later == []


def test_a_notice_that_ends_before_it_begins_is_refused_with_a_reason(
    database: Database, moment: datetime
) -> None:
    """The duty officer at 3 a.m. is told what to mend."""
    faulty = RoadNoticeText("?", "", " ", "", "", "", moment, moment)
    with database.transaction() as session, pytest.raises(InvalidInput) as caught:
        information.post_road_notice(session, moment, "duty", faulty)
    assert [one.field for one in caught.value.findings] == [
        "kind",
        "road_name",
        "text",
        "valid_until",
    ]


def test_the_menu_says_only_published_answers_that_are_valid(
    database: Database, moment: datetime
) -> None:
    """Drafts and last year's rules stay silent."""
    common = {"topic": "etc", "question": "?", "answer": "!", "written_by": "kb"}
    with database.transaction() as session:
        for spoken, state, until in (
            ("甲", "published", None),
            ("乙", "draft", None),
            ("丙", "published", moment - timedelta(days=1)),
            ("", "published", None),
        ):
            session.add(
                KnowledgeItem(
                    **common, spoken=spoken, state=state, valid_until=until, written_at=moment
                )
            )
    with database.reading() as session:
        found = information.published_answers(session, moment, "etc")
    assert [item.spoken for item in found] == ["甲"]


def test_a_switch_stays_as_it_was_set(database: Database, moment: datetime) -> None:
    """Direct mode on, then off again."""
    with database.transaction() as session:
        assert not information.is_switched_on(session, "direct")
        information.set_switch(session, moment, "admin", "direct", is_on=True)
        assert information.is_switched_on(session, "direct")
        information.set_switch(session, moment, "admin", "direct", is_on=False)
        assert not information.is_switched_on(session, "direct")
