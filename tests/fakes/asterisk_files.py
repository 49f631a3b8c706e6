"""Files as Asterisk 22 writes them: channel events in JSON, queue_log, wav files whole and cut."""

import wave
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

RATE: Final = 8000
KEY: Final = "hotline1-1795307311.0"
AGENT_LEG: Final = "hotline1-1795307320.2"

_FIELDS: Final = (
    "eventtype",
    "userdeftype",
    "eventtime",
    "num",
    "dnid",
    "exten",
    "context",
    "channame",
    "appname",
    "appdata",
    "accountcode",
    "uniqueid",
    "linkedid",
    "peer",
    "userfield",
    "eventextra",
)


def cel_line(at: datetime, kind: str, **fields: str) -> str:
    """One line of cel.json: quotes get a backslash, nothing else is escaped, as in Asterisk."""
    values = {
        "eventtype": kind,
        "eventtime": at.strftime("%Y-%m-%dT%H:%M:%S.%f%z"),
        "uniqueid": KEY,
        "linkedid": KEY,
        "channame": "PJSIP/carrier-00000001",
        "num": "13912345678",
        **fields,
    }
    quoted = ((name, values.get(name, "").replace('"', '\\"')) for name in _FIELDS)
    return "{" + ",".join(f'"{name}":"{value}"' for name, value in quoted) + "}\n"


def told(at: datetime, event: str, fields: str, **more: str) -> str:
    """What the dialplan tells with CELGenUserEvent."""
    extra = f'{{"extra":"call={KEY};{fields}"}}'
    return cel_line(at, event, userdeftype=event, eventextra=extra, **more)


def stretch(at: datetime, leg: str, role: str, party: str) -> str:
    """A recording of one leg begins."""
    name = f"{leg}-{role}"
    file = f"/spool/monitor/{KEY}_{name}.wav"
    fields = f"stretch={name};role={role};party={party};file={file}"
    return told(at, "HotlineStretch", fields, uniqueid=leg)


def hangup(at: datetime, leg: str, channel: str, source: str, cause: int = 16) -> str:
    extra = f'{{"hangupcause":{cause},"hangupsource":"{source}","dialstatus":""}}'
    return cel_line(at, "HANGUP", uniqueid=leg, channame=channel, eventextra=extra)


def tone(seconds: float, hertz: float, level: int = 8000) -> np.ndarray:
    moments = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * moments)).astype(np.int16)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.int16)


def write_wav(path: Path, sound: np.ndarray) -> Path:
    """A file Asterisk has closed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return path


def write_cut_wav(path: Path, sound: np.ndarray, odd_bytes: int = 0) -> Path:
    """A file of an Asterisk that was killed, or that still records: sizes are zero."""
    write_wav(path, sound)
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = bytes(4)
    path.write_bytes(bytes(data) + b"\x01" * odd_bytes)
    return path


def loudness(sound: np.ndarray, rate: int, hertz: float) -> float:
    """How much of one tone is in a piece of sound, in the sound's own unit (amplitude)."""
    moments = np.arange(len(sound)) / rate
    wave_form = np.exp(-2j * np.pi * hertz * moments)
    return float(2 * abs(np.dot(sound.astype(np.float64), wave_form)) / max(1, len(sound)))
