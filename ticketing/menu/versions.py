"""Frozen versions of the menu: numbered without gaps, written once, never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, load_only

from ticketing.actors import Actor
from ticketing.errors import AlreadyHandled, Finding, InvalidInput, NotFound
from ticketing.menu.drafts import digest_of, draft_texts, newest_edit, one_at_a_time
from ticketing.people.audit import record_audit
from ticketing.records.flows import MenuPublication, MenuVersion


class Origin(StrEnum):
    """Where a version's texts come from."""

    SHIPPED = "shipped"
    """With the software."""
    FILES = "files"
    """From the installation's own flow files, at the first start."""
    EDIT = "edit"
    """From the draft, frozen by a person."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a new version is made of."""

    texts: Mapping[str, str]
    reason: str
    origin: Origin
    edited_by: str


def freeze(session: Session, moment: datetime, by: Actor, reason: str, digest: str) -> MenuVersion:
    """The draft becomes the next version.

    `digest` is that of the texts which were checked: raises AlreadyHandled when somebody saved
    since, InvalidInput when there is nothing new or no reason.
    """
    one_at_a_time(session)
    texts, edit = draft_texts(session), newest_edit(session)
    if edit is not None and digest_of(texts) != digest:
        raise AlreadyHandled("flow", edit.name, edit.saved_by, edit.saved_at, "保存了新的修改")
    newest = session.scalars(_newest()).first()
    findings = []
    if not reason.strip():
        findings.append(Finding("reason", "请写明改了什么、为什么改"))
    if newest is not None and newest.digest == digest:
        findings.append(Finding("", f"草稿与第{newest.number}版相同，没有可定版的修改"))
    if findings:
        raise InvalidInput(tuple(findings))
    edited_by = edit.saved_by if edit else by.login
    return add_version(session, moment, by, Frozen(texts, reason.strip(), Origin.EDIT, edited_by))


def add_version(session: Session, moment: datetime, by: Actor, made: Frozen) -> MenuVersion:
    """Appends it under the next number; the caller holds the menu's turn."""
    last = session.scalar(select(func.max(MenuVersion.number))) or 0
    version = MenuVersion(
        number=last + 1,
        author=by.login[:64],
        edited_by=made.edited_by[:64],
        at=moment,
        reason=made.reason,
        origin=made.origin.value,
        digest=digest_of(made.texts),
        texts=dict(made.texts),
    )
    session.add(version)
    session.flush()
    record_audit(
        session,
        moment,
        by,
        "menu.freeze",
        "menu_version",
        str(version.number),
        reason=made.reason,
        detail={"digest": version.digest, "edited_by": made.edited_by},
    )
    return version


def find_version(session: Session, number: int) -> MenuVersion:
    """With its texts. Raises NotFound."""
    version = session.get(MenuVersion, number) if number < 2**62 else None
    if version is None:
        raise NotFound("menu_version", number)
    return version


def list_versions(session: Session, after: int | None, limit: int) -> list[MenuVersion]:
    """Newest first, numbers below `after`, without their texts."""
    query = _newest().limit(limit)
    if after is not None:
        query = query.where(MenuVersion.number < after)
    return list(session.scalars(query))


def were_live(session: Session, numbers: Iterable[int]) -> frozenset[int]:
    """Those of `numbers` that everybody heard at some time."""
    query = select(MenuPublication.number).where(
        MenuPublication.alias == "live", MenuPublication.number.in_(list(numbers))
    )
    return frozenset(number for number in session.scalars(query) if number is not None)


def tampered_versions(session: Session) -> list[int]:
    """Versions whose words are not those that were frozen: somebody went around the database."""
    query = select(MenuVersion).order_by(MenuVersion.number).execution_options(yield_per=20)
    return [row.number for row in session.scalars(query) if digest_of(row.texts) != row.digest]


def _newest() -> Select[MenuVersion]:
    columns = [
        getattr(MenuVersion, column.key)
        for column in MenuVersion.__mapper__.column_attrs
        if column.key != "texts"
    ]
    return select(MenuVersion).options(load_only(*columns)).order_by(MenuVersion.number.desc())
