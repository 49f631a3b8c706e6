"""The one draft everybody edits: a text a flow, each with a revision against lost edits."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import AlreadyHandled, Finding, InvalidInput, NotFound
from ticketing.people.audit import record_audit
from ticketing.records.flows import FlowDraft, MenuVersion

NAME: Final = re.compile(r"\w{1,64}")
MOST_FLOWS: Final = 50
LONGEST_TEXT: Final = 512 * 1024
RESERVED: Final = frozenset(
    (
        *("versions", "publications", "publishing", "difference", "rollback", "trial"),
        *("two_person", "tests", "schema", "check", "simulate", "shadow", "figures", "misheard"),
    )
)
"""Words that stand behind /flows/ in the API."""

_LOCK: Final = 12_328_002
"""PostgreSQL's advisory lock of the menu; SQLite has one writer anyway."""


@dataclass(frozen=True, slots=True)
class DraftFlow:
    """One flow as it stands in the draft."""

    name: str
    text: str
    revision: int
    saved_by: str
    saved_at: datetime


def one_at_a_time(session: Session) -> None:
    """Drafts, versions and publications change one after the other, in the order of commits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def digest_of(texts: Mapping[str, str]) -> str:
    """The same words have the same digest everywhere."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        digest.update(f"{name}\0{texts[name]}\0".encode())
    return digest.hexdigest()


def draft_flows(session: Session) -> list[DraftFlow]:
    """All of them by name."""
    rows = session.scalars(
        select(FlowDraft).where(FlowDraft.text.is_not(None)).order_by(FlowDraft.name)
    )
    return [_shown(row, row.text or "") for row in rows]


def draft_texts(session: Session) -> dict[str, str]:
    return {flow.name: flow.text for flow in draft_flows(session)}


def draft_flow(session: Session, name: str) -> DraftFlow:
    """Raises NotFound."""
    row = session.get(FlowDraft, name)
    if row is None or row.text is None:
        raise NotFound("flow", name)
    return _shown(row, row.text)


def save_draft(
    session: Session, moment: datetime, by: Actor, name: str, text: str, revision: int | None
) -> int:
    """Saves one flow, right or wrong; returns its new revision.

    `revision` is the one that was on screen, None for a new flow. Raises AlreadyHandled when
    somebody saved in between, InvalidInput for a name or a size that can never be.
    """
    _check(session, name, text)
    one_at_a_time(session)
    row = _unchanged(session, name, revision)
    if row is None:
        row = FlowDraft(name=name)
    _write(session, moment, by, row, text)
    return row.revision


def remove_draft(
    session: Session, moment: datetime, by: Actor, name: str, revision: int | None
) -> None:
    """Takes one flow out of the draft; versions keep it."""
    one_at_a_time(session)
    row = _unchanged(session, name, revision)
    if row is None or row.text is None:
        raise NotFound("flow", name)
    _write(session, moment, by, row, None)


def take_as_draft(
    session: Session, moment: datetime, by: Actor, number: int, *, discard: bool
) -> None:
    """The draft becomes this version's texts.

    Raises NotFound, and AlreadyHandled when edits that are in no version would be lost, unless
    `discard`.
    """
    one_at_a_time(session)
    version = session.get(MenuVersion, number)
    if version is None:
        raise NotFound("menu_version", number)
    if not discard and (newest := _unfrozen(session)):
        change = "草稿里有尚未定版的修改，取用旧版会丢失这些修改"
        raise AlreadyHandled("flow", newest.name, newest.saved_by, newest.saved_at, change)
    texts: dict[str, str] = version.texts
    replace_draft(session, moment, by, texts)
    detail = {"discarded": discard}
    record_audit(
        session, moment, by, "menu.take_draft", "menu_version", str(version.number), detail=detail
    )


def replace_draft(session: Session, moment: datetime, by: Actor, texts: Mapping[str, str]) -> None:
    """Every flow as in `texts`, no other; unchanged ones keep their revision and saver."""
    rows = {row.name: row for row in session.scalars(select(FlowDraft))}
    for name in sorted(texts.keys() | rows.keys()):
        row, new = rows.get(name), texts.get(name)
        if row is None:
            row = FlowDraft(name=name)
        if row.text != new:
            _put(session, moment, by, row, new)


def newest_edit(session: Session) -> FlowDraft | None:
    """The row somebody saved or removed last."""
    return session.scalars(select(FlowDraft).order_by(FlowDraft.revision.desc()).limit(1)).first()


def _unfrozen(session: Session) -> FlowDraft | None:
    """The newest edit, when the draft stands in no version."""
    digest = digest_of(draft_texts(session))
    if session.scalar(select(exists().where(MenuVersion.digest == digest))):
        return None
    return newest_edit(session)


def _check(session: Session, name: str, text: str) -> None:
    findings = []
    if not NAME.fullmatch(name) or name in RESERVED:
        message = "流程名只能用文字、数字和下划线，至多64个，且不能用系统保留的词"
        findings.append(Finding("name", message))
    if len(text) > LONGEST_TEXT:
        findings.append(Finding("text", f"流程超过{LONGEST_TEXT // 1024} KB，请拆成子流程"))
    others = [flow for flow in draft_flows(session) if flow.name != name]
    if len(others) >= MOST_FLOWS:
        findings.append(Finding("name", f"流程最多{MOST_FLOWS}个，请先删去不用的"))
    if findings:
        raise InvalidInput(tuple(findings))


def _unchanged(session: Session, name: str, revision: int | None) -> FlowDraft | None:
    """The row as the person saw it. Raises AlreadyHandled."""
    row = session.get(FlowDraft, name, with_for_update=True, populate_existing=True)
    seen = row.revision if row is not None and row.text is not None else None
    if row is not None and seen != revision:
        change = "删除了这个流程" if row.text is None else "保存了这个流程"
        raise AlreadyHandled("flow", name, row.saved_by, row.saved_at, change)
    if row is None and revision is not None:
        raise NotFound("flow", name)
    return row


def _write(session: Session, moment: datetime, by: Actor, row: FlowDraft, text: str | None) -> None:
    _put(session, moment, by, row, text)
    what = "menu.remove" if text is None else "menu.save"
    digest = digest_of({row.name: text or ""})[:16]
    detail = {"revision": row.revision, "digest": digest}
    record_audit(session, moment, by, what, "flow", row.name, detail=detail)


def _put(session: Session, moment: datetime, by: Actor, row: FlowDraft, text: str | None) -> None:
    row.text = text
    row.revision = (session.scalar(select(func.max(FlowDraft.revision))) or 0) + 1
    row.saved_by, row.saved_at = by.login[:64], moment
    session.add(row)
    session.flush()


def _shown(row: FlowDraft, text: str) -> DraftFlow:
    return DraftFlow(row.name, text, row.revision, row.saved_by, row.saved_at)
