"""Test cases of the menu: the shipped ones come and go with the software, people's own stay."""

from datetime import datetime

import pytest

from ticketing.database import Database
from ticketing.errors import InvalidInput, NotFound
from ticketing.menu import (
    CaseText,
    add_flow_test,
    change_flow_test,
    flow_tests,
    install_flow_tests,
    list_flow_tests,
    remove_flow_test,
)
from ticketing.people.person import process

EDITOR = process("editor")


def case(name: str, says: str = "您好") -> CaseText:
    return CaseText(name, "12328", {"facts": {}, "acts": [], "expects": [{"says": says}]})


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.name for row in flow_tests(session)]


def test_shipped_cases_follow_the_software_until_somebody_touches_them(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        install_flow_tests(session, moment, [case("a"), case("b"), case("c"), case("d")])
        rows = {row.name: row.id for row in flow_tests(session)}
        change_flow_test(session, moment, EDITOR, rows["b"], case("b", "我改的"))
        remove_flow_test(session, moment, EDITOR, rows["c"])
        add_flow_test(session, moment, EDITOR, case("own"))
    with database.transaction() as session:
        install_flow_tests(
            session, moment, [case("a", "新"), case("b", "新"), case("c"), case("e")]
        )
    with database.reading() as session:
        told = {row.name: row.content["expects"][0]["says"] for row in flow_tests(session)}
    assert told == {"a": "新", "b": "我改的", "own": "您好", "e": "您好"}


def test_cases_are_listed_newest_first_page_by_page(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        for name in "abc":
            add_flow_test(session, moment, EDITOR, case(name))
        first = list_flow_tests(session, None, 2)
        assert [row.name for row in first] == ["c", "b"]
        assert [row.name for row in list_flow_tests(session, first[-1].id, 2)] == ["a"]
    assert names(database) == ["a", "b", "c"]


def test_a_name_is_used_once_and_a_removed_case_is_gone(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        kept = add_flow_test(session, moment, EDITOR, case("a"))
        other = add_flow_test(session, moment, EDITOR, case("b"))
        with pytest.raises(InvalidInput):
            add_flow_test(session, moment, EDITOR, case("a"))
        with pytest.raises(InvalidInput):
            change_flow_test(session, moment, EDITOR, other.id, case("a"))
        remove_flow_test(session, moment, EDITOR, kept.id)
        change_flow_test(session, moment, EDITOR, other.id, case("a"))
        with pytest.raises(NotFound):
            remove_flow_test(session, moment, EDITOR, kept.id)
    assert names(database) == ["a"]
