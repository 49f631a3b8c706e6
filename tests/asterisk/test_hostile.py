"""Peers who send rubbish: the exchange goes on, and nothing they sent is carried out."""

import os
import socket
from pathlib import Path

from asterisk_conf.names import DialplanEvent
from tests.asterisk.carrier import Carrier
from tests.asterisk.carrier_files import TRUNK
from tests.asterisk.pbx import HotlinePbx
from tests.waiting import wait_for

INVITE = (
    "INVITE sip:{dialled}@127.0.0.1 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP {here};branch=z9hG4bK{branch}\r\n"
    "From: {caller};tag=1\r\nTo: <sip:{dialled}@127.0.0.1>\r\n"
    "Call-ID: {branch}@test\r\nCSeq: 1 INVITE\r\nContact: <sip:x@{here}>\r\nMax-Forwards: 9\r\n"
    "Content-Type: application/sdp\r\nContent-Length: {length}\r\n\r\n{sdp}"
)
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.3\r\ns=-\r\nc=IN IP4 127.0.0.3\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)


def invite(line: socket.socket, branch: str, caller: str, dialled: str = "12328") -> bytes:
    here = "{}:{}".format(*line.getsockname())
    text = INVITE.format(
        here=here, branch=branch, caller=caller, dialled=dialled, length=len(SDP), sdp=SDP
    )
    return text.encode("utf-8", "surrogateescape")


def trunk_line(pbx: HotlinePbx) -> socket.socket:
    """A socket with the carrier's address."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind((TRUNK, 0))
    line.connect(("127.0.0.1", pbx.settings.sip_port))
    return line


def test_rubbish_on_the_sip_port_stops_nothing(pbx: HotlinePbx, carrier: Carrier) -> None:
    with trunk_line(pbx) as line:
        for rubbish in (
            b"\x00" * 500,
            os.urandom(3000),
            b"INVITE sip:12328@x SIP/2.0\r\n",
            "INVITE sip:热线\udce4@x SIP/2.0\r\n\r\n".encode("utf-8", "surrogateescape"),
            invite(line, "big", '"' + "x" * 10_000 + '" <sip:139@c>'),
        ):
            line.send(rubbish)
    for port in (pbx.settings.ami_port, pbx.settings.http_port, pbx.settings.sip_port):
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"\xe4\xbd" + b"Action: \x00\r\n" * 50)
    carrier.dial("12328").hears("named/recording-notice")


def test_what_a_caller_shows_is_never_carried_out(
    pbx: HotlinePbx, carrier: Carrier, tmp_path: Path
) -> None:
    mark = tmp_path / "carried-out"
    before = len(pbx.told(DialplanEvent.CALL))
    with trunk_line(pbx) as line:
        callers = (
            f'"${{SHELL(touch {mark})}}" <sip:${{SHELL(touch {mark})}}@c>',
            f"<sip:%22);System(touch%20{mark});(%22@c>",
            "<sip:1390%0d%0a%0d%0aEvent%3a%20Forged%0d%0aX%3a%20y@c>",
            '"a\\"b\\r\\nUserEvent(x)" <sip:1390%0a%7b%22eventtype%22%3a%22x%22%7d%0a@c>',
            '"😀\udce4" <sip:139;x=${GLOBAL(MONITOR)}@c>',
        )
        for number, caller in enumerate(callers):
            line.send(invite(line, f"evil{number}", caller))
        wait_for("calls were taken", lambda: len(pbx.told(DialplanEvent.CALL)) > before)
        line.send(invite(line, "evilnumber", "<sip:139@c>", dialled="12328${SHELL(id)}"))
    carrier.dial("12328").hears("named/recording-notice")
    assert pbx.ami.events("Forged") == []
    assert all(set(m["CallerIDNum"]) <= set("+*#0123456789") for m in pbx.ami.events("Newchannel"))
    for call in pbx.told(DialplanEvent.CALL)[before:]:
        assert set(call) == {"call", "callref", "dialled", "entry"}
        assert set(call["dialled"]) <= set("+0123456789")
    assert not mark.exists()
