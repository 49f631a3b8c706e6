"""The records, grouped by thing. Importing this package makes the whole metadata known."""

from ticketing.records import (
    calls,
    catalogues,
    flows,
    information,
    notices,
    order_life,
    people,
    prompts,
    recordings,
    window,
    work_orders,
)
from ticketing.records.base import Record

__all__ = [
    "Record",
    "calls",
    "catalogues",
    "flows",
    "information",
    "notices",
    "order_life",
    "people",
    "prompts",
    "recordings",
    "window",
    "work_orders",
]
