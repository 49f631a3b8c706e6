"""The folder of the photos, beside the recordings in the vault; a file's name is its hash.

Placing and removing both happen inside the transaction that writes or deletes the row, one at a
time, so that the same picture sent twice is never removed under the one who still has it.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ticketing.photos.picture import Picture
from ticketing.records.keeping import OrderPhoto

FOLDER: Final = "photos"
SUFFIX: Final = ".jpg"
_TURN: Final = 123_280_009
"""Advisory lock on PostgreSQL; SQLite has one writer anyway."""


class PhotoStore:
    """`<vault>/photos/<two hex>/<sha256>.jpg`."""

    def __init__(self, vault: Path) -> None:
        self.folder: Final = vault / FOLDER

    def path(self, sha256: str) -> Path:
        """Raises ValueError when that is no hash."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a hash")
        return self.folder / sha256[:2] / f"{sha256}{SUFFIX}"

    def place(self, session: Session, picture: Picture) -> None:
        """Whole and on the disk before the row is committed."""
        _one_by_one(session)
        target = self.path(picture.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f"{target.name}.{os.getpid()}.part")
        with aside.open("wb") as file:
            file.write(picture.data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
        _fsync_folder(target.parent)

    def remove_unless_used(self, session: Session, sha256: str) -> None:
        """Takes the file away when no row has it any more; the rows are flushed already."""
        _one_by_one(session)
        if session.scalar(select(OrderPhoto.id).where(OrderPhoto.sha256 == sha256).limit(1)):
            return
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _fsync_folder(path.parent)

    def names(self, folder: int, before: float) -> Iterator[tuple[Path, str]]:
        """Files of one of the 256 folders not touched since a time, each with its hash."""
        for path in sorted((self.folder / f"{folder % 256:02x}").glob(f"*{SUFFIX}*")):
            if path.stat().st_mtime < before:
                yield path, path.name.partition(".")[0]

    def is_whole(self, sha256: str) -> bool:
        """Whether the file is there and is what its name says."""
        try:
            with self.path(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False


def _one_by_one(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
