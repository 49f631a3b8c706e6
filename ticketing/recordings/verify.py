"""Whether the vault holds what the database says, byte for byte, and the certificates are whole."""

from collections.abc import Iterator

from sqlalchemy import select

from ticketing.database import Database
from ticketing.recordings.disposal import chain_links
from ticketing.recordings.vault import Vault
from ticketing.records.recordings import DisposalCertificate, Recording
from ticketing.rules.hashchain import first_break


def problems(database: Database, vault: Vault) -> Iterator[str]:
    """One Chinese sentence for each thing that is not as it should be."""
    expected = set()
    with database.reading() as session:
        stored = select(Recording).where(Recording.state == "stored").order_by(Recording.id)
        for recording in session.scalars(stored.execution_options(yield_per=500)):
            expected.add(recording.stored_path)
            found = vault.sha256(recording)
            if found is None:
                yield f"录音{recording.stretch}：库中文件{recording.stored_path}不见了"
            elif found != recording.sha256:
                yield f"录音{recording.stretch}：文件内容与入库时不符"
        under_way = select(Recording.stored_path).where(Recording.stored_path != "")
        known = expected | set(session.scalars(under_way))
        yield from (f"库中有来历不明的文件：{path}" for path in sorted(vault.files() - known))
        uncertified = (
            select(Recording.stretch)
            .outerjoin(DisposalCertificate, DisposalCertificate.recording_id == Recording.id)
            .where(Recording.state == "disposed", DisposalCertificate.id.is_(None))
        )
        for stretch in session.scalars(uncertified):
            yield f"录音{stretch}：已标记销毁，却没有销毁凭证"
        broken = first_break(chain_links(session))
    if broken is not None:
        yield f"销毁凭证第{broken.position + 1}条：{broken.reason}"
