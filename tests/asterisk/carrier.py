"""The public telephone network and the seats' desk phones: a second Asterisk, driven from here.

Trunk on 127.0.0.3, desk phones on 127.0.0.4 (registered at the hotline with their passwords).
A call out is an Originate, a call in asks us over FastAGI what to do; both carry their sound
through AudioSocket into a Phone.
"""

import socket
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from asterisk_conf.process import Instance
from asterisk_conf.render import EMPTY, Folders
from asterisk_conf.tree import Asterisk
from tests.asterisk.ami import Ami
from tests.asterisk.phone import Phone, read_id
from tests.asterisk.waiting import free_ports, wait_for
from tests.fakes.fastagi import AgiSession, FakeFastAgi, SessionEndedError

TRUNK = "127.0.0.3"
PHONES = "127.0.0.4"


@dataclass(frozen=True, slots=True)
class Seat:
    """A desk phone the carrier's Asterisk plays: extension and SIP password."""

    extension: str
    password: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of a TLS server."""

    certificate: Path
    key: Path


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
        files = self._files(seats) | {f"{name}.conf": "" for name in EMPTY}
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

    # --- configuration ---
    def _files(self, seats: list[Seat]) -> dict[str, str]:
        home, asterisk = self._instance.folders, self._instance.asterisk
        modules = "".join(f"load={name}.so\n" for name in _MODULES)
        phones = "".join(self._seat(seat) for seat in seats)
        if self._certificate is not None:
            phones += _LINE.format(
                trunk=self._trunk,
                port=self.sip_port + 1,
                certificate=self._certificate.certificate,
                key=self._certificate.key,
            )
        return {
            "asterisk.conf": _ASTERISK.format(home=home.home, modules=asterisk.modules),
            "modules.conf": f"[modules]\nautoload=no\n{modules}",
            "logger.conf": "[general]\n[logfiles]\nmessages.log => notice,warning,error\n",
            "manager.conf": _MANAGER.format(port=self._ami_port),
            "http.conf": "[general]\nenabled=no\n",
            "cdr.conf": "[general]\nenable=no\n",
            "cel.conf": "[general]\nenable=no\n",
            "rtp.conf": _RTP.format(first=self._rtp, last=self._rtp + 99),
            "pjsip.conf": _PJSIP.format(
                port=self.sip_port, hotline=self._hotline_sip, trunk=self._trunk, phones=PHONES
            )
            + phones,
            "extensions.conf": _EXTENSIONS.format(agi=self._agi_port, sound=self._sound_port),
        }

    def _seat(self, seat: Seat) -> str:
        return _SEAT.format(
            extension=seat.extension, password=seat.password, hotline=self._hotline_sip
        )


_MODULES = (
    "res_timing_timerfd", "res_crypto", "res_sorcery_config", "res_sorcery_memory",
    "app_senddtmf",
    "res_sorcery_astdb", "res_pjproject", "res_rtp_asterisk", "res_speech", "res_agi",
    "res_audiosocket", "res_srtp", "res_pjsip", "res_pjsip_session", "res_pjsip_sdp_rtp",
    "res_pjsip_caller_id", "res_pjsip_nat", "res_pjsip_registrar",
    "res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_outbound_registration", "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user", "res_pjsip_pubsub", "res_pjsip_header_funcs",
    "res_pjsip_rfc3326", "res_pjsip_dlg_options", "chan_pjsip", "codec_alaw", "codec_ulaw",
    "codec_a_mu", "codec_resample", "format_pcm", "format_wav", "format_sln", "bridge_simple",
    "pbx_config", "app_audiosocket", "app_dial", "app_stack", "app_exec", "app_originate",
    "app_playback", "app_senddtmf", "func_channel", "func_callerid", "func_logic", "func_strings",
)  # fmt: skip

_ASTERISK = """\
[directories]
astetcdir => {home}/etc
astmoddir => {modules}
astvarlibdir => {home}/var
astdbdir => {home}/db
astkeydir => {home}/keys
astdatadir => {home}/data
astagidir => {home}/agi-bin
astspooldir => {home}/spool
astrundir => {home}/run
astlogdir => {home}/log
[options]
systemname = carrier
transmit_silence = yes
"""

_MANAGER = """\
[general]
enabled=yes
bindaddr=127.0.0.1
port={port}
[test]
secret=test
read=system,call
write=all
"""

# RTCP counts as a sign of life: none, so that a Phone can die.
_RTP = """\
[general]
rtpstart={first}
rtpend={last}
rtcpinterval=60000
"""

_PJSIP = """\
[global]
type=global
endpoint_identifier_order=username,ip
[trunk]
type=transport
protocol=udp
bind={trunk}:{port}
[phones]
type=transport
protocol=udp
bind={phones}:{port}
[hotline]
type=endpoint
transport=trunk
context=incoming
disallow=all
allow=alaw
direct_media=no
rtp_symmetric=yes
media_address={trunk}
bind_rtp_to_media_address=yes
aors=hotline
[hotline]
type=aor
contact=sip:127.0.0.1:{hotline}
[hotline]
type=identify
endpoint=hotline
match=127.0.0.1
"""

_SEAT = """\
[seat-{extension}]
type=endpoint
transport=phones
context=incoming
disallow=all
allow=alaw
direct_media=no
from_user={extension}
aors=seat-{extension}
outbound_auth=seat-{extension}
[seat-{extension}]
type=aor
contact=sip:127.0.0.1:{hotline}
[seat-{extension}]
type=auth
auth_type=userpass
username={extension}
password={password}
[seat-{extension}]
type=registration
transport=phones
outbound_auth=seat-{extension}
server_uri=sip:127.0.0.1:{hotline}
client_uri=sip:{extension}@127.0.0.1:{hotline}
contact_user={extension}
expiration=600
retry_interval=1
max_random_initial_delay=0
"""

_LINE = """\
[tls]
type=transport
protocol=tls
bind={trunk}:{port}
method=tlsv1_2
cert_file={certificate}
priv_key_file={key}
[line]
type=endpoint
transport=tls
context=incoming
disallow=all
allow=alaw
direct_media=no
rewrite_contact=yes
media_encryption=sdes
aors=line
auth=line
[line]
type=aor
max_contacts=1
remove_existing=yes
[line]
type=auth
auth_type=userpass
username=line
password=opensesame
"""

_EXTENSIONS = """\
[incoming]
exten => _[+0-9]!,1,AGI(agi://127.0.0.1:{agi}/ringing)
 same => n,GotoIf($["${{ACTION}}" = "answer"]?answer)
 same => n,Hangup(17)
 same => n(answer),Answer()
 same => n,AudioSocket(${{PHONE}},127.0.0.1:{sound})
 same => n,Hangup()
"""
