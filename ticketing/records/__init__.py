"""The records, grouped by thing. Importing this package makes the whole metadata known."""

from ticketing.records import calls, people, recordings, work_orders
from ticketing.records.base import Record

__all__ = ["Record", "calls", "people", "recordings", "work_orders"]
