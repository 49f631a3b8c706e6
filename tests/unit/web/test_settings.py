"""What the desk reads at start, and what it refuses to start with."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent_desk.settings import SettingsError, read_settings

SMS = {"url": "https://sms.invalid/", "key": "hotline", "secret": "a shared secret"}


def _written(folder: Path, **changes: Any) -> Path:
    whole: dict[str, Any] = {
        "state": str(folder),
        "demo": False,
        "bind": "127.0.0.1",
        "systemname": "t",
        "database": "sqlite:///x.db",
        "ports": {"web": 1, "asterisk_http": 2, "ami": 3},
        "secrets": {"installation": "a secret root", "ami": "another secret"},
        "paths": {"site": "site.yaml", "vault": "vault", "prompts": "prompts", "flows": "flows"},
        "tls": None,
    }
    path = folder / "settings.json"
    path.write_text(json.dumps(whole | changes))
    return path


def test_a_demo_beyond_loopback_is_refused(tmp_path: Path) -> None:
    """Everybody knows its passwords."""
    for bind in ("0.0.0.0", "192.0.2.1", "::"):  # noqa: S104 (refused is the point)
        with pytest.raises(SettingsError):
            read_settings(_written(tmp_path, demo=True, bind=bind))
    for bind in ("127.0.0.1", "127.0.0.2", "::1", "localhost"):
        assert read_settings(_written(tmp_path, demo=True, bind=bind)).demo


def test_what_is_missing_or_wrong_is_named(tmp_path: Path) -> None:
    """One look at the message is enough to mend it."""
    with pytest.raises(SettingsError, match="vault"):
        read_settings(_written(tmp_path, paths={"site": "x"}))
    with pytest.raises(SettingsError, match="bind"):
        read_settings(_written(tmp_path, bind="not an address"))
    with pytest.raises(SettingsError, match=r"sms\.url"):
        read_settings(_written(tmp_path, sms=SMS | {"url": "gateway"}))
    with pytest.raises(SettingsError, match="key"):
        read_settings(_written(tmp_path, sms={"url": SMS["url"]}))


def test_a_gateway_signs_only_when_the_settings_say_so(tmp_path: Path) -> None:
    """Most do not, and a house without one asks nobody."""
    assert read_settings(_written(tmp_path)).sms is None
    for said, signs in (({}, False), ({"signs": False}, False), ({"signs": True}, True)):
        sms = read_settings(_written(tmp_path, sms=SMS | said)).sms
        assert sms is not None
        assert sms.signs is signs


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    """Logs and tracebacks print whole objects."""
    shown = repr(read_settings(_written(tmp_path, sms=SMS)))
    assert "secret" not in shown.replace("_secret", "")
    assert "x.db" not in shown


def test_the_origin_says_https_with_a_certificate(tmp_path: Path) -> None:
    """And writes an IPv6 address as a URL does."""
    tls = {"certificate": "/c.pem", "key": "/k.pem"}
    assert read_settings(_written(tmp_path)).origin == "http://127.0.0.1:1"
    assert read_settings(_written(tmp_path, bind="::1", tls=tls)).origin == "https://[::1]:1"
