"""Full text over Chinese: the words of an order are kept as pairs of neighbouring characters.

PostgreSQL answers from a GIN index over the pairs, SQLite from an FTS5 table. Both find every order
in which all pairs of what was asked stand; a single character is found as part of any pair by
prefix.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, column, func, literal, select, table, text
from sqlalchemy.orm import Session

from ticketing.records.work_orders import WorkOrder
from ticketing.rules.similarity import bigrams

_SQLITE = table("work_order_search", column("rowid"), column("words"))


SEARCHED = frozenset({"content", "object", "place", "reason", "result", "caller_name"})
"""Columns whose change makes an order be indexed again."""


def words_of(order: WorkOrder) -> str:
    """The pairs of everything a person may look for in an order."""
    name = "" if order.confidential else order.caller_name
    parts = [order.content, order.object, order.place, order.reason, order.result, name]
    return " ".join(sorted(bigrams(" ".join(parts))))


def index(session: Session, order: WorkOrder) -> None:
    """Makes the order findable by its present words."""
    index_all(session, [order])


def index_all(session: Session, orders: Sequence[WorkOrder]) -> None:
    """Many at once."""
    if not orders:
        return
    rows = [{"id": order.id, "words": words_of(order)} for order in orders]
    if session.get_bind().dialect.name == "sqlite":
        session.execute(
            text("INSERT OR REPLACE INTO work_order_search(rowid, words) VALUES (:id, :words)"),
            rows,
        )
    else:
        session.execute(
            text(
                "INSERT INTO work_order_search(work_order_id, words)"
                " VALUES (:id, to_tsvector('simple', :words))"
                " ON CONFLICT (work_order_id) DO UPDATE SET words = excluded.words"
            ),
            rows,
        )


def matches(session: Session, asked: str, newer_than: int | None = None) -> ColumnElement[bool]:
    """The condition that an order holds all that was asked.

    With `newer_than` only orders with a greater id are looked at, one by one.
    """
    pairs = sorted(bigrams(asked))
    if not pairs:
        return literal(False)
    if session.get_bind().dialect.name == "sqlite":
        terms = " AND ".join(f'"{pair}"' + ("*" if len(pair) == 1 else "") for pair in pairs)
        found = select(_SQLITE.c.rowid).where(text("work_order_search MATCH :terms"))
        if newer_than is not None:
            found = found.where(_SQLITE.c.rowid > newer_than)
        return WorkOrder.id.in_(found.params(terms=terms))
    terms = " & ".join(f"'{pair}'" + (":*" if len(pair) == 1 else "") for pair in pairs)
    postgresql = table("work_order_search", column("work_order_id"), column("words"))
    asked_for = func.to_tsquery("simple", terms)
    found = select(postgresql.c.work_order_id)
    if newer_than is None:
        return WorkOrder.id.in_(found.where(postgresql.c.words.op("@@")(asked_for)))
    # The operator's own function is used: no index can answer it, so the ids' one is.
    one_by_one = func.ts_match_vq(postgresql.c.words, asked_for)
    return WorkOrder.id.in_(found.where(one_by_one, postgresql.c.work_order_id > newer_than))
