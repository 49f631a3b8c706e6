"""How much of a caller's number a person sees, and the audit row for seeing it whole."""

from ticketing.people.audit import record_use
from ticketing.people.person import Person
from ticketing.rules.permissions import Right
