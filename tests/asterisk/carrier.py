"""The public telephone network and the seats' desk phones: a second Asterisk, driven from here.

Trunk on 127.0.0.3, desk phones on 127.0.0.4 (registered at the hotline with their passwords).
A call out is an Originate, a call in asks us over FastAGI what to do; both carry their sound
through AudioSocket into a Phone.
"""

import socket
import subprocess
import threading
from pathlib import Path

from asterisk_conf.process import Instance
from asterisk_conf.render import Folders
from asterisk_conf.tree import Asterisk
from tests.asterisk.ami import Ami
from tests.asterisk.carrier_files import TRUNK, Certificate, Ports, Seat, carrier_files
from tests.asterisk.phone import Phone, read_id
from tests.fakes.fastagi import AgiSession, FakeFastAgi, SessionEndedError
from tests.waiting import free_ports, wait_for


class IncomingCall:
    """A call that rings at the carrier: a seat's desk phone or an outside number."""

    def __init__(self, session: AgiSession, phone: Phone) -> None:
        self._session = session
        self._decided = threading.Event()
        self._action = ""
        self.phone = phone
        self.number = phone.number
        self.call_ref = session.get("${PJSIP_HEADER(read,X-Call-Ref)}")
        self.call_key = session.get("${PJSIP_HEADER(read,X-Call-Key)}")
        self.caller_id = session.get("${CALLERID(num)}")
        self.gone = threading.Event()

    def answer(self, hums: float | None = None) -> Phone:
        """Take the call; returns the telephone it is now on, humming if asked to."""
        self.phone.speaks(hums)
        self._decide("answer")
        self.phone.is_answered()
        return self.phone

    def reject(self) -> None:
        """Busy."""
        self._decide("busy")

    def run(self) -> None:
        """Ring until the test decides or the caller gives up."""
        self._session.execute("Ringing")
        while not self._decided.wait(0.05):
            if self._session.get("${CHANNEL(state)}") == "":
                break
        self._session.set("ACTION", self._action)
        self._session.set("PHONE", self.phone.id)

    def _decide(self, action: str) -> None:
        self._action = action
        self._decided.set()


class Carrier:
    """A running carrier."""

    def __init__(
        self,
        asterisk: Asterisk,
        home: Path,
        prompts: Path,
        sip_port: int,
        hotline_sip: int,
        trunk: str = TRUNK,
        certificate: Certificate | None = None,
    ) -> None:
        """`certificate`: the carrier also takes a registration over TLS, with SRTP only."""
        self.sip_port = sip_port
        self._trunk = trunk
        self._certificate = certificate
        self._hotline_sip = hotline_sip
        self._prompts = prompts
        base = free_ports(4)
        self._ami_port, self._agi_port, self._sound_port = base, base + 1, base + 2
        self._rtp = free_ports(100)
        self._instance = Instance(asterisk, Folders(home))
        self._phones: dict[str, Phone] = {}
        self._ringing: list[IncomingCall] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, seats: list[Seat]) -> None:
        ports = Ports(
            self.sip_port, self._hotline_sip, self._ami_port, self._agi_port, self._sound_port,
            self._rtp,
        )  # fmt: skip
        modules, home = self._instance.asterisk.modules, self._instance.folders.home
        files = carrier_files(home, modules, ports, self._trunk, seats, self._certificate)
        sounds = self._instance.folders.home / "sounds"
        self._instance.prepare(files, sounds, self._instance.folders.home / "spool/monitor")
        self._sound = socket.create_server(("127.0.0.1", self._sound_port), backlog=64)
        threading.Thread(target=self._connect_phones, daemon=True).start()
        self._agi = FakeFastAgi(self._agi_port, self._someone_rings).__enter__()
        process = subprocess.Popen(
            self._instance.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self._process = process
        self._instance.wait_until_ready(lambda: process.poll() is None)
        if failures := self._instance.failures():
            process.kill()
            raise AssertionError(failures)
        self.ami = Ami(self._ami_port, "test", "test")

    def stop(self) -> None:
        self.ami.close()
        self._agi.die()
        self._sound.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def recent_log(self) -> str:
        lines = self._instance.messages.read_text("utf-8", "replace").splitlines()[-20:]
        ringing = [(call.number, call.gone.is_set()) for call in self._ringing]
        return "carrier:\n" + "\n".join(lines) + f"\nringing: {ringing}"

    # --- calls ---
    def dial(self, number: str, caller: str = "13900001111", answered: bool = True) -> Phone:
        """Someone calls `number` at the hotline; returns once it is answered."""
        phone = self._originate(f"PJSIP/{number}@hotline", caller)
        if answered:
            phone.is_answered()
        return phone

    def dial_registered(self, caller: str = "13900001111") -> Phone:
        """Someone calls the line that has registered here."""
        return self._originate("PJSIP/line", caller)

    def dial_from_seat(self, seat: str, number: str) -> Phone:
        """A seat's desk phone dials a number."""
        return self._originate(f"PJSIP/{number}@seat-{seat}", seat)

    def rings(self, number: str, seconds: float = 20) -> IncomingCall:
        """The next call that rings at a seat's desk phone or an outside number."""

        def look() -> IncomingCall | None:
            for call in self._ringing:
                if call.number == number and not call.gone.is_set():
                    self._ringing.remove(call)
                    return call
            return None

        return wait_for(f"{number} rings", look, seconds)

    def nothing_rings(self, number: str) -> bool:
        return all(c.number != number or c.gone.is_set() for c in self._ringing)

    def hang_up_all(self) -> None:
        for phone in self._phones.values():
            self.ami.action("Hangup", Channel=phone.channel, fails=True)
        self._phones.clear()
        self._ringing.clear()

    def _originate(self, channel: str, caller: str) -> Phone:
        phone = Phone(self.ami, self._prompts, caller)
        self._phones[phone.id] = phone
        self.ami.action(
            "Originate",
            Channel=channel,
            ChannelId=phone.id,
            CallerID=caller if "<" in caller else f"<{caller}>",
            Application="AudioSocket",
            Data=f"{phone.id},127.0.0.1:{self._sound_port}",
            Timeout="30000",
            Async="true",
        )
        return phone

    # --- the two sockets ---
    def _connect_phones(self) -> None:
        while True:
            try:
                line, _ = self._sound.accept()
            except OSError:
                return
            phone = self._phones.get(read_id(line) or "")
            if phone is None:
                line.close()
                continue
            threading.Thread(target=phone.connect, args=(line,), daemon=True).start()

    def _someone_rings(self, session: AgiSession) -> None:
        phone = Phone(self.ami, self._prompts, session.environment["agi_extension"])
        phone.channel = session.environment["agi_channel"]
        self._phones[phone.id] = phone
        call = IncomingCall(session, phone)
        self._ringing.append(call)
        try:
            call.run()
        except SessionEndedError:
            call.gone.set()
