"""路况: a closure, control, congestion, works or detour, told for as long as it is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.people.audit import record_audit
from ticketing.records.information import RoadNotice
from ticketing.rules.texts import clean

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
    session: Session, moment: datetime, by: Actor, notice: RoadNoticeText
) -> RoadNotice:
    """Puts a notice in force for its time; raises InvalidInput."""
    if findings := _findings(moment, notice):
        raise InvalidInput(tuple(findings))
    return _add(session, moment, by, notice)


def import_road_notices(
    session: Session, moment: datetime, by: Actor, notices: Sequence[RoadNoticeText]
) -> list[RoadNotice]:
    """All or none; raises InvalidInput that tells every faulty row (`3.road_name`, from 0)."""
    findings = tuple(
        Finding(f"{row}.{one.field}", f"第{row + 1}条：{one.message}")
        for row, notice in enumerate(notices)
        for one in _findings(moment, notice)
    )
    if findings:
        raise InvalidInput(findings)
    return [_add(session, moment, by, notice) for notice in notices]


def cancel_road_notice(session: Session, moment: datetime, by: Actor, notice_id: int) -> RoadNotice:
    """Takes a notice out of force now; doing it twice changes nothing."""
    row = session.get(RoadNotice, notice_id, with_for_update=True)
    if row is None:
        raise NotFound("road_notice", notice_id)
    if row.cancelled_at is None:
        row.cancelled_at, row.cancelled_by = moment, by.login
        record_audit(session, moment, by, "road_notice.cancel", "road_notice", str(notice_id))
    return row


def road_notices_in_force(
    session: Session, moment: datetime, limit: int = SPOKEN_AT_MOST
) -> list[RoadNotice]:
    """Newest first."""
    query = select(RoadNotice).where(_in_force(moment)).order_by(RoadNotice.id.desc()).limit(limit)
    return list(session.scalars(query))


def list_road_notices(
    session: Session, moment: datetime, after: int | None, limit: int, in_force: bool | None = None
) -> list[RoadNotice]:
    """Newest first, ids below `after`; `in_force` None: all that ever were."""
    query = select(RoadNotice).order_by(RoadNotice.id.desc()).limit(limit)
    if after is not None:
        query = query.where(RoadNotice.id < after)
    if in_force is not None:
        now = _in_force(moment)
        query = query.where(now if in_force else not_(now))
    return list(session.scalars(query))


def spoken(notice: RoadNotice) -> str:
    """The sentence a caller hears, e.g. G1京哈高速，沈阳至四平段，封闭。因大雪双向封闭。"""
    where = f"{notice.road_no}{notice.road_name}"
    if notice.section:
        where = f"{where}，{notice.section}"
    return f"{where}，{NOTICE_KINDS[notice.kind]}。{notice.text}"


def _in_force(moment: datetime) -> ColumnElement[bool]:
    return and_(
        RoadNotice.valid_until > moment,
        RoadNotice.valid_from <= moment,
        RoadNotice.cancelled_at.is_(None),
    )


def _findings(moment: datetime, notice: RoadNoticeText) -> list[Finding]:
    findings = []
    if notice.kind not in NOTICE_KINDS:
        findings.append(Finding("kind", "请选择路况类型"))
    if not clean(notice.road_name):
        findings.append(Finding("road_name", "请填写道路名称"))
    if not clean(notice.text):
        findings.append(Finding("text", "请填写播报内容"))
    if notice.valid_until <= max(notice.valid_from, moment):
        findings.append(Finding("valid_until", "结束时间应晚于开始时间和当前时间"))
    return findings


def _add(session: Session, moment: datetime, by: Actor, notice: RoadNoticeText) -> RoadNotice:
    row = RoadNotice(
        kind=notice.kind,
        road_no=clean(notice.road_no).upper(),
        road_name=clean(notice.road_name),
        section=clean(notice.section),
        region_code=notice.region_code,
        text=clean(notice.text),
        valid_from=notice.valid_from,
        valid_until=notice.valid_until,
        posted_by=by.login,
        posted_at=moment,
    )
    session.add(row)
    session.flush()
    detail = {"spoken": spoken(row), "valid_until": notice.valid_until.isoformat()}
    record_audit(session, moment, by, "road_notice.post", "road_notice", str(row.id), detail=detail)
    return row
