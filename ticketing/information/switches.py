"""Switches of the centre, which every call asks for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import NotFound
from ticketing.people.audit import record_audit
from ticketing.records.information import CentreSwitch

SWITCHES: Final[Mapping[str, str]] = {"direct": "直达人工"}
"""Those the shipped flows ask for; a site's own flow may ask for others, which stay off."""


def is_switched_on(session: Session, name: str) -> bool:
    """A switch nobody ever touched is off."""
    row = session.get(CentreSwitch, name)
    return row is not None and row.is_on


def list_switches(session: Session) -> dict[str, CentreSwitch | None]:
    """All that can be set, None for one that nobody ever touched."""
    rows = {row.name: row for row in session.scalars(select(CentreSwitch))}
    return {name: rows.get(name) for name in SWITCHES}


def set_switch(
    session: Session, moment: datetime, by: Actor, name: str, *, is_on: bool
) -> CentreSwitch:
    """Turns a switch of the centre on or off; raises NotFound."""
    if name not in SWITCHES:
        raise NotFound("switch", name)
    row = session.get(CentreSwitch, name, with_for_update=True)
    if row is None:
        row = CentreSwitch(name=name, is_on=False, changed_by=by.login, changed_at=moment)
        session.add(row)
    if row.is_on != is_on:
        what = "switch.on" if is_on else "switch.off"
        record_audit(session, moment, by, what, "switch", name)
    row.is_on, row.changed_by, row.changed_at = is_on, by.login, moment
    session.flush()
    return row
