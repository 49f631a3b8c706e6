"""Passwords are hashed so that a stolen table helps little, and weak ones are not taken."""

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from ticketing.errors import InvalidInput
from ticketing.people.passwords import Passwords, check_policy, generate


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "short1!",
        "onlyletters",
        "13812345678",
        "aaaaaaaaaa1",
        "password123",
        "zhangsan-2026",
        "x1" * 70,
    ],
)
def test_weak_passwords_are_refused_with_the_reason(weak: str) -> None:
    """Too short, one kind of character, common, the login itself, too long."""
    with pytest.raises(InvalidInput) as refused:
        check_policy(weak, "zhangsan")
    assert all(finding.message for finding in refused.value.findings)


@pytest.mark.parametrize("good", ["correct-horse-9", "沈阳出租车热线一二三四8", "tR7#kq2!mm"])
def test_good_passwords_are_taken(good: str) -> None:
    """Chinese ones too."""
    check_policy(good, "zhangsan")


def test_generated_passwords_pass_the_policy_and_differ() -> None:
    """Nobody is given a password that he could not have chosen."""
    made = {generate() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check_policy(password, "zhangsan")


def test_a_hash_verifies_its_password_only() -> None:
    """argon2id, salted: the same password twice gives two hashes."""
    passwords = Passwords(PasswordHasher.from_parameters(CHEAPEST))
    first, second = passwords.hash("correct-horse-9"), passwords.hash("correct-horse-9")
    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.verify(first, "correct-horse-9")
    assert not passwords.verify(first, "correct-horse-8")
    assert not passwords.verify("not a hash", "correct-horse-9")
    assert not passwords.verify(first, "x" * 1000)


def test_no_user_is_no_password_whatever_is_typed() -> None:
    """The stand-in hash, which makes the time equal, opens nothing."""
    passwords = Passwords(PasswordHasher.from_parameters(CHEAPEST))
    assert not passwords.verify(None, "")
    assert not passwords.verify(None, "correct-horse-9")


def test_the_shipped_cost_is_what_rfc_9106_asks_of_a_small_machine() -> None:
    """64 MiB, three passes; read from the hash itself."""
    made = Passwords().hash("correct-horse-9")
    assert "m=65536,t=3" in made
