"""What callers would be told at this moment, for simulated calls: nothing of any person."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from ivr_flows.bundle import Bundle
from ivr_flows.language.telling import Lookup
from ivr_flows.simulation.data import Facts
from ticketing.clock import SHANGHAI
from ticketing.information import (
    announcement_in_force,
    caller_groups,
    list_switches,
    published_answers,
    road_notices_in_force,
    spoken,
)


def real_facts(
    session: Session, moment: datetime, facts: Facts, bundle: Bundle, transfers: Iterable[str]
) -> Facts:
    """`facts` with road notices, announcement, switches, groups, answers and transfers of now.

    Opening hours stay as they are said: whoever simulates wants to hear both.
    """
    switches = [name for name, row in list_switches(session).items() if row and row.is_on]
    answers = {
        topic: [item.spoken for item in published_answers(session, moment, topic)]
        for topic in _topics(bundle)
    }
    return facts.model_copy(
        update={
            "at": moment.astimezone(SHANGHAI),
            "road_notices": [spoken(row) for row in road_notices_in_force(session, moment)],
            "announcement": announcement_in_force(session, moment) or "",
            "switches": switches,
            "groups": sorted(caller_groups(session, facts.caller)),
            "answers": answers,
            "transfers": list(transfers),
        }
    )


def _topics(bundle: Bundle) -> set[str]:
    return {
        step.topic
        for written in bundle.flows.values()
        for step in written.flow.steps.values()
        if isinstance(step, Lookup) and step.topic
    }
