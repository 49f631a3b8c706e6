"""The etc folder of the Asterisk that plays the public network and the seats' desk phones."""

from dataclasses import dataclass
from pathlib import Path

from asterisk_conf.render import EMPTY

TRUNK = "127.0.0.3"
PHONES = "127.0.0.4"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the carrier listens, and where the hotline does."""

    sip: int
    hotline_sip: int
    ami: int
    agi: int
    sound: int
    rtp: int


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


def carrier_files(
    home: Path,
    modules: Path,
    ports: Ports,
    trunk: str,
    seats: list[Seat],
    certificate: Certificate | None,
) -> dict[str, str]:
    """Every file: name → text."""
    pjsip = _PJSIP.format(port=ports.sip, hotline=ports.hotline_sip, trunk=trunk, phones=PHONES)
    for seat in seats:
        pjsip += _SEAT.format(
            extension=seat.extension, password=seat.password, hotline=ports.hotline_sip
        )
    if certificate is not None:
        pjsip += _LINE.format(
            trunk=trunk,
            port=ports.sip + 1,
            certificate=certificate.certificate,
            key=certificate.key,
        )
    loads = "".join(f"load={name}.so\n" for name in _MODULES)
    return {f"{name}.conf": "" for name in EMPTY} | {
        "asterisk.conf": _ASTERISK.format(home=home, modules=modules),
        "modules.conf": f"[modules]\nautoload=no\n{loads}",
        "logger.conf": "[general]\n[logfiles]\nmessages.log => notice,warning,error\n",
        "manager.conf": _MANAGER.format(port=ports.ami),
        "http.conf": "[general]\nenabled=no\n",
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "rtp.conf": _RTP.format(first=ports.rtp, last=ports.rtp + 99),
        "pjsip.conf": pjsip,
        "extensions.conf": _EXTENSIONS.format(agi=ports.agi, sound=ports.sound),
    }


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
