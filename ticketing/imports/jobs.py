"""An import as people see it: brought, looked at, wanted or cancelled. The worker does the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.imports.calendar import CalendarImport
from ticketing.imports.history import HistoryImport
from ticketing.imports.importer import Importer, ImportKind, ImportState
from ticketing.imports.routes import RouteImport
from ticketing.imports.tables import LARGEST, Column, unreadable
from ticketing.imports.units import UnitImport
from ticketing.people.audit import record_audit
from ticketing.records.imports import ImportFault, ImportJob
from ticketing.rules.permissions import Right
from ticketing.rules.texts import clean

COLUMNS: Final[Mapping[ImportKind, Sequence[Column]]] = {
    ImportKind.UNITS: UnitImport.columns,
    ImportKind.ROUTES: RouteImport.columns,
    ImportKind.CALENDAR: CalendarImport.columns,
    ImportKind.HISTORY: HistoryImport.columns,
}
KEPT: Final = timedelta(days=7)
"""A file nobody decides on is forgotten after this: it may hold callers' numbers."""
_DEFAULT_SOURCE: Final = "history"


@dataclass(frozen=True)
class Upload:
    """A file as it was brought."""

    kind: ImportKind
    name: str
    content: bytes
    options: Mapping[str, Any] = field(default_factory=dict)
    """`year` and `notice` of a calendar, `source_system` of earlier orders."""


def bring(session: Session, moment: datetime, actor: Actor, brought: Upload) -> ImportJob:
    """Takes a file; the worker looks through it. Raises InvalidInput, NotAllowed."""
    actor.require(Right.EDIT_CATALOGUES, "导入")
    if not brought.content:
        raise unreadable("文件是空的")
    if len(brought.content) > LARGEST:
        raise unreadable(f"文件最大{LARGEST // 1024 // 1024}兆字节")
    job = ImportJob(
        kind=brought.kind,
        name=clean(brought.name)[-128:] or "未命名",
        options=_options(brought),
        content=brought.content,
        state=ImportState.UPLOADED,
        asked_by=actor.login,
        asked_by_name=actor.name,
        asked_at=moment,
    )
    session.add(job)
    session.flush()
    detail = {"kind": job.kind, "name": job.name, "bytes": len(brought.content)}
    record_audit(session, moment, actor, "import.bring", "import", str(job.id), detail=detail)
    return job


def want(
    session: Session, moment: datetime, actor: Actor, job_id: int, *, all_or_nothing: bool
) -> ImportJob:
    """The good rows are to be loaded; with `all_or_nothing` only if there is no faulty one."""
    actor.require(Right.EDIT_CATALOGUES, "导入")
    job = _checked(session, job_id, "导入")
    if job.faulty and all_or_nothing:
        faults = f"有{job.faulty}行存在问题，按您的要求一行也没有导入"
        raise InvalidInput((Finding("all_or_nothing", faults),))
    if job.faulty >= job.rows:
        raise InvalidInput((Finding("file", "没有可以导入的行"),))
    job.state, job.done, job.touched_at = ImportState.WANTED, 0, None
    job.options = {**job.options, "all_or_nothing": all_or_nothing}
    job.asked_by, job.asked_by_name = actor.login, actor.name
    detail = {"kind": job.kind, "rows": job.rows, "faulty": job.faulty}
    record_audit(session, moment, actor, "import.want", "import", str(job.id), detail=detail)
    return job


def cancel(session: Session, moment: datetime, actor: Actor, job_id: int) -> ImportJob:
    """The file is thrown away."""
    actor.require(Right.EDIT_CATALOGUES, "导入")
    job = _checked(session, job_id, "取消")
    job.state, job.content, job.finished_at = ImportState.CANCELLED, None, moment
    record_audit(session, moment, actor, "import.cancel", "import", str(job.id))
    return job


def forget(session: Session, moment: datetime) -> int:
    """Throws away files that nobody decided on."""
    ids = session.scalars(
        select(ImportJob.id).where(
            ImportJob.state == ImportState.CHECKED, ImportJob.asked_at < moment - KEPT
        )
    ).all()
    session.execute(
        update(ImportJob)
        .where(ImportJob.id.in_(ids))
        .values(state=ImportState.CANCELLED, content=None, finished_at=moment)
    )
    return len(ids)


def list_imports(session: Session, after: int | None, limit: int) -> Sequence[ImportJob]:
    """Newest first, ids below `after`."""
    query = select(ImportJob).order_by(ImportJob.id.desc()).limit(limit)
    if after is not None:
        query = query.where(ImportJob.id < after)
    return session.scalars(query).all()


def one_import(session: Session, job_id: int) -> ImportJob:
    """Raises NotFound."""
    job = session.get(ImportJob, job_id)
    if job is None:
        raise NotFound("import", job_id)
    return job


def faults(session: Session, job_id: int, after: int | None, limit: int) -> Sequence[ImportFault]:
    """In the order of the file; `after`: the id the last page ended with."""
    query = select(ImportFault).where(ImportFault.import_job_id == job_id)
    if after is not None:
        query = query.where(ImportFault.id > after)
    return session.scalars(query.order_by(ImportFault.id).limit(limit)).all()


def importer_of(session: Session, moment: datetime, job: ImportJob) -> Importer:
    """What reads and writes the rows of this file."""
    match ImportKind(job.kind):
        case ImportKind.UNITS:
            return UnitImport(session)
        case ImportKind.ROUTES:
            return RouteImport(session)
        case ImportKind.CALENDAR:
            return CalendarImport(session, job.options["year"], job.options["notice"])
        case ImportKind.HISTORY:
            return HistoryImport(session, moment, job.options["source_system"], job.id)


def _checked(session: Session, job_id: int, what: str) -> ImportJob:
    job = session.get(ImportJob, job_id, with_for_update=True)
    if job is None:
        raise NotFound("import", job_id)
    if job.state != ImportState.CHECKED:
        raise NotAllowed(what, f"这次导入的状态为“{ImportState(job.state).zh}”")
    return job


def _options(brought: Upload) -> dict[str, Any]:
    told = brought.options
    if brought.kind is ImportKind.CALENDAR:
        year, notice = told.get("year"), clean(str(told.get("notice") or ""))
        if not isinstance(year, int) or not date.min.year < year - 1 < date.max.year - 1:
            raise InvalidInput((Finding("year", "请填写放假安排的年份"),))
        if not notice:
            raise InvalidInput((Finding("notice", "请填写通知的名称和文号"),))
        return {"year": year, "notice": notice[:128]}
    if brought.kind is ImportKind.HISTORY:
        source = clean(str(told.get("source_system") or "")) or _DEFAULT_SOURCE
        return {"source_system": source[:32]}
    return {}
