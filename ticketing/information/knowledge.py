"""知识库: draft → review → published → expired; only what was published is told to the public.

A changed answer is a draft again: nobody hears words that were not reviewed. What is published is
told as it was until its new wording is published in its place.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.people.audit import record_audit
from ticketing.records.information import KnowledgeItem
from ticketing.rules.texts import clean

STATES: Final = {
    "draft": "草稿",
    "review": "待审核",
    "published": "已发布",
    "expired": "已失效",
}


@dataclass(frozen=True, slots=True)
class KnowledgeText:
    """What an editor writes; `spoken` empty: agents read it, the menu does not say it."""

    topic: str
    question: str
    answer: str
    spoken: str = ""
    source: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def write_knowledge(
    session: Session, moment: datetime, by: Actor, text: KnowledgeText
) -> KnowledgeItem:
    """A new draft; raises InvalidInput."""
    text = _checked(text)
    item = KnowledgeItem(**asdict(text), state="draft", written_by=by.login, written_at=moment)
    session.add(item)
    session.flush()
    record_audit(session, moment, by, "knowledge.write", "knowledge", str(item.id))
    return item


def change_knowledge(
    session: Session, moment: datetime, by: Actor, item_id: int, given: Mapping[str, Any]
) -> KnowledgeItem:
    """Changes the fields that are given (names of KnowledgeText); raises NotFound, InvalidInput.

    A published item stays; the change is made in the draft of its new wording, which is returned.
    """
    item = _locked(session, item_id)
    if item.state == "published":
        return _reword(session, moment, by, item, given)
    before = KnowledgeText(**{name: getattr(item, name) for name in KnowledgeText.__slots__})
    after = _checked(replace(before, **given))
    changed = {
        name: [_plain(getattr(before, name)), _plain(getattr(after, name))]
        for name in KnowledgeText.__slots__
        if getattr(before, name) != getattr(after, name)
    }
    if not changed:
        return item
    for name in changed:
        setattr(item, name, getattr(after, name))
    item.state, item.written_by, item.written_at = "draft", by.login, moment
    record_audit(session, moment, by, "knowledge.change", "knowledge", str(item_id), detail=changed)
    return item


def _reword(
    session: Session, moment: datetime, by: Actor, item: KnowledgeItem, given: Mapping[str, Any]
) -> KnowledgeItem:
    """The one open new wording of a published item, begun if there is none."""
    begun = session.scalars(
        select(KnowledgeItem).where(
            KnowledgeItem.replaces_id == item.id, KnowledgeItem.state.in_(("draft", "review"))
        )
    ).first()
    if begun is not None:
        return change_knowledge(session, moment, by, begun.id, given)
    now = KnowledgeText(**{name: getattr(item, name) for name in KnowledgeText.__slots__})
    wanted = _checked(replace(now, **given))
    if wanted == now:
        return item
    draft = write_knowledge(session, moment, by, wanted)
    draft.replaces_id = item.id
    session.flush()
    return draft


def submit_knowledge(session: Session, moment: datetime, by: Actor, item_id: int) -> KnowledgeItem:
    """A draft asks for its review."""
    return _move(session, moment, by, item_id, {"draft"}, "review")


def publish_knowledge(session: Session, moment: datetime, by: Actor, item_id: int) -> KnowledgeItem:
    """From now on agents and callers are told so; raises NotFound, NotAllowed, InvalidInput."""
    item = _locked(session, item_id)
    if item.valid_until is not None and item.valid_until <= moment:
        raise InvalidInput((Finding("valid_until", "有效期已过，请先修改有效期"),))
    item = _move(session, moment, by, item_id, {"review"}, "published")
    item.reviewed_at = moment
    if item.replaces_id is not None:
        _step_down(session, moment, by, item, _locked(session, item.replaces_id))
    return item


def _step_down(
    session: Session, moment: datetime, by: Actor, new: KnowledgeItem, old: KnowledgeItem
) -> None:
    """The old wording ends when the new one begins, now or later."""
    if old.state != "published":
        return
    if new.valid_from is None or new.valid_from <= moment:
        _move(session, moment, by, old.id, {"published"}, "expired")
    elif old.valid_until is None or old.valid_until > new.valid_from:
        old.valid_until = new.valid_from
        detail = {"replaced_by": new.id}
        record_audit(
            session, moment, by, "knowledge.replace", "knowledge", str(old.id), detail=detail
        )


def expire_knowledge(session: Session, moment: datetime, by: Actor, item_id: int) -> KnowledgeItem:
    """Nobody is told so any more."""
    return _move(session, moment, by, item_id, {"draft", "review", "published"}, "expired")


def list_knowledge(
    session: Session,
    after: int | None,
    limit: int,
    *,
    q: str = "",
    topic: str = "",
    state: str = "",
    valid_at: datetime | None = None,
) -> list[KnowledgeItem]:
    """Newest first, ids below `after`; every word of `q` stands somewhere in the item."""
    query = select(KnowledgeItem).order_by(KnowledgeItem.id.desc()).limit(limit)
    if after is not None:
        query = query.where(KnowledgeItem.id < after)
    if topic:
        query = query.where(KnowledgeItem.topic == topic)
    if state:
        query = query.where(KnowledgeItem.state == state)
    if valid_at is not None:
        query = query.where(_valid(valid_at))
    for word in q.split():
        places = (KnowledgeItem.question, KnowledgeItem.answer, KnowledgeItem.topic)
        query = query.where(or_(*(place.icontains(word, autoescape=True) for place in places)))
    return list(session.scalars(query))


def published_answers(session: Session, moment: datetime, topic: str) -> list[KnowledgeItem]:
    """Answers of a topic that the menu may say now, in the order they were written."""
    query = (
        select(KnowledgeItem)
        .where(KnowledgeItem.topic == topic, KnowledgeItem.state == "published")
        .where(KnowledgeItem.spoken != "", _valid(moment))
        .order_by(KnowledgeItem.id)
    )
    return list(session.scalars(query))


def _valid(moment: datetime) -> ColumnElement[bool]:
    item = KnowledgeItem
    return and_(
        or_(item.valid_from.is_(None), item.valid_from <= moment),
        or_(item.valid_until.is_(None), item.valid_until > moment),
    )


def _checked(text: KnowledgeText) -> KnowledgeText:
    text = replace(
        text,
        topic=clean(text.topic),
        question=clean(text.question),
        answer=clean(text.answer),
        spoken=clean(text.spoken),
        source=clean(text.source),
    )
    findings = [
        Finding(field, message)
        for field, message in (
            ("topic", "请填写主题"),
            ("question", "请填写问题"),
            ("answer", "请填写答案"),
        )
        if not getattr(text, field)
    ]
    if text.valid_from and text.valid_until and text.valid_until <= text.valid_from:
        findings.append(Finding("valid_until", "失效时间应晚于生效时间"))
    if findings:
        raise InvalidInput(tuple(findings))
    return text


def _move(
    session: Session, moment: datetime, by: Actor, item_id: int, froms: set[str], to: str
) -> KnowledgeItem:
    item = _locked(session, item_id)
    if item.state not in froms:
        raise NotAllowed("knowledge", f"{STATES[item.state]}的条目不能改为{STATES[to]}")
    detail = {"state": [item.state, to]}
    item.state = to
    record_audit(session, moment, by, f"knowledge.{to}", "knowledge", str(item_id), detail=detail)
    return item


def _locked(session: Session, item_id: int) -> KnowledgeItem:
    item = session.get(KnowledgeItem, item_id, with_for_update=True)
    if item is None:
        raise NotFound("knowledge", item_id)
    return item


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
