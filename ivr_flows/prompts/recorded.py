"""Sentences spoken by a person: files in a folder, each named by its text's hash or in an index.

`index.yaml` maps a file's name (without ending) to its text: `welcome: 您好，…`. Any format that
PyAV reads will do; the file is cut, levelled and brought to telephone rate like every prompt.
"""

import hashlib
import io
import logging
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

import av
import numpy as np
import yaml

from ivr_flows.prompts.sound import RATE, Sound

ENDINGS: Final = frozenset({".wav", ".mp3", ".ogg", ".opus", ".flac", ".m4a", ".webm"})

log = logging.getLogger(__name__)


class NoSoundError(Exception):
    """A file holds no sound that can be read."""


def text_hash(text: str) -> str:
    """Name of a recording of this text."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@dataclass
class Recordings:
    """The recordings of one folder; looked at again whenever the folder changes."""

    folder: Path
    _seen: int = 0
    _files: dict[str, Path] = field(default_factory=dict)
    _digests: dict[tuple[Path, int, int], str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, text: str) -> Path | None:
        """The recording of this text, None when nobody has spoken it."""
        try:
            changed = self.folder.stat().st_mtime_ns
        except OSError:
            return None
        with self._lock:
            if changed != self._seen:
                self._files, self._seen = self._scan(), changed
            return self._files.get(text_hash(text))

    def digest(self, path: Path) -> str:
        """Which recording this is, by its bytes."""
        status = path.stat()
        key = (path, status.st_mtime_ns, status.st_size)
        if key not in self._digests:
            self._digests[key] = hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
        return self._digests[key]

    def _scan(self) -> dict[str, Path]:
        files = {
            path.stem: path
            for path in sorted(self.folder.iterdir())
            if path.suffix.lower() in ENDINGS
        }
        by_name = {
            text_hash(text): files[name] for name, text in self._index().items() if name in files
        }
        return files | by_name

    def _index(self) -> dict[str, str]:
        try:
            text = (self.folder / "index.yaml").read_text("utf-8")
            index = yaml.load(text, yaml.BaseLoader)  # noqa: S506 BaseLoader is safe
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, yaml.YAMLError):
            log.exception("index of recordings in %s cannot be read", self.folder)
            return {}
        pairs = index.items() if isinstance(index, dict) else ()
        return {name: text for name, text in pairs if isinstance(text, str)}


def decode(file: Path | bytes) -> Sound:
    """Any sound file, or its bytes, as 8 kHz mono; raises NoSoundError."""
    opened: Any = io.BytesIO(file) if isinstance(file, bytes) else str(file)
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts: list[np.ndarray[tuple[int, ...], np.dtype[np.int16]]] = []
    try:
        with av.open(opened, mode="r") as container:
            for frame in container.decode(audio=0):
                parts.extend(out.to_ndarray()[0] for out in resampler.resample(frame))
        parts.extend(out.to_ndarray()[0] for out in resampler.resample(None))
        whole = np.concatenate(parts)
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise NoSoundError(file if isinstance(file, Path) else f"{len(file)} bytes") from error
    return Sound(whole.astype(np.float64) / 32768, RATE)
