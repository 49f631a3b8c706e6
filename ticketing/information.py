"""What the public is told now: road notices, answers, announcements; switches and caller groups.

The voice menu reads these, duty staff write them; whoever writes is named on the row.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.records.information import (
    Announcement,
    CallerGroupMember,
    CentreSwitch,
    KnowledgeItem,
    RoadNotice,
)

NOTICE_KINDS: Final = {
    "closure": "封闭",
    "control": "临时管制",
    "congestion": "拥堵",
    "works": "施工",
    "detour": "绕行",
    "restored": "恢复通行",
}
SPOKEN_AT_MOST: Final = 10
"""A caller does not listen to more."""


@dataclass(frozen=True, slots=True)
class RoadNoticeText:
    """A road notice as duty staff type it."""

    kind: str
    road_no: str
    road_name: str
    section: str
    region_code: str
    text: str
    valid_from: datetime
    valid_until: datetime


def post_road_notice(
    session: Session, moment: datetime, who: str, notice: RoadNoticeText
) -> RoadNotice:
    """Puts a notice in force for its time; raises InvalidInput."""
    findings = []
    if notice.kind not in NOTICE_KINDS:
        findings.append(Finding("kind", "请选择路况类型"))
    if not notice.road_name.strip():
        findings.append(Finding("road_name", "请填写道路名称"))
    if not notice.text.strip():
        findings.append(Finding("text", "请填写播报内容"))
    if notice.valid_until <= max(notice.valid_from, moment):
        findings.append(Finding("valid_until", "结束时间应晚于开始时间和当前时间"))
    if findings:
        raise InvalidInput(tuple(findings))
    row = RoadNotice(
        kind=notice.kind,
        road_no=notice.road_no.strip().upper(),
        road_name=notice.road_name.strip(),
        section=notice.section.strip(),
        region_code=notice.region_code,
        text=notice.text.strip(),
        valid_from=notice.valid_from,
        valid_until=notice.valid_until,
        posted_by=who,
        posted_at=moment,
    )
    session.add(row)
    session.flush()
    return row


def cancel_road_notice(session: Session, moment: datetime, who: str, notice_id: int) -> RoadNotice:
    """Takes a notice out of force now; doing it twice changes nothing."""
    row = session.get(RoadNotice, notice_id)
    if row is None:
        raise NotFound("road notice", notice_id)
    if row.cancelled_at is None:
        row.cancelled_at, row.cancelled_by = moment, who
    return row


def road_notices_in_force(
    session: Session, moment: datetime, limit: int = SPOKEN_AT_MOST
) -> list[RoadNotice]:
    """Newest first."""
    query = (
        select(RoadNotice)
        .where(RoadNotice.valid_until > moment, RoadNotice.valid_from <= moment)
        .where(RoadNotice.cancelled_at.is_(None))
        .order_by(RoadNotice.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def spoken(notice: RoadNotice) -> str:
    """The sentence a caller hears, e.g. G1京哈高速，沈阳至四平段，封闭：因大雪封闭。"""
    where = f"{notice.road_no}{notice.road_name}"
    if notice.section:
        where = f"{where}，{notice.section}"
    return f"{where}，{NOTICE_KINDS[notice.kind]}。{notice.text}"


def published_answers(session: Session, moment: datetime, topic: str) -> list[KnowledgeItem]:
    """Answers of a topic that the menu may say now, in the order they were written."""
    query = (
        select(KnowledgeItem)
        .where(KnowledgeItem.topic == topic, KnowledgeItem.state == "published")
        .where(KnowledgeItem.spoken != "")
        .order_by(KnowledgeItem.id)
    )
    return [
        item
        for item in session.scalars(query)
        if (item.valid_from is None or item.valid_from <= moment)
        and (item.valid_until is None or moment < item.valid_until)
    ]


def announcement_in_force(session: Session, moment: datetime) -> str | None:
    """The newest one."""
    query = (
        select(Announcement.text)
        .where(Announcement.valid_until > moment, Announcement.valid_from <= moment)
        .where(Announcement.cancelled_at.is_(None))
        .order_by(Announcement.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def is_switched_on(session: Session, name: str) -> bool:
    """A switch nobody ever touched is off."""
    row = session.get(CentreSwitch, name)
    return row is not None and row.is_on


def set_switch(session: Session, moment: datetime, who: str, name: str, *, is_on: bool) -> None:
    """Turns a switch of the centre on or off."""
    row = session.get(CentreSwitch, name, with_for_update=True)
    if row is None:
        session.add(CentreSwitch(name=name, is_on=is_on, changed_by=who, changed_at=moment))
    else:
        row.is_on, row.changed_by, row.changed_at = is_on, who, moment


def caller_groups(session: Session, number: str) -> frozenset[str]:
    """The groups a caller's number belongs to."""
    query = select(CallerGroupMember.caller_group).where(CallerGroupMember.number == number)
    return frozenset(session.scalars(query))
