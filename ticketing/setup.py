"""Fills an empty installation with the catalogues we ship. Run as often as you like.

What an installation has changed since stays: a catalogue is written when it has no version at all,
or when its newest one is ours as shipped before and ours have changed.
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
        "roads": catalogues.roads_document(data.roads()),
        "source_kinds": dict(data.source_kinds()),
        "notice_templates": catalogues.notice_templates_document(data.notice_templates()),
        "text_rules": catalogues.text_rules_document(DEFAULT_RULES),
    }
    written = []
    for name, content in documents.items():
        if _is_wanted(session, name, content):
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


def _is_wanted(session: Session, name: str, content: dict[str, Any]) -> bool:
    """Nobody but us has written it, and it is not yet as we ship it. A policy is a site's own."""
    newest = session.scalars(
        select(Catalogue).where(Catalogue.name == name).order_by(Catalogue.id.desc()).limit(1)
    ).first()
    if newest is None:
        return True
    is_ours = newest.created_by == SYSTEM.login and newest.version != data.SHIPPED_VERSION
    return is_ours and name != "policy" and newest.content != content
