"""Fills an empty installation with the catalogues we ship. Run as often as you like.

What an installation has changed since stays: only catalogues that have no version at all are
written.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ticketing import catalogues, data
from ticketing.actors import SYSTEM
from ticketing.records.catalogues import CalendarRelease, Catalogue
from ticketing.records.work_orders import OrderSequence
from ticketing.rules.acceptance import DEFAULT_RULES
from ticketing.rules.policy import Policy, to_document

SEQUENCE = "JT"


def install(
    session: Session, moment: datetime, policy: Policy, last_sequence: int = 0
) -> tuple[str, ...]:
    """Writes what is missing; returns its names. `last_sequence`: where numbering goes on from."""
    documents: dict[str, dict[str, Any]] = {
        "policy": to_document(policy),
        "taxonomy": catalogues.taxonomy_document(data.taxonomy()),
        "channels": {"channels": [asdict(channel) for channel in data.channels()]},
        "regions": {"regions": [asdict(region) for region in data.regions()]},
        "source_kinds": dict(data.source_kinds()),
        "notice_templates": catalogues.notice_templates_document(data.notice_templates()),
        "text_rules": catalogues.text_rules_document(DEFAULT_RULES),
    }
    written = []
    for name, content in documents.items():
        if not session.scalar(select(exists().where(Catalogue.name == name))):
            version = data.SHIPPED_VERSION
            catalogues.publish(session, moment, SYSTEM.login, name, version, content, "随软件安装")
            written.append(name)
    if not session.scalar(select(exists(select(CalendarRelease.id)))):
        note = "随软件安装：国务院办公厅历年节假日安排"
        catalogues.release_calendar(session, moment, SYSTEM.login, data.calendar(), note)
        written.append("calendar")
    if session.get(OrderSequence, SEQUENCE) is None:
        session.add(OrderSequence(name=SEQUENCE, last=last_sequence))
        written.append("order_sequence")
    session.flush()
    return tuple(written)
