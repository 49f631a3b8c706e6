"""Passwords derived from the installation's one secret: nothing derived is stored anywhere."""

import hashlib
import hmac


def seat_password(installation: str, extension: str) -> str:
    """The SIP password of a seat (or of the public test phone): 32 hex digits."""
    return _derived(installation, f"seat:{extension}")


def watcher_secret(installation: str) -> str:
    """The AMI secret of the read-only user `watcher` (health check, tests)."""
    return _derived(installation, "ami:watcher")


def speech_secret(installation: str) -> str:
    """What Asterisk and the calls' threads show to the media server."""
    return _derived(installation, "speech")


def _derived(installation: str, purpose: str) -> str:
    return hmac.new(installation.encode(), purpose.encode(), hashlib.sha256).hexdigest()[:32]
