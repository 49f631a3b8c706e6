"""The worker asks several times a second: every question has its index, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.integration.recordings.conftest import NODE, Stage
from ticketing.calls import views
from ticketing.database import Database
from ticketing.recordings import conversation, reconcile

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@contextmanager
def watched(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Every SELECT that is run meanwhile."""
    seen: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        if told[2].startswith("SELECT"):
            seen.append((told[2], told[3]))

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def plan(database: Database, statement: str, values: Any) -> str:
    with database.engine.connect() as connection:
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        if not database.is_sqlite:  # a table of no rows is scanned, whatever the index
            connection.exec_driver_sql("SET enable_seqscan = off")
        rows = connection.exec_driver_sql(f"{explain} {statement}", values).all()
    return "\n".join(str(row[-1]) for row in rows)


def calls_of(**wanted: Any) -> Callable[[Session], object]:
    return lambda session: views.list_calls(session, views.CallFilter(**wanted), after=1000)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda s: conversation.finished_calls(s, NODE), "ix_recording_source"),
        (lambda s: reconcile.open_calls(s, NODE, NOW), "ix_call_open"),
        (lambda s: conversation.recordings_of(s, "hotline1-1.0"), "ix_recording_call_key"),
        (calls_of(caller_number="13912345678"), "ix_call_caller_number_id"),
        (calls_of(user_id=7), "ix_call_user_id_id"),
        (lambda s: views.call_steps(s, "hotline1-1.0"), "call_step_"),  # its unique key
        (lambda s: views.call_talks(s, "hotline1-1.0"), "ix_talk_call_key"),
        (lambda s: views.caller_past(s, "13912345678"), "ix_call_caller_number_id"),
    ],
)
def test_a_hot_question_uses_its_index(
    database: Database, ask: Callable[[Session], object], index: str
) -> None:
    with watched(database) as seen, database.reading() as session:
        ask(session)
    plans = [plan(database, statement, values) for statement, values in seen]
    assert any(index in one for one in plans), plans


def test_a_tick_of_the_keeper_never_reads_a_whole_table(stage: Stage) -> None:
    with watched(stage.database) as seen:
        stage.keeper().tick()
    assert len(seen) == 4
    for statement, values in seen:
        found = plan(stage.database, statement, values)
        assert "ix_recording_state_id" in found or "ix_recording_source" in found, found
