"""The log of an order proves that nobody edited it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.rules.hashchain import GENESIS, Link, canonical, first_break, link

values = st.none() | st.booleans() | st.integers() | st.text()
contents = st.dictionaries(st.text(max_size=8), values, min_size=1, max_size=4)
logs = st.lists(contents, min_size=1, max_size=8)


def chain(log: list[dict[str, Any]]) -> list[Link]:
    links, previous = [], GENESIS
    for content in log:
        previous, before = link(content, previous), previous
        links.append(Link(content, before, previous))
    return links


@given(logs)
def test_an_honest_log_is_whole(log: list[dict[str, Any]]) -> None:
    links = chain(log)
    assert first_break(links, links[-1].hash) is None


@given(logs, contents, st.data())
def test_any_edit_of_any_entry_is_found_where_it_was_made(
    log: list[dict[str, Any]], other: dict[str, Any], data: st.DataObject
) -> None:
    links = chain(log)
    at = data.draw(st.integers(0, len(links) - 1))
    if canonical(other) == canonical(links[at].content):
        return
    links[at] = replace(links[at], content=other)
    found = first_break(links)
    assert found is not None
    assert found.position == at


@given(logs, contents, st.data())
def test_an_edit_with_a_recomputed_hash_is_found_at_the_next_entry(
    log: list[dict[str, Any]], other: dict[str, Any], data: st.DataObject
) -> None:
    links = chain(log)
    at = data.draw(st.integers(0, len(links) - 1))
    if canonical(other) == canonical(links[at].content):
        return
    last = links[-1].hash
    forged = link(other, links[at].previous_hash)
    links[at] = Link(other, links[at].previous_hash, forged)
    assert first_break(links, last) is not None


@given(logs, st.data())
def test_a_removed_entry_is_missed(log: list[dict[str, Any]], data: st.DataObject) -> None:
    links = chain(log)
    last = links[-1].hash
    del links[data.draw(st.integers(0, len(links) - 1))]
    assert first_break(links, last) is not None


def test_a_moment_is_the_same_moment_in_any_zone() -> None:
    utc = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    shanghai = utc.astimezone(timezone(timedelta(hours=8)))
    assert canonical({"at": utc}) == canonical({"at": shanghai})


def test_what_has_no_one_way_to_be_written_is_not_logged() -> None:
    with pytest.raises(TypeError, match="time zone"):
        canonical({"at": datetime(2026, 3, 2)})  # noqa: DTZ001  the point of the test
    with pytest.raises(TypeError, match="canonical"):
        canonical({"what": {1, 2}})
    with pytest.raises(ValueError, match="JSON"):
        canonical({"rate": float("nan")})
