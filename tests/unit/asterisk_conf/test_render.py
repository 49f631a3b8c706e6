"""What the rendered files say, as a reader of them would look for it."""

import re

import pytest

from asterisk_conf import names
from asterisk_conf.prompt_texts import prompt_texts, spoken
from asterisk_conf.render import TEMPLATES
from asterisk_conf.secrets import seat_password, speech_secret
from tests.unit.asterisk_conf.house import rendered, section, settings, site

TRUNKS = {
    "near": {"match": ["192.0.2.1", "192.0.2.2"], "contact": "sip:192.0.2.1:5080"},
    "far": {
        "registration": {"server": "sip:sip.example", "username": "u12328", "password": "secret"},
        "tls": {"srtp": "yes", "ca_file": "/etc/ssl/ca.pem"},
        "codecs": ["g722", "alaw"],
    },
}


def test_nothing_listens_beyond_loopback_unless_told() -> None:
    files = rendered()
    addresses = re.findall(r"^(?:bind|bindaddr)=([0-9.]+)", "\n".join(files.values()), re.MULTILINE)
    assert set(addresses) == {"127.0.0.1"}
    open_files = rendered(some_settings=settings(bind="0.0.0.0"))  # noqa: S104
    assert section(open_files["pjsip.conf"], "transport-udp")["bind"] == "0.0.0.0:21001"
    assert section(open_files["manager.conf"], "general")["bindaddr"] == "127.0.0.1"


def test_a_trunk_known_by_address() -> None:
    pjsip = rendered(site(trunks=TRUNKS))["pjsip.conf"]
    assert section(pjsip, "trunk-near", "identify")["match"] == "192.0.2.1,192.0.2.2"
    assert section(pjsip, "trunk-near", "aor")["contact"] == "sip:192.0.2.1:5080"
    assert section(pjsip, "trunk-near", "aor")["qualify_frequency"] == "0"
    assert section(pjsip, "global")["endpoint_identifier_order"] == "ip,username"


def test_a_trunk_by_registration_with_tls_and_srtp() -> None:
    pjsip = rendered(site(trunks=TRUNKS))["pjsip.conf"]
    registration = section(pjsip, "trunk-far", "registration")
    assert registration["server_uri"] == r"sip:sip.example\;transport=tls"
    assert registration["transport"] == "transport-tls"
    assert section(pjsip, "trunk-far", "auth")["password"] == "secret"
    endpoint = section(pjsip, "trunk-far", "carrier")
    assert (endpoint["media_encryption"], endpoint["allow"]) == ("sdes", "g722,alaw")
    assert section(pjsip, "transport-tls")["ca_list_file"] == "/etc/ssl/ca.pem"


def test_without_a_tls_trunk_there_is_no_tls_transport() -> None:
    assert "transport-tls" not in rendered()["pjsip.conf"]


def test_every_seat_has_its_own_derived_password() -> None:
    pjsip = rendered()["pjsip.conf"]
    passwords = {e: section(pjsip, e, "seat-auth")["password"] for e in ("1001", "1002", "1050")}
    assert passwords["1001"] == seat_password("5e" * 32, "1001")
    assert len(set(passwords.values())) == 3


def test_the_demo_carrier_and_the_public_phone_exist_in_the_demo_only() -> None:
    plain, demo = rendered(), rendered(some_settings=settings(demo=True))
    for name in (names.DEMO_CARRIER, names.PUBLIC_ENDPOINT):
        assert name not in plain["pjsip.conf"]
        assert name in demo["pjsip.conf"]
    public = section(demo["pjsip.conf"], names.PUBLIC_ENDPOINT, "endpoint")
    assert public["context"] == names.FROM_PUBLIC
    reachable = demo["extensions.conf"].split(f"[{names.FROM_PUBLIC}]")[1].split("\n[")[0]
    assert re.findall(r"^exten => ([^,]+)", reachable, re.MULTILINE) == ["12328", "02412328"]


def test_only_what_a_number_says_is_transferred() -> None:
    services = {
        "12395": {"title": "水上遇险求救", "distress": "yes"},
        "12306": {"title": "铁路客户服务"},
        "12122": {"title": "高速公路报警救援", "transfer": "yes"},
    }
    outbound = {"trunk": "near", "patterns": []}
    text = rendered(site(services=services, trunks=TRUNKS, outbound=outbound))["extensions.conf"]
    outside = text.split(f"[{names.OUTSIDE}]")[1].split("\n[")[0]
    assert sorted(set(re.findall(r"Dial\(PJSIP/(\d+)@", outside))) == ["12122", "12395"]


def test_what_the_dialplan_jumps_to_is_there() -> None:
    text = rendered(some_settings=settings(demo=True))["extensions.conf"]
    contexts = set(re.findall(r"^\[([a-z-]+)\]", text, re.MULTILINE)) - {"general", "globals"}
    targets = set(re.findall(r"Gosub\(([a-z-]+),", text))
    targets |= set(re.findall(r"Goto\(([a-z-]+),[^,()]+,1\)", text))
    targets |= set(re.findall(r"[(|b]([a-z]+-[a-z]+)\^", text))
    assert targets <= contexts
    assert {v for k, v in vars(names).items() if k in _CONTEXTS} <= contexts


_CONTEXTS = {
    "FROM_CARRIER", "HOTLINE", "TO_AGENT", "AFTER_TALK", "MESSAGE", "OUTSIDE", "FROM_SEAT",
    "TRANSFER", "ROOM", "LISTEN", "FROM_PUBLIC",
}  # fmt: skip


def test_every_sound_the_dialplan_plays_has_its_text() -> None:
    files = rendered()
    played = set(re.findall(r"named/[a-z0-9-]+", files["extensions.conf"] + files["queues.conf"]))
    assert played <= prompt_texts(site()).keys()


def test_a_service_the_site_adds_is_told_with_its_number_read_out() -> None:
    added = site(services={"96123": {"title": "公交服务"}})
    text = prompt_texts(added)["named/tell-96123"]
    assert text.startswith("公交服务电话是九六幺二三")
    assert spoken("请拨12328或1号口") == "请拨幺二三二八或1号口"


def test_no_secret_goes_into_the_dialplan() -> None:
    files = rendered(some_settings=settings(demo=True))
    assert "a1" * 16 in files["manager.conf"]
    assert all("a1" * 16 not in text for name, text in files.items() if name != "manager.conf")
    assert "5e" * 8 not in "".join(files.values())


def test_no_name_shared_with_python_is_spelled_in_a_template() -> None:
    shared = {v for k, v in vars(names).items() if k.isupper() and isinstance(v, str) and "_" in k}
    for path in TEMPLATES.rglob("*"):
        if path.is_file() and "extensions" in str(path):
            text = re.sub(r"<<.*?>>|^;.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
            words = set(re.findall(r"[A-Z][A-Z_]{5,}", text))
            assert not words & shared, path


@pytest.mark.parametrize(
    ("hours", "rule"),
    [
        ({"days": "weekdays", "start": "08:30", "end": "17:30"}, "08:30-17:30,mon-fri"),
        ({"days": "every", "start": "06:00", "end": "24:00"}, "06:00-23:59,*"),
    ],
)
def test_hours_shorter_than_round_the_clock_are_kept_in_beijing_time(
    hours: dict[str, str], rule: str
) -> None:
    text = rendered(site(hours=hours))["extensions.conf"]
    assert f"GotoIfTime({rule},*,*,Asia/Shanghai?open)" in text
    assert "GotoIfTime" not in rendered()["extensions.conf"]


def test_asterisk_shows_the_media_server_a_secret_and_tries_once() -> None:
    """A caller waits in silence while it tries."""
    line = section(rendered()["websocket_client.conf"], names.SPEECH_LINE, "websocket_client")
    assert line["uri"] == "ws://127.0.0.1:21005/media"
    assert line["password"] == speech_secret("5e" * 32)
    assert int(line["reconnect_attempts"]) * int(line["connection_timeout"]) <= 1000
