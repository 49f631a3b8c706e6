"""The menu of an installation at its start: the shipped flows, and what a place had of its own.

Run at every start. What people edited is never overwritten: a newer shipped menu then only waits
as a version, to be compared and taken over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ticketing.actors import SYSTEM
from ticketing.menu.drafts import digest_of, one_at_a_time, replace_draft
from ticketing.menu.publishing import aliases, put_live
from ticketing.menu.versions import Frozen, Origin, add_version
from ticketing.people.person import process
from ticketing.records.flows import FlowDraft, MenuVersion


@dataclass(frozen=True, slots=True)
class Installed:
    """What one start did; a number is that of a new version."""

    shipped: int | None = None
    files: int | None = None
    live: int | None = None
    """What is live now."""


def install_menu(
    session: Session,
    moment: datetime,
    shipped: Mapping[str, str],
    own: Mapping[str, str],
    *,
    own_fit: bool,
) -> Installed:
    """`own`: flow files found at the place, taken over once, at the first start.

    If they are not `own_fit` for callers they only become the draft, where their mistakes show.
    """
    one_at_a_time(session)
    known = session.scalar(
        select(MenuVersion.digest)
        .where(MenuVersion.origin == Origin.SHIPPED.value)
        .order_by(MenuVersion.number.desc())
        .limit(1)
    )
    if known == digest_of(shipped):
        return Installed(live=aliases(session).live)
    edited = _was_edited(session)
    made = Frozen(shipped, "随软件安装", Origin.SHIPPED, SYSTEM.login)
    number = add_version(session, moment, SYSTEM, made).number
    if not edited:
        replace_draft(session, moment, SYSTEM, shipped)
        put_live(session, moment, SYSTEM, number, "随软件安装")
    own_number = None
    if known is None and own and not edited:
        own_number = _take_over(session, moment, {**shipped, **own}, fit=own_fit)
    return Installed(number, own_number, aliases(session).live)


def _take_over(
    session: Session, moment: datetime, texts: Mapping[str, str], *, fit: bool
) -> int | None:
    """The place's own files, once."""
    by = process("files")
    replace_draft(session, moment, by, texts)
    if not fit:
        return None
    made = Frozen(texts, "安装前已有的流程文件", Origin.FILES, by.login)
    number = add_version(session, moment, by, made).number
    put_live(session, moment, by, number, "安装前已有的流程文件")
    return number


def _was_edited(session: Session) -> bool:
    """Whether anybody but the software ever wrote a word of it."""
    by_hand = MenuVersion.origin != Origin.SHIPPED.value
    saved = FlowDraft.saved_by != SYSTEM.login
    return bool(
        session.scalar(select(exists().where(by_hand)))
        or session.scalar(select(exists().where(saved)))
    )
