"""The folder where recordings are kept: what is in it is whole, and only a certificate empties it.

A file is written aside, fsynced, renamed into its day's folder, and the folder fsynced: after a
crash it is either there whole or not there.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Final

from ticketing.clock import SHANGHAI
from ticketing.records.recordings import DisposalCertificate, Recording

INCOMING: Final = ".incoming"
SUFFIX: Final = ".opus"


class Vault:
    """`paths.vault`; a recording's `stored_path` is relative to it."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder

    def aside(self, stretch: str) -> Path:
        """Where a file is made before it is placed; a leftover there is overwritten."""
        incoming = self.folder / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        return incoming / f"{stretch}{SUFFIX}"

    def place(self, aside: Path, stretch: str, started_at: datetime) -> str:
        """Moves a finished, fsynced file to its place; returns its path inside the vault."""
        day = started_at.astimezone(SHANGHAI)
        relative = f"{day:%Y/%m/%d}/{stretch}{SUFFIX}"
        target = self.folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.replace(target)
        for folder in (target.parent, *list(target.parents)[1:4], aside.parent):
            _fsync_folder(folder)
        return relative

    def path(self, recording: Recording) -> Path:
        """Where a stored recording lies. Raises ValueError when the row points out of the vault."""
        path = (self.folder / recording.stored_path).resolve()
        if not recording.stored_path or not path.is_relative_to(self.folder.resolve()):
            raise ValueError(f"recording {recording.id} has no place in the vault")
        return path

    def destroy(self, recording: Recording, certificate: DisposalCertificate) -> None:
        """The only way a file leaves the vault. The certificate must be committed already.

        Raises PermissionError when it is another recording's or the period is not over.
        """
        fits = certificate.recording_id == recording.id and certificate.sha256 == recording.sha256
        over = certificate.at.astimezone(SHANGHAI).date() > recording.retain_until
        if not fits or not over:
            raise PermissionError(f"recording {recording.id} must be kept")
        path = self.path(recording)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _fsync_folder(path.parent)

    def sha256(self, recording: Recording) -> str | None:
        """Of the file as it is now; None when it is not there."""
        try:
            with self.path(recording).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None

    def files(self) -> set[str]:
        """Every file in the vault as a `stored_path`."""
        return {
            path.relative_to(self.folder).as_posix()
            for path in self.folder.glob(f"[0-9]*/*/*/*{SUFFIX}")
        }


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
