"""紧急公告: played first to every caller while it is in force."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.people.audit import record_audit
from ticketing.records.information import Announcement
from ticketing.rules.texts import clean


def post_announcement(
    session: Session, moment: datetime, by: Actor, text: str, until: datetime
) -> Announcement:
    """From now on every caller hears it first; raises InvalidInput."""
    text, findings = clean(text), []
    if not text:
        findings.append(Finding("text", "请填写公告内容"))
    if until <= moment:
        findings.append(Finding("valid_until", "结束时间应晚于当前时间"))
    if findings:
        raise InvalidInput(tuple(findings))
    row = Announcement(
        text=text, valid_from=moment, valid_until=until, posted_by=by.login, posted_at=moment
    )
    session.add(row)
    session.flush()
    detail = {"text": text, "valid_until": until.isoformat()}
    record_audit(
        session, moment, by, "announcement.post", "announcement", str(row.id), detail=detail
    )
    return row


def cancel_announcement(
    session: Session, moment: datetime, by: Actor, announcement_id: int
) -> Announcement:
    """Nobody hears it any more; doing it twice changes nothing."""
    row = session.get(Announcement, announcement_id, with_for_update=True)
    if row is None:
        raise NotFound("announcement", announcement_id)
    if row.cancelled_at is None:
        row.cancelled_at = moment
        record_audit(
            session, moment, by, "announcement.cancel", "announcement", str(announcement_id)
        )
    return row


def list_announcements(
    session: Session, moment: datetime, after: int | None, limit: int, *, in_force: bool = False
) -> list[Announcement]:
    """Newest first, ids below `after`."""
    query = select(Announcement).order_by(Announcement.id.desc()).limit(limit)
    if after is not None:
        query = query.where(Announcement.id < after)
    if in_force:
        query = query.where(_in_force(moment))
    return list(session.scalars(query))


def announcement_in_force(session: Session, moment: datetime) -> str | None:
    """The newest one: callers hear one."""
    query = (
        select(Announcement.text).where(_in_force(moment)).order_by(Announcement.id.desc()).limit(1)
    )
    return session.scalar(query)


def _in_force(moment: datetime) -> ColumnElement[bool]:
    return and_(
        Announcement.valid_until > moment,
        Announcement.valid_from <= moment,
        Announcement.cancelled_at.is_(None),
    )
