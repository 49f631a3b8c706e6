"""What callers hear is what is in force at that moment, and nothing else; who wrote it is known."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from ticketing import information
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed, NotFound
from ticketing.information import KnowledgeText, RoadNoticeText, Turn
from ticketing.people.audit import list_audit, verify_audit
from ticketing.people.person import process
from ticketing.records.information import KnowledgeItem

DUTY = process("duty")
EDITOR = process("kb")


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
        first = information.post_road_notice(session, moment, DUTY, notice(moment, "一"))
        information.post_road_notice(session, moment, DUTY, notice(moment, "二"))
        information.post_road_notice(session, moment, DUTY, notice(moment, "三"))
        information.cancel_road_notice(session, moment, DUTY, first.id)
    with database.reading() as session:
        now = information.road_notices_in_force(session, moment + timedelta(hours=1))
        later = information.road_notices_in_force(session, moment + timedelta(hours=4))
        spoken = [information.spoken(row) for row in now]
        over = information.list_road_notices(session, moment, None, 10, in_force=False)
    assert spoken == [
        "G1京哈高速，沈阳至四平段，封闭。三",
        "G1京哈高速，沈阳至四平段，封闭。二",
    ]
    assert later == []
    assert [row.text for row in over] == ["一"]


def test_a_notice_that_ends_before_it_begins_is_refused_with_a_reason(
    database: Database, moment: datetime
) -> None:
    """The duty officer at 3 a.m. is told what to mend."""
    faulty = RoadNoticeText("?", "", " ", "", "", "", moment, moment)
    with database.transaction() as session, pytest.raises(InvalidInput) as caught:
        information.post_road_notice(session, moment, DUTY, faulty)
    assert [one.field for one in caught.value.findings] == [
        "kind",
        "road_name",
        "text",
        "valid_until",
    ]


def test_one_faulty_row_of_an_import_keeps_all_out_and_every_faulty_row_is_told(
    database: Database, moment: datetime
) -> None:
    """Half an import would leave nobody knowing which half."""
    rows = [notice(moment), notice(moment, ""), notice(moment), notice(moment, " ")]
    with database.transaction() as session:
        with pytest.raises(InvalidInput) as caught:
            information.import_road_notices(session, moment, DUTY, rows)
        assert information.road_notices_in_force(session, moment) == []
        information.import_road_notices(session, moment, DUTY, rows[::2])
        assert len(information.road_notices_in_force(session, moment)) == 2
    assert [one.field for one in caught.value.findings] == ["1.text", "3.text"]
    assert "第2条" in caught.value.findings[0].message


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


def test_an_answer_is_told_from_its_publication_until_it_changes_or_expires(
    database: Database, moment: datetime
) -> None:
    """No way leads to the public past the review."""

    def told() -> list[str]:
        return [one.spoken for one in information.published_answers(session, moment, "etc_fees")]

    with database.transaction() as session:
        words = KnowledgeText("etc_fees", "发票在哪开？", "票根网", "请上票根网。")
        item = information.write_knowledge(session, moment, EDITOR, words)
        with pytest.raises(NotAllowed):
            information.publish_knowledge(session, moment, EDITOR, item.id)
        information.submit_knowledge(session, moment, EDITOR, item.id)
        assert told() == []
        information.publish_knowledge(session, moment, EDITOR, item.id)
        assert told() == ["请上票根网。"]
        information.expire_knowledge(session, moment, EDITOR, item.id)
        assert told() == []
        with pytest.raises(NotAllowed):
            information.expire_knowledge(session, moment, EDITOR, item.id)


def published(session: Session, moment: datetime) -> KnowledgeItem:
    words = KnowledgeText("etc_fees", "发票在哪开？", "票根网", "请上票根网。")
    item = information.write_knowledge(session, moment, EDITOR, words)
    information.submit_knowledge(session, moment, EDITOR, item.id)
    return information.publish_knowledge(session, moment, EDITOR, item.id)


def test_a_published_answer_is_told_as_it_was_until_its_new_wording_is_published(
    database: Database, moment: datetime
) -> None:
    def told() -> list[str]:
        return [one.spoken for one in information.published_answers(session, moment, "etc_fees")]

    with database.transaction() as session:
        old = published(session, moment)
        change = information.change_knowledge
        new = change(session, moment, EDITOR, old.id, {"spoken": "请上网。"})
        assert (old.state, new.state, new.replaces_id) == ("published", "draft", old.id)
        assert told() == ["请上票根网。"]
        again = change(session, moment, EDITOR, old.id, {"answer": "网上开具"})
        assert (again.id, again.spoken, again.answer) == (new.id, "请上网。", "网上开具")
        information.submit_knowledge(session, moment, EDITOR, new.id)
        assert told() == ["请上票根网。"]
        information.publish_knowledge(session, moment, EDITOR, new.id)
        assert (old.state, told()) == ("expired", ["请上网。"])


def test_a_new_wording_that_begins_later_takes_over_at_that_moment(
    database: Database, moment: datetime
) -> None:
    begins = moment + timedelta(days=3)

    def told(at: datetime) -> list[str]:
        return [one.spoken for one in information.published_answers(session, at, "etc_fees")]

    with database.transaction() as session:
        old = published(session, moment)
        given = {"spoken": "请上网。", "valid_from": begins}
        new = information.change_knowledge(session, moment, EDITOR, old.id, given)
        information.submit_knowledge(session, moment, EDITOR, new.id)
        information.publish_knowledge(session, moment, EDITOR, new.id)
        assert told(moment) == ["请上票根网。"]
        assert told(begins) == ["请上网。"]


def test_what_was_not_changed_begins_no_new_wording(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        old = published(session, moment)
        same = information.change_knowledge(session, moment, EDITOR, old.id, {"source": ""})
        assert (same.id, old.state) == (old.id, "published")


def test_an_answer_whose_time_is_over_is_not_published(
    database: Database, moment: datetime
) -> None:
    """It would be published and silent, and nobody would know why."""
    with database.transaction() as session:
        past = moment - timedelta(days=1)
        words = KnowledgeText("etc", "问", "答", valid_until=past)
        item = information.write_knowledge(session, past - timedelta(days=1), EDITOR, words)
        information.submit_knowledge(session, moment, EDITOR, item.id)
        with pytest.raises(InvalidInput):
            information.publish_knowledge(session, moment, EDITOR, item.id)


def test_knowledge_is_found_by_every_word_of_the_search(
    database: Database, moment: datetime
) -> None:
    """Agents type what the caller said; a per cent sign is only a sign."""
    with database.transaction() as session:
        for question in ("ETC发票怎么开", "ETC卡丢失", "打折95%吗"):
            information.write_knowledge(
                session, moment, EDITOR, KnowledgeText("t", question, "见说明")
            )

        def found(q: str) -> list[str]:
            return [one.question for one in information.list_knowledge(session, None, 10, q=q)]

        assert found("etc 发票") == ["ETC发票怎么开"]
        assert found("ETC") == ["ETC卡丢失", "ETC发票怎么开"]
        assert found("5%") == ["打折95%吗"]
        assert found("%") == ["打折95%吗"]


def test_every_caller_hears_the_newest_announcement_until_it_is_cancelled(
    database: Database, moment: datetime
) -> None:
    """Then the one before it again, as long as it lasts."""
    until = moment + timedelta(hours=2)
    with database.transaction() as session:
        information.post_announcement(session, moment, DUTY, "旧公告", until)
        newer = information.post_announcement(session, moment, DUTY, "新公告", until)
        assert information.announcement_in_force(session, moment) == "新公告"
        information.cancel_announcement(session, moment, DUTY, newer.id)
        assert information.announcement_in_force(session, moment) == "旧公告"
        assert information.announcement_in_force(session, until) is None
        with pytest.raises(InvalidInput) as caught:
            information.post_announcement(session, moment, DUTY, " ", moment)
    assert [one.field for one in caught.value.findings] == ["text", "valid_until"]


def test_a_switch_stays_as_it_was_set(database: Database, moment: datetime) -> None:
    """Direct mode on, then off again; a misspelt switch is not there."""
    with database.transaction() as session:
        assert not information.is_switched_on(session, "direct", moment)
        information.set_switch(session, moment, DUTY, "direct", Turn(is_on=True))
        assert information.is_switched_on(session, "direct", moment)
        information.set_switch(session, moment, DUTY, "direct", Turn(is_on=False))
        assert not information.is_switched_on(session, "direct", moment)
        with pytest.raises(NotFound):
            information.set_switch(session, moment, DUTY, "dirct", Turn(is_on=True))


def test_a_number_is_in_its_group_until_it_is_taken_out(
    database: Database, moment: datetime
) -> None:
    """Adding it twice is adding it once."""
    with database.transaction() as session:
        row = information.add_to_group(session, moment, DUTY, "138 0000-1234", "direct")
        again = information.add_to_group(session, moment, DUTY, "13800001234", "direct")
        assert again.id == row.id
        assert information.caller_groups(session, "13800001234") == {"direct"}
        information.remove_from_group(session, moment, DUTY, row.id)
        assert information.caller_groups(session, "13800001234") == frozenset()
        with pytest.raises(InvalidInput) as caught:
            information.add_to_group(session, moment, DUTY, "一三八", "vip")
    assert [one.field for one in caught.value.findings] == ["number", "caller_group"]


def test_who_told_the_public_what_is_in_the_audit(database: Database, moment: datetime) -> None:
    """One row a change, none for a change that changed nothing, and the chain holds."""
    until = moment + timedelta(hours=1)
    with database.transaction() as session:
        road = information.post_road_notice(session, moment, DUTY, notice(moment))
        for _ in range(2):
            information.cancel_road_notice(session, moment, DUTY, road.id)
        told = information.post_announcement(session, moment, DUTY, "大雪", until)
        for _ in range(2):
            information.cancel_announcement(session, moment, DUTY, told.id)
        for _ in range(2):
            information.set_switch(session, moment, DUTY, "direct", Turn(is_on=True))
        words = KnowledgeText("t", "问", "答", valid_until=until)
        item = information.write_knowledge(session, moment, EDITOR, words)
        for _ in range(2):
            information.change_knowledge(session, moment, EDITOR, item.id, {"valid_until": None})
        member = information.add_to_group(session, moment, DUTY, "13800001234", "direct")
        information.remove_from_group(session, moment, DUTY, member.id)
    with database.reading() as session:
        rows = list_audit(session, None, 50)
        assert verify_audit(session) is None
    assert [(row.who, row.what) for row in reversed(rows)] == [
        ("duty", "road_notice.post"),
        ("duty", "road_notice.cancel"),
        ("duty", "announcement.post"),
        ("duty", "announcement.cancel"),
        ("duty", "switch.on"),
        ("kb", "knowledge.write"),
        ("kb", "knowledge.change"),
        ("duty", "caller_group.add"),
        ("duty", "caller_group.remove"),
    ]
    assert "13800001234" not in str([row.detail for row in rows])
