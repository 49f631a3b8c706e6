"""The worker's side of an import: a few hundred rows at a time, so that nobody else waits.

A worker that is stopped in the middle is no loss: looking through begins again, loading goes on
after the last row whose chunk was committed.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, undefer

from ticketing.actors import Actor
from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.errors import InvalidInput
from ticketing.imports import jobs
from ticketing.imports.importer import Importer, ImportState, Problem
from ticketing.imports.tables import Row, ignored_columns, read_table, unreadable
from ticketing.people.audit import record_audit
from ticketing.records.imports import ImportFault, ImportJob

CHUNK: Final = 100
LONGEST_REST: Final = 1.0
"""Seconds between two chunks at most; usually as long as the last one took."""
MOST_AT_ONCE: Final = 5_000
"""Rows of a table that is loaded in one transaction: more would keep other writers waiting."""
MOST_FAULTS: Final = 20_000
"""Faults that are written down one by one; all are counted."""
LEFT_ALONE: Final = timedelta(minutes=2)
"""After this long without a sign another worker takes an import up."""


@dataclass
class _Open:
    """The file this worker has in hand."""

    job_id: int
    state: str
    importer: Importer
    names: dict[str, str]
    """Headings in Chinese by our names."""
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))
    done: int = 0
    faults: int = 0
    ignored: tuple[str, ...] = ()


class _TakenOver(Exception):
    """Another worker has this import in hand, or somebody ended it."""


class ImportWorker:
    """Does the oldest waiting import; `tick` does one chunk.

    A file is parsed outside of any transaction: on SQLite nobody else could write meanwhile.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._open: _Open | None = None

    def tick(self) -> bool:
        """Whether there may be more to do."""
        try:
            if self._open is None:
                self._open = self._claim()
                if self._open is None:
                    return False
                self._read(self._open)
            began = time.monotonic()
            self._work_on(self._open)
            # On SQLite whoever waits for the writer's place gets it only while nobody has it.
            time.sleep(min(time.monotonic() - began, LONGEST_REST))
        except InvalidInput as refused:
            self._fail("；".join(one.message for one in refused.findings))
        except _TakenOver:
            self._open = None
        except Exception:
            self._open = None  # begun anew once it has been left alone for a while
            raise
        return True

    def _work_on(self, opened: _Open) -> None:
        if opened.state == ImportState.UPLOADED:
            self._look_on(opened)
        elif opened.importer.at_once:
            self._load_at_once(opened)
        else:
            self._load_on(opened)

    def forget(self) -> int:
        with self._database.transaction() as session:
            return jobs.forget(session, self._clock.now())

    def _claim(self) -> _Open | None:
        moment = self._clock.now()
        with self._database.transaction() as session:
            job = session.scalars(
                select(ImportJob)
                .where(
                    ImportJob.state.in_([ImportState.UPLOADED, ImportState.WANTED]),
                    or_(
                        ImportJob.touched_at.is_(None),
                        ImportJob.touched_at < moment - LEFT_ALONE,
                    ),
                )
                .order_by(ImportJob.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if job is None:
                return None
            job.touched_at = moment
            if job.state == ImportState.UPLOADED:
                session.execute(delete(ImportFault).where(ImportFault.import_job_id == job.id))
                job.done = job.faulty = 0
            importer = jobs.importer_of(session, moment, job)
            names = {column.name: column.zh for column in importer.columns}
            return _Open(job.id, job.state, importer, names, done=job.done)

    def _read(self, opened: _Open) -> None:
        with self._database.reading() as session:
            job = session.get_one(ImportJob, opened.job_id, options=[undefer(ImportJob.content)])
            name, content = job.name, job.content or b""
        opened.ignored = ignored_columns(name, content, opened.importer.columns)
        opened.rows = read_table(name, content, opened.importer.columns)
        if opened.state == ImportState.WANTED:
            for row in islice(opened.rows, opened.done):
                opened.importer.problems(row)

    def _look_on(self, opened: _Open) -> None:
        rows = list(islice(opened.rows, CHUNK))
        found = [(row, opened.importer.problems(row)) for row in rows]
        with self._database.transaction() as session:
            job = self._touched(session, opened)
            job.done += len(rows)
            job.faulty += sum(1 for _, problems in found if problems)
            _write_faults(session, opened, found)
            if opened.importer.at_once and job.done > MOST_AT_ONCE:
                raise unreadable(f"这类文件一次最多{MOST_AT_ONCE}行，请分开导入")
            if not rows:
                self._sum_up(session, opened, job)
        opened.done += len(rows)
        if not rows:
            self._open = None

    def _sum_up(self, session: Session, opened: _Open, job: ImportJob) -> None:
        if not job.done:
            raise unreadable("文件中没有数据行")
        told = {"ignored": list(opened.ignored)} if opened.ignored else {}
        job.summary = told | opened.importer.summary(session, self._clock.now())
        job.rows, job.state, job.touched_at = job.done, ImportState.CHECKED, None

    def _load_on(self, opened: _Open) -> None:
        rows = list(islice(opened.rows, CHUNK))
        good = [row for row in rows if not opened.importer.problems(row)]
        moment = self._clock.now()
        with self._database.transaction() as session:
            job = self._touched(session, opened)
            job.done += len(rows)
            job.loaded += opened.importer.write(session, moment, _asker(job), good)
            if not rows:
                _finish(session, moment, job)
        opened.done += len(rows)
        if not rows:
            self._open = None

    def _load_at_once(self, opened: _Open) -> None:
        moment = self._clock.now()
        rows = list(opened.rows)
        good = [row for row in rows if not opened.importer.problems(row)]
        with self._database.transaction() as session:
            job = self._touched(session, opened)
            if job.options["all_or_nothing"] and len(good) < len(rows):
                raise unreadable("检查之后目录有变化，部分行不再正确；请重新上传")
            job.loaded = opened.importer.write(session, moment, _asker(job), good)
            job.done = job.rows
            _finish(session, moment, job)
        self._open = None

    def _touched(self, session: Session, opened: _Open) -> ImportJob:
        """The import, locked, as this worker left it. Raises _TakenOver when it is not."""
        job = session.get_one(ImportJob, opened.job_id, with_for_update=True)
        if (job.state, job.done) != (opened.state, opened.done):
            raise _TakenOver
        job.touched_at = self._clock.now()
        return job

    def _fail(self, why: str) -> None:
        opened, self._open = self._open, None
        if opened is None:
            return
        with self._database.transaction() as session:
            job = session.get_one(ImportJob, opened.job_id)
            job.failure = why
            _end(job, self._clock.now(), ImportState.FAILED)


def _write_faults(session: Session, opened: _Open, found: list[tuple[Row, list[Problem]]]) -> None:
    for row, problems in found:
        for column, message in problems:
            opened.faults += 1
            if opened.faults <= MOST_FAULTS:
                session.add(
                    ImportFault(
                        import_job_id=opened.job_id,
                        line=row.line,
                        column=opened.names[column],
                        message=message,
                    )
                )


def _asker(job: ImportJob) -> Actor:
    """In whose name the rows are written; the right was asked for when the import was wanted."""
    return Actor(job.asked_by, job.asked_by_name, frozenset())


def _finish(session: Session, moment: datetime, job: ImportJob) -> None:
    _end(job, moment, ImportState.LOADED)
    by = _asker(job)
    detail = {"kind": job.kind, "name": job.name, "rows": job.rows}
    detail |= {"loaded": job.loaded, "faulty": job.faulty, **job.options}
    record_audit(session, moment, by, "import.load", "import", str(job.id), detail=detail)


def _end(job: ImportJob, moment: datetime, state: ImportState) -> None:
    job.state, job.content, job.finished_at = state, None, moment
    job.touched_at = None
