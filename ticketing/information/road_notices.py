"""路况: a closure, control, congestion, works or detour, told for as long as it is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.information.road_messages import tell_subscribers
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
    direction: str = ""
    """双向, 往沈阳方向 …"""
    key: str = ""
    """The importing system's own key: told again it is the same notice, maybe changed."""


@dataclass(frozen=True, slots=True)
class RoadState:
    """What a caller hears who asked for a road or a city."""

    name: str
    """G1京哈高速, 沈阳."""
    road_no: str
    """Empty for a city, or for several roads with the same digits."""
    notices: tuple[str, ...]
    """Newest first, as they are said."""
    updated_at: datetime | None
    """When duty staff or a feed last wrote anything at all; None: never."""


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
    return [_add_or_change(session, moment, by, notice) for notice in notices]


def cancel_road_notice(session: Session, moment: datetime, by: Actor, notice_id: int) -> RoadNotice:
    """Takes a notice out of force now; doing it twice changes nothing."""
    row = session.get(RoadNotice, notice_id, with_for_update=True)
    if row is None:
        raise NotFound("road_notice", notice_id)
    if row.cancelled_at is None:
        row.cancelled_at, row.cancelled_by = moment, by.login
        record_audit(session, moment, by, "road_notice.cancel", "road_notice", str(notice_id))
        if row.valid_until > moment:
            tell_subscribers(session, moment, row, "cancelled")
    return row


def road_notices_in_force(
    session: Session, moment: datetime, limit: int = SPOKEN_AT_MOST
) -> list[RoadNotice]:
    """Newest first."""
    query = select(RoadNotice).where(_in_force(moment)).order_by(RoadNotice.id.desc()).limit(limit)
    return list(session.scalars(query))


def road_state(session: Session, moment: datetime, entry: str) -> RoadState | None:
    """By what was typed: the digits of a road's number, or a city's area code (0 first).

    None: there is no such road or city.
    """
    known = catalogues.roads(session)
    if entry in known.area_codes:
        code = known.area_codes[entry]
        names = {region.code: region.name for region in catalogues.regions(session)}
        rows = _about(session, moment, RoadNotice.region_code == code)
        return RoadState(names.get(code, entry), "", _spoken(rows), _last_word(session))
    roads = known.by_keys(entry)
    if not roads:
        return None
    numbers = [road.number for road in roads]
    rows = _about(session, moment, RoadNotice.road_no.in_(numbers))
    told = {row.road_no for row in rows}
    only = [road for road in roads if road.number in told] or list(roads)
    name = "、".join(road.spoken for road in only)
    if len(only) > 1:
        return RoadState(name, "", _spoken(rows), _last_word(session))
    words = tuple(map(without_road, rows))  # the name is said before them
    return RoadState(name, only[0].number, words, _last_word(session))


def _about(session: Session, moment: datetime, which: ColumnElement[bool]) -> list[RoadNotice]:
    query = (
        select(RoadNotice)
        .where(_in_force(moment), which)
        .order_by(RoadNotice.id.desc())
        .limit(SPOKEN_AT_MOST)
    )
    return list(session.scalars(query))


def _spoken(rows: Sequence[RoadNotice]) -> tuple[str, ...]:
    return tuple(map(spoken, rows))


def _last_word(session: Session) -> datetime | None:
    newest = session.scalars(select(RoadNotice).order_by(RoadNotice.id.desc()).limit(1)).first()
    if newest is None:
        return None
    ended = session.scalar(select(func.max(RoadNotice.cancelled_at)))
    return max(newest.posted_at, ended) if ended else newest.posted_at


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
    """The sentence a caller hears, e.g. G1京哈高速，沈阳至四平段，双向，封闭。因大雪封闭。"""
    return f"{notice.road_no}{notice.road_name}，{without_road(notice)}"


def without_road(notice: RoadNotice) -> str:
    """The rest of it, after the road was named: 沈阳至四平段，双向，封闭。因大雪封闭。"""
    what = (notice.section, notice.direction, NOTICE_KINDS[notice.kind])
    return f"{'，'.join(filter(None, what))}。{notice.text}"


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


def _add_or_change(
    session: Session, moment: datetime, by: Actor, notice: RoadNoticeText
) -> RoadNotice:
    """A feed tells the same things every few minutes: only what changed is news."""
    key = _source_key(by, notice)
    known = (
        key
        and session.scalars(
            select(RoadNotice).where(RoadNotice.source_key == key).with_for_update()
        ).first()
    )
    if not known:
        return _add(session, moment, by, notice)
    before = spoken(known)
    for name, value in _columns(notice).items():
        if name != "valid_from":
            setattr(known, name, value)
    if spoken(known) != before:
        known.posted_at, known.posted_by = moment, by.login
        detail = {"spoken": [before, spoken(known)]}
        record_audit(
            session, moment, by, "road_notice.change", "road_notice", str(known.id), detail=detail
        )
        if known.cancelled_at is None:
            tell_subscribers(session, moment, known, "changed")
    return known


def _source_key(by: Actor, notice: RoadNoticeText) -> str | None:
    key = clean(notice.key)
    return f"{by.login[:32]}/{key}"[:97] if key else None


def _columns(notice: RoadNoticeText) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "road_no": clean(notice.road_no).upper(),
        "road_name": clean(notice.road_name),
        "section": clean(notice.section),
        "direction": clean(notice.direction),
        "region_code": notice.region_code,
        "text": clean(notice.text),
        "valid_from": notice.valid_from,
        "valid_until": notice.valid_until,
    }


def _add(session: Session, moment: datetime, by: Actor, notice: RoadNoticeText) -> RoadNotice:
    row = RoadNotice(
        **_columns(notice),
        source_key=_source_key(by, notice),
        posted_by=by.login,
        posted_at=moment,
    )
    session.add(row)
    session.flush()
    detail = {"spoken": spoken(row), "valid_until": notice.valid_until.isoformat()}
    record_audit(session, moment, by, "road_notice.post", "road_notice", str(row.id), detail=detail)
    tell_subscribers(session, moment, row, "posted")
    return row
