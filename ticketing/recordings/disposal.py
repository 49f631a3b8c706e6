"""Deleting what nobody may keep any longer (个人信息保护法 第四十七条), with proof.

First the certificate and the row, in one transaction; then the file. A crash in between leaves a
row that says "disposed" with its place still written: the next run finishes it. A file is never
gone without its certificate.
"""

import logging
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ticketing.calls import facts
from ticketing.calls.news import tell
from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.errors import NotAllowed
from ticketing.recordings.retention import why_kept_on
from ticketing.recordings.transcripts import forget_words
from ticketing.recordings.vault import Vault
from ticketing.records.recordings import DisposalCertificate, Recording
from ticketing.rules.calendar import local_day
from ticketing.rules.hashchain import GENESIS, Link, link

logger = logging.getLogger(__name__)

_RULE = "《12328交通运输服务监督热线管理办法》第三十条：录音资料存档期限不少于一年；期满且无保全"
_LOCK = 12_328_030
"""PostgreSQL's advisory lock of the certificates' chain; SQLite has one writer anyway."""


def dispose_due(database: Database, vault: Vault, clock: Clock) -> int:
    """Deletes every recording whose period is over and that nothing holds; returns how many."""
    finish_disposals(database, vault)
    disposed = 0
    for recording_id in _due(database, local_day(clock.now())):
        try:
            with database.transaction() as session:
                certify(session, clock.now(), recording_id)
        except NotAllowed as error:
            logger.info("recording %d stays: %s", recording_id, error.reason)
            continue
        disposed += 1
    finish_disposals(database, vault)
    return disposed


def certify(session: Session, moment: datetime, recording_id: int) -> DisposalCertificate:
    """Writes the certificate and marks the row; the file goes after the commit.

    Raises NotAllowed while anything keeps the recording.
    """
    recording = session.get_one(Recording, recording_id)
    facts.lock_call(session, recording.call_key, moment)  # no order binds it meanwhile
    session.refresh(recording, with_for_update=True)
    if recording.state != "stored":
        raise NotAllowed("recording.dispose", "录音不在库中")
    reason = why_kept_on(session, recording, local_day(moment))
    if reason is not None:
        raise NotAllowed("recording.dispose", reason)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    newest = select(DisposalCertificate.hash).order_by(DisposalCertificate.id.desc()).limit(1)
    certificate = DisposalCertificate(
        at=moment,
        recording_id=recording.id,
        sha256=recording.sha256,
        retain_until=recording.retain_until,
        rule=_RULE,
        previous_hash=session.scalars(newest).first() or GENESIS,
    )
    certificate.hash = link(_content(certificate), certificate.previous_hash)
    session.add(certificate)
    session.flush()  # the database refuses the mark without it
    recording.state = "disposed"
    recording.disposed_at = moment
    recording.waveform = {}
    forget_words(session, recording.id)
    tell(session, moment, "recording.disposed", recording.stretch, call_key=recording.call_key)
    return certificate


def finish_disposals(database: Database, vault: Vault) -> None:
    """Removes the files of rows that are certified as disposed."""
    with database.reading() as session:
        certified = session.execute(
            select(Recording, DisposalCertificate)
            .join(DisposalCertificate, DisposalCertificate.recording_id == Recording.id)
            .where(Recording.state == "disposed", Recording.stored_path != "")
        ).all()
    for recording, certificate in certified:
        vault.destroy(recording, certificate)
        with database.transaction() as session:
            session.get_one(Recording, recording.id, with_for_update=True).stored_path = ""


def chain_links(session: Session) -> list[Link]:
    """The certificates as the hash chain sees them, oldest first."""
    return [
        Link(_content(one), one.previous_hash, one.hash)
        for one in session.scalars(select(DisposalCertificate).order_by(DisposalCertificate.id))
    ]


def _due(database: Database, today: date) -> list[int]:
    with database.reading() as session:
        over = select(Recording.id).where(
            Recording.state == "stored", Recording.retain_until < today
        )
        return list(session.scalars(over.order_by(Recording.id)))


def _content(certificate: DisposalCertificate) -> dict[str, object]:
    return {
        "at": certificate.at,
        "recording_id": certificate.recording_id,
        "sha256": certificate.sha256,
        "retain_until": certificate.retain_until,
        "rule": certificate.rule,
    }
