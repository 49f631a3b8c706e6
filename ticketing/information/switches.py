"""Switches of the centre, which every call asks for: by one click, or for a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.people.audit import record_audit
from ticketing.records.information import CentreSwitch

SWITCHES: Final[Mapping[str, str]] = {"direct": "直达人工", "emergency": "应急模式"}
"""Those the shipped flows ask for; a site's own flow may ask for others, which stay off."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person wants of a switch."""

    is_on: bool
    on_from: datetime | None = None
    on_until: datetime | None = None
    """With `is_on` only: on within these; None is no bound."""


def is_switched_on(session: Session, name: str, moment: datetime) -> bool:
    """A switch nobody ever touched is off."""
    row = session.get(CentreSwitch, name)
    return row is not None and is_on_at(row, moment)


def is_on_at(row: CentreSwitch, moment: datetime) -> bool:
    """Whether the switch does its work at that moment."""
    begun = row.on_from is None or row.on_from <= moment
    return row.is_on and begun and (row.on_until is None or moment < row.on_until)


def list_switches(session: Session) -> dict[str, CentreSwitch | None]:
    """All that can be set, None for one that nobody ever touched."""
    rows = {row.name: row for row in session.scalars(select(CentreSwitch))}
    return {name: rows.get(name) for name in SWITCHES}


def set_switch(
    session: Session, moment: datetime, by: Actor, name: str, turn: Turn
) -> CentreSwitch:
    """Turns it on (now or for a time) or off; the click of now ends any plan. Raises NotFound,
    InvalidInput.
    """
    if name not in SWITCHES:
        raise NotFound("switch", name)
    _check(moment, turn)
    row = session.get(CentreSwitch, name, with_for_update=True)
    if row is None:
        row = CentreSwitch(name=name, is_on=False, changed_by=by.login, changed_at=moment)
        session.add(row)
    wanted = (turn.is_on, turn.on_from, turn.on_until)
    if (row.is_on, row.on_from, row.on_until) != wanted:
        what = "switch.on" if turn.is_on else "switch.off"
        bounds = {
            key: value.isoformat()
            for key, value in (("from", turn.on_from), ("until", turn.on_until))
            if value
        }
        record_audit(session, moment, by, what, "switch", name, detail=bounds)
    row.is_on, row.on_from, row.on_until = wanted
    row.changed_by, row.changed_at = by.login, moment
    session.flush()
    return row


def _check(moment: datetime, turn: Turn) -> None:
    begin = turn.on_from or moment
    if not turn.is_on and (turn.on_from or turn.on_until):
        raise InvalidInput((Finding("on_from", "关闭开关不填时间"),))
    if turn.on_until is not None and turn.on_until <= max(begin, moment):
        raise InvalidInput((Finding("on_until", "结束时间应晚于开始时间和当前时间"),))
