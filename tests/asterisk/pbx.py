"""The hotline's own Asterisk in a test: rendered from a site, started, watched, signed in to."""

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from asterisk_conf import names
from asterisk_conf.names import DialplanEvent
from asterisk_conf.process import Instance
from asterisk_conf.prompt_texts import prompt_texts
from asterisk_conf.render import Folders, render
from asterisk_conf.settings import Settings
from asterisk_conf.site_file import load_site
from asterisk_conf.tree import Asterisk
from tests.asterisk.ami import Ami
from tests.asterisk.sound import tone, write_wav
from tests.waiting import free_ports, wait_for


def throwaway_settings(state: Path, **changes: Any) -> Settings:
    """Settings of a throw-away installation on free ports."""
    base, rtp = free_ports(20), free_ports(100)
    home = state / "a"
    values: dict[str, Any] = {
        "demo": False,
        "bind": "127.0.0.1",
        "systemname": "hl1",
        "sip_port": base + 1,
        "sip_tls_port": base + 7,
        "http_port": base + 2,
        "fastagi_port": base + 3,
        "ami_port": base + 4,
        "speech_port": base + 5,
        "carrier_port": base + 10,
        "rtp": (rtp, rtp + 99),
        "installation_secret": "5e" * 32,
        "ami_secret": "a1" * 16,
        "site": state / "site.yaml",
        "asterisk": home,
        "monitor": home / "spool/monitor",
        "prompts": state / "prompts",
    }
    return Settings(**(values | changes))


class HotlinePbx:
    """The hotline's Asterisk; Python's side of it is whatever the test puts on fastagi_port."""

    def __init__(self, asterisk: Asterisk, settings: Settings, site: dict[str, Any]) -> None:
        self.settings = settings
        settings.site.write_text(yaml.safe_dump(site, allow_unicode=True), "utf-8")
        self.site = load_site(settings.site)
        self.instance = Instance(asterisk, Folders(settings.asterisk))
        self._files = render(self.site, settings, asterisk)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.instance.prepare(self._files, self.settings.prompts, self.settings.monitor)
        make_tone_prompts(self.settings.prompts, list(prompt_texts(self.site)))
        process = subprocess.Popen(
            self.instance.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self._process = process
        self.instance.wait_until_ready(lambda: process.poll() is None)
        self.ami = Ami(self.settings.ami_port, names.AMI_USER, self.settings.ami_secret)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        self.ami.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """The exchange's process gets a signal and is gone."""
        assert self._process is not None
        self.ami.close()
        self._process.send_signal(how)
        self._process.wait(20)

    def send_signal(self, what: signal.Signals) -> None:
        """SIGSTOP freezes the exchange, SIGCONT thaws it."""
        assert self._process is not None
        self._process.send_signal(what)

    def forget_calls(self) -> None:
        """Asterisk's records and recordings of what was before are put away."""
        self.hang_up_all()
        for recording in self.settings.monitor.glob("*.wav"):
            recording.unlink()
        events = self.instance.folders.log / "cel-custom" / "cel.json"
        if events.exists():
            events.rename(events.with_suffix(".old"))

    # --- what the desk would do ---
    def sign_in(self, extension: str, *queues: str) -> None:
        """Make a seat a member, once its phone is registered."""
        device = f"PJSIP/{extension}"
        wait_for(
            f"{extension} is registered",
            lambda: "Avail" in self.instance.cli(f"pjsip show aor {extension}") or None,
            pause=0.2,
        )
        for queue in queues:
            self.ami.action("QueueAdd", Queue=queue, Interface=device, MemberName=extension)

    def sign_out_all(self) -> None:
        for queue in self.site.queues:
            for line in self.instance.cli(f"queue show {queue}").splitlines():
                if "(PJSIP/" in line:
                    device = line.split("(")[1].split(")")[0].split(" ")[0]
                    self.ami.action("QueueRemove", Queue=queue, Interface=device)

    # --- what Asterisk wrote ---
    def told(self, event: DialplanEvent, call: str | None = None) -> list[dict[str, str]]:
        """Fields of every such event in cel.json, oldest first."""
        rows = [row for row in self.cel() if row.get("userdeftype") == event]
        found = [fields_of(row) for row in rows]
        return [fields for fields in found if call is None or fields["call"] == call]

    def wait_told(
        self,
        event: DialplanEvent,
        matches: Callable[[dict[str, str]], bool] = lambda _: True,
        since: int = 0,
    ) -> dict[str, str]:
        """The first such event after the first `since` of its kind."""
        return wait_for(
            f"{event} in cel.json",
            lambda: next((f for f in self.told(event)[since:] if matches(f)), None),
            pause=0.1,
        )

    def cel(self) -> list[dict[str, Any]]:
        path = self.instance.folders.log / "cel-custom/cel.json"
        if not path.exists():
            return []
        lines = path.read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]

    def log_since(self, place: int) -> str:
        """Asterisk's messages from a byte on, and the channels that are still up."""
        text = self.instance.messages.read_bytes()[place:].decode("utf-8", "replace")
        return f"hotline:\n{text}{self.instance.cli('core show channels verbose')}"

    def wait_quiet(self) -> None:
        """No channel is left."""
        wait_for(
            "every channel has ended",
            lambda: "\n0 active channels" in "\n" + self.instance.cli("core show channels count"),
            pause=0.1,
        )

    def hang_up_all(self) -> None:
        self.instance.cli("channel request hangup all")
        self.wait_quiet()


def fields_of(row: dict[str, Any]) -> dict[str, str]:
    """The key=value fields of a user event's CEL row."""
    extra = row["eventextra"]
    if isinstance(extra, str):
        extra = json.loads(extra)
    return dict(part.split("=", 1) for part in extra["extra"].split(";"))


def make_tone_prompts(folder: Path, names_of_sounds: list[str]) -> None:
    """Every prompt as a pair of tones of its own: quick to hear, impossible to mistake."""
    lows = [400 + 100 * i for i in range(10)]
    highs = [1650 + 150 * i for i in range(10)]
    for index, name in enumerate(sorted(names_of_sounds)):
        pair = lows[index % 10], highs[index // 10]
        write_wav(folder / f"{name}.wav", tone(*pair, seconds=0.6))
