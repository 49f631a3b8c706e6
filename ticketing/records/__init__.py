"""The records, grouped by thing. Importing this package makes the whole metadata known."""

from ticketing.records import (
    calls,
    catalogues,
    flow_tests,
    flows,
    imports,
    information,
    keeping,
    menu_figures,
    notices,
    order_life,
    people,
    prompts,
    recordings,
    speech,
    window,
    work_orders,
)
from ticketing.records.base import Record

__all__ = [
    "Record",
    "calls",
    "catalogues",
    "flow_tests",
    "flows",
    "imports",
    "information",
    "keeping",
    "menu_figures",
    "notices",
    "order_life",
    "people",
    "prompts",
    "recordings",
    "speech",
    "window",
    "work_orders",
]
