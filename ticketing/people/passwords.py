"""Passwords: hashed with argon2id, checked against the policy before they are taken.

Hashing costs tens of milliseconds of CPU on purpose: never inside a transaction, never on the
event loop.
"""

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ticketing.errors import Finding, InvalidInput

SHORTEST: Final = 10
LONGEST: Final = 128
"""Longer ones are refused before they cost anything."""

_COMMON: Final = frozenset(
    {
        "1234567890",
        "0123456789",
        "12345678910",
        "1q2w3e4r5t",
        "qwertyuiop",
        "password123",
        "password1234",
        "admin12328",
        "hotline12328",
        "jiaotong12328",
        "woaini1314520",
    }
)
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits nobody mistakes for one another when a password is read out."""


class Passwords:
    """Hashes and verifies; an unknown user costs as much time as a known one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        # RFC 9106's second recommendation with half its lanes: 64 MiB, three passes.
        self._hasher: Final = hasher or PasswordHasher(
            time_cost=3, memory_cost=65536, parallelism=2
        )
        self._nobody: Final = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` made `stored`; None (no such user) takes the same time."""
        if len(password) > LONGEST:
            return False
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None


def check_policy(password: str, login: str, field: str = "password") -> None:
    """Raises InvalidInput with every reason why the password is too weak."""
    reasons = []
    if len(password) < SHORTEST:
        reasons.append(f"密码至少{SHORTEST}个字符")
    if len(password) > LONGEST:
        reasons.append(f"密码最多{LONGEST}个字符")
    kinds = [any(map(kind, password)) for kind in (str.isalpha, str.isdigit)]
    kinds.append(any(not character.isalnum() for character in password))
    if sum(kinds) < 2:
        reasons.append("密码须包含字母、数字、符号中的至少两种")
    lowered = password.lower()
    if lowered in _COMMON or len(set(lowered)) < 5:
        reasons.append("密码过于常见，请换一个")
    if len(login) >= 4 and login.lower() in lowered:
        reasons.append("密码不能包含登录名")
    if reasons:
        raise InvalidInput(tuple(Finding(field, reason) for reason in reasons))


def generate() -> str:
    """A password to be told once and changed at the first sign-in: 4 groups of 4, 79 bits."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
