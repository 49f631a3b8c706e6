"""Takes every recording from "a file began" to "verified in the vault", or names what is missing.

One tick looks at what is under way, moves it on by what is possible now, and leaves the rest for
the next. Each step is committed alone and can be done again: a crash anywhere repeats one step.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.recordings import conversation, ledger
from ticketing.recordings.converter import ConversionFailed
from ticketing.recordings.opus import BadSound, Made, Part
from ticketing.recordings.vault import Vault
from ticketing.recordings.verdict import REASONS, Verdict, judge
from ticketing.recordings.wav import look
from ticketing.records.calls import Call
from ticketing.records.recordings import Recording
from ticketing.records.work_orders import WorkOrder

logger = logging.getLogger(__name__)

_FIRST_RETRY: Final = timedelta(seconds=2)
_LONGEST_RETRY: Final = timedelta(minutes=10)
_AT_ONCE: Final = 4
"""Files converted in one turn from each end of the row."""
_LOOKED_AT: Final = 50
"""More than may wait for another try at once."""
_SILENT_RMS: Final = 8.0
_SHORT: Final = 0.8
"""A file with less than this part of the time it was open is called short."""


class Makes(Protocol):
    """Turns wav files into an Ogg Opus file; raises BadSound or ConversionFailed."""

    def make(self, parts: Sequence[Part], sides: int, output: Path) -> Made: ...


class OpensDraft(Protocol):
    """Opens a draft work order for a voice message that no order belongs to yet."""

    def __call__(self, session: Session, moment: datetime, recording: Recording) -> None: ...


@dataclass(slots=True)
class _Retry:
    after: timedelta
    at: datetime


class Keeper:
    """The recordings of one Asterisk."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        systemname: str,
        monitor: Path,
        vault: Vault,
        converter: Makes,
        open_draft: OpensDraft,
    ) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._systemname: Final = systemname
        self._monitor: Final = monitor
        self._vault: Final = vault
        self._converter: Final = converter
        self._open_draft: Final = open_draft
        self._retries: Final[dict[int, _Retry]] = {}

    def tick(self) -> bool:
        """Moves everything on by one turn; whether there may be more to do at once."""
        self._judge_files()
        worked = self._store_closed()
        for key in self._reading_list():
            self._finish_call(key)
        return worked

    def _judge_files(self) -> None:
        with self._database.reading() as session:
            open_now = session.execute(
                select(Recording, Call.ended_at)
                .outerjoin(Call, Call.key == Recording.call_key)
                .where(Recording.state == "announced", ledger.of_node(self._systemname))
            ).all()
        for recording, call_ended_at in open_now:
            now = self._clock.now()
            seen = look(self._source(recording))
            verdict = judge(seen, call_ended_at, now)
            if verdict in (Verdict.WHOLE, Verdict.CUT):
                ended_at = datetime.fromtimestamp(seen.modified, UTC)
                with self._database.transaction() as session:
                    was_cut = verdict is Verdict.CUT
                    ledger.close(session, recording.id, now, ended_at, was_cut=was_cut)
            elif verdict is not Verdict.GROWING:
                self._miss(recording, REASONS[verdict])

    def _store_closed(self) -> bool:
        """A few of each end at a time; whether there were any.

        After a long stop the newest come first: somebody may be waiting for them at a screen. The
        oldest come along, so that they are never put off for ever.
        """
        turn = self._closed(newest=True)[:_AT_ONCE] + self._closed(newest=False)[:_AT_ONCE]
        chosen = {recording.id: recording for recording in turn}
        for recording in chosen.values():
            self._store(recording)
        return bool(chosen)

    def _closed(self, *, newest: bool) -> list[Recording]:
        """Files that stand still and whose turn it is."""
        # by when it was said: a conversation is made late and has a late id
        order = Recording.started_at.desc() if newest else Recording.started_at.asc()
        with self._database.reading() as session:
            closed = session.scalars(
                select(Recording)
                .where(Recording.state == "closed", ledger.of_node(self._systemname))
                .order_by(order)
                .limit(_LOOKED_AT)
            ).all()
        now = self._clock.now()
        retries = [(one, self._retries.get(one.id)) for one in closed]
        return [one for one, retry in retries if retry is None or retry.at <= now]

    def _store(self, recording: Recording) -> None:
        parts = self._parts(recording)
        aside = self._vault.aside(recording.stretch)
        sides = 2 if recording.kind == ledger.CONVERSATION else 1
        try:
            made = self._converter.make(parts, sides, aside)
            stored_path = self._vault.place(aside, recording.stretch, recording.started_at)
        except BadSound as error:
            self._miss(recording, f"录音无法入库：{error}")
            return
        except (ConversionFailed, OSError) as error:
            self._try_later(recording, error)
            return
        self._retries.pop(recording.id, None)
        now = self._clock.now()
        with self._database.transaction() as session:
            stored = ledger.store(session, recording.id, now, _stored(recording, made, stored_path))
            if stored.kind == ledger.MESSAGE and not _has_order(session, stored.call_key):
                self._open_draft(session, now, stored)

    def _parts(self, recording: Recording) -> Sequence[Part]:
        if recording.kind != ledger.CONVERSATION:
            return [Part(self._source(recording), 0, 0)]
        with self._database.reading() as session:
            every = conversation.recordings_of(session, recording.call_key)
        return conversation.parts_of(recording, every, self._monitor)

    def _reading_list(self) -> Sequence[str]:
        with self._database.reading() as session:
            return conversation.finished_calls(session, self._systemname)

    def _finish_call(self, call_key: str) -> None:
        """Once all stretches are in, the conversation is made, then Asterisk's files go."""
        with self._database.reading() as session:
            every = conversation.recordings_of(session, call_key)
        if any(one.state in ("announced", "closed") for one in every):
            return
        has_conversation = any(one.kind == ledger.CONVERSATION for one in every)
        if conversation.is_wanted(every) and not has_conversation:
            with self._database.transaction() as session:
                conversation.begin(session, every)
            return
        for one in every:
            if one.state == "stored" and one.source_file:
                self._remove_source(one)

    def _remove_source(self, recording: Recording) -> None:
        """Only now, and only when the stored file is still what it was when it was verified."""
        if self._vault.sha256(recording) != recording.sha256:
            logger.error("%s: the stored file is not what was stored", recording.stretch)
            with self._database.transaction() as session:
                ledger.begin_again(session, recording.id)
            return
        self._source(recording).unlink(missing_ok=True)
        with self._database.transaction() as session:
            ledger.source_removed(session, recording.id)

    def _source(self, recording: Recording) -> Path:
        """The name comes from an event; whatever it says, the file lies in the monitor folder."""
        named = Path(recording.source_file).name
        return self._monitor / (named or f"{recording.call_key}_{recording.stretch}.wav")

    def _miss(self, recording: Recording, reason: str) -> None:
        logger.error("recording %s is missing: %s", recording.stretch, reason)
        with self._database.transaction() as session:
            ledger.miss(session, recording.id, self._clock.now(), reason)

    def _try_later(self, recording: Recording, error: Exception) -> None:
        before = self._retries.get(recording.id)
        after = min(before.after * 2, _LONGEST_RETRY) if before else _FIRST_RETRY
        self._retries[recording.id] = _Retry(after, self._clock.now() + after)
        logger.warning("recording %s again in %s: %s", recording.stretch, after, error)


def _stored(recording: Recording, made: Made, stored_path: str) -> ledger.Stored:
    names = ("left", "right")
    sides = {name: list(side) for name, side in zip(names, made.peaks, strict=False)}
    return ledger.Stored(
        stored_path,
        made.sha256,
        made.size_bytes,
        made.duration_ms,
        {"left": [], "right": [], **sides, "per_second": made.peaks_per_second},
        _remark(recording, made),
    )


def _remark(recording: Recording, made: Made) -> str:
    """What a listener should know beforehand."""
    remarks = []
    if max(made.rms) < _SILENT_RMS:
        remarks.append("全程无声")
    if recording.repaired:
        remarks.append("电话系统中断，末尾约两秒可能缺失")
    elif recording.ended_at is not None and recording.kind != ledger.CONVERSATION:
        open_for = (recording.ended_at - recording.started_at).total_seconds()
        heard_for = made.duration_ms / 1000
        if heard_for < open_for * _SHORT - 3:
            remarks.append(f"录音{heard_for:.0f}秒，短于通话{open_for:.0f}秒")
    return "；".join(remarks)


def _has_order(session: Session, call_key: str) -> bool:
    orders = select(WorkOrder.id).where(WorkOrder.call_key == call_key)
    return session.scalars(orders.limit(1)).first() is not None
