"""What the worker needs to know, out of STATE/settings.json."""

import json
from dataclasses import dataclass
from pathlib import Path

from ticketing.notices.gateways import SmsSettings, sms_settings


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Read once, by ticketing.__main__."""

    state: Path
    systemname: str
    database: str
    cel: Path
    queue_log: Path
    monitor: Path
    vault: Path
    sms: SmsSettings | None = None
    """None: messages go to the log."""

    @property
    def sms_log(self) -> Path:
        return self.state / "log" / "sms.log"


def read_settings(path: Path) -> WorkerSettings:
    """Raises OSError, ValueError, KeyError when the file is not what `./hotline up` writes."""
    told = json.loads(path.read_text(encoding="utf-8"))
    paths = told["paths"]
    return WorkerSettings(
        state=Path(told["state"]),
        systemname=told["systemname"],
        database=told["database"],
        cel=Path(paths["cel"]),
        queue_log=Path(paths["queue_log"]),
        monitor=Path(paths["monitor"]),
        vault=Path(paths["vault"]),
        sms=sms_settings(told["sms"]) if told.get("sms") else None,
    )
