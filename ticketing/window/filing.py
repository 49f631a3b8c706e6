"""A matter filed by the public itself: the agent's own intake, then it waits for an agent's review.

A draft, not an accepted order: a person at the centre reads it first, calls back when something is
missing, and submits or refuses it (第十五至十九条).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.errors import Finding, InvalidInput, TooMany
from ticketing.orders.intake import Intake, check_written, open_work_order
from ticketing.photos.keeping import attach_photos
from ticketing.records.work_orders import WorkOrder
from ticketing.rules import sms
from ticketing.rules.acceptance import When
from ticketing.rules.classification import Kind
from ticketing.window import WINDOW

CHANNELS: Final = ("web", "miniapp")
SOURCE: Final = "window"
MOST_A_DAY: Final = 10
"""Matters one telephone may file here within 24 hours."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody filled in."""

    key: str
    """Made by the page, the same when it is sent again: a double tap is one matter."""
    channel: str
    kind: Kind
    content: str
    phone: str
    object: str = ""
    reason: str = ""
    place: str = ""
    name: str = ""
    title: str = ""
    confidential: bool = False
    photos: tuple[str, ...] = ()
    """What the uploads were answered with."""


def file_matter(session: Session, moment: datetime, matter: Matter) -> WorkOrder:
    """Opens the draft. Raises InvalidInput with every finding, TooMany."""
    intake = _intake(matter)
    if intake.caller_number == "":
        raise InvalidInput((Finding("phone", "请填写11位手机号码，用来查进度和收短信"),))
    if matter.channel not in CHANNELS:
        raise InvalidInput((Finding("channel", "请从网页或小程序提交"),))
    check_written(session, intake, When.INTAKE)
    _check_daily(session, moment, intake)
    order = open_work_order(session, moment, WINDOW, intake)
    attach_photos(session, moment, WINDOW, order, matter.photos)
    return order


def _intake(matter: Matter) -> Intake:
    return Intake(
        kind=matter.kind,
        content=matter.content,
        channel=matter.channel,
        caller_number=sms.mobile_number(matter.phone),
        caller_name=matter.name,
        caller_title=matter.title,
        confidential=matter.confidential,
        place=matter.place,
        object=matter.object,
        reason=matter.reason,
        source_system=SOURCE,
        source_no=matter.key,
    )


def _check_daily(session: Session, moment: datetime, intake: Intake) -> None:
    filed = session.scalar(
        select(func.count())
        .select_from(WorkOrder)
        .where(
            WorkOrder.caller_number == intake.caller_number,
            WorkOrder.source_system == SOURCE,
            WorkOrder.source_no != intake.source_no,
            WorkOrder.accepted_at > moment - timedelta(days=1),
        )
    )
    if (filed or 0) >= MOST_A_DAY:
        raise TooMany("filing", 3600)
