"""People from the command line, and an audit that many hands write at once."""

import io
import sys
import threading
from datetime import datetime

import pytest

from ticketing.__main__ import main
from ticketing.database import Database
from ticketing.errors import InvalidInput
from ticketing.people.audit import list_audit, record_audit, verify_audit
from ticketing.people.person import process
from ticketing.people.sessions import SignedOut
from ticketing.people.tokens import find_program
from ticketing.people.users import NewUser, add_user, list_users
from ticketing.records.people import AuditEntry, User
from ticketing.seats import take_seat


def _typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_user_is_added_with_a_typed_password(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is printed that was typed, and it need not be changed."""
    _typed(monkeypatch, "correct-horse-9\n")
    words = ["user", "add", "bob", "鲍勃", "--role", "agent", "--extension", "1001"]
    assert main([*words, "--database", database_url]) == 0
    with database.reading() as session:
        user = session.query(User).one()
    assert (user.login, user.extension, user.must_change_password) == ("bob", "1001", False)
    assert "correct-horse-9" not in user.password_hash


def test_without_a_typed_password_one_is_made_and_told_once(
    database: Database,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It must be changed at the first sign-in; a reset works the same way."""
    _typed(monkeypatch, "")
    assert main(["user", "add", "bob", "鲍勃", "--role", "agent", "--database", database_url]) == 0
    first = capsys.readouterr().out.rpartition("：")[2].strip()
    assert main(["user", "reset", "bob", "--database", database_url]) == 0
    second = capsys.readouterr().out.rpartition("：")[2].strip()
    assert len(first) == len(second) == 19
    assert first != second
    with database.reading() as session:
        assert session.query(User).one().must_change_password
        assert first not in str([row.detail for row in list_audit(session, None, 100)])


def test_what_cannot_be_is_refused_with_an_exit_code(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Weak password, taken login, unknown user, unknown token."""
    place = ["--database", database_url]
    _typed(monkeypatch, "short\n")
    assert main(["user", "add", "bob", "鲍勃", "--role", "agent", *place]) == 1
    assert "密码至少" in capsys.readouterr().err
    _typed(monkeypatch, "")
    assert main(["user", "add", "bob", "鲍勃", "--role", "agent", *place]) == 0
    assert main(["user", "add", "bob", "鲍勃", "--role", "agent", *place]) == 1
    assert main(["user", "add", "BOB!", "鲍勃", "--role", "agent", *place]) == 1
    assert main(["user", "reset", "alice", *place]) == 1
    assert main(["token", "revoke", "none", *place]) == 1


def test_a_token_opens_until_it_is_revoked(
    database: Database, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its key is printed once and stored as a hash."""
    place = ["--database", database_url]
    assert main(["token", "add", "12345", "--role", "program", *place]) == 0
    key = capsys.readouterr().out.strip()
    with database.reading() as session:
        assert find_program(session, key)[0].login == "token:12345"
    assert main(["token", "revoke", "12345", *place]) == 0
    with database.reading() as session, pytest.raises(SignedOut):
        find_program(session, key)


def test_the_demo_may_be_loaded_twice(database: Database, database_url: str) -> None:
    """A second start adds nobody and changes nothing."""
    for _ in range(2):
        assert main(["setup", "--database", database_url]) == 0
        assert main(["demo", "--database", database_url]) == 0
    with database.reading() as session:
        logins = [user.login for user in list_users(session, None, 100)]
    assert {"agent1", "agent2", "leader", "dispatcher", "unit1", "unit2"} <= set(logins)
    assert {"authority", "province", "visitor", "inspector", "auditor", "admin"} <= set(logins)
    assert len(logins) == len(set(logins)) == 13


def test_a_new_installation_gets_one_administrator(
    database: Database, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told once; a second setup says nothing and changes nothing."""
    assert main(["setup", "--database", database_url]) == 0
    assert "admin" in capsys.readouterr().out
    assert main(["setup", "--database", database_url]) == 0
    assert capsys.readouterr().out == ""
    with database.reading() as session:
        admin = session.query(User).one()
    assert (admin.roles, admin.must_change_password) == (["admin"], True)


def test_many_hands_write_one_whole_chain(database: Database, moment: datetime) -> None:
    """Twenty threads at once: no row has the same predecessor as another."""

    def write(n: int) -> None:
        for step in range(5):
            with database.transaction() as session:
                detail = {"step": step, "text": '引号" 换行\n 🚕', "share": 0.1}
                record_audit(
                    session, moment, process(f"p{n}"), "test", "thing", str(n), detail=detail
                )

    threads = [threading.Thread(target=write, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.query(AuditEntry).count() == 100
        assert verify_audit(session) is None


@pytest.mark.parametrize("column", ["who", "what", "reason", "subject_key", "address", "hash"])
def test_an_edited_row_breaks_the_chain_at_itself(
    database: Database, moment: datetime, column: str
) -> None:
    """Whatever was edited; and a row taken out breaks it at its follower."""
    with database.transaction() as session:
        ids = [
            record_audit(session, moment, process("p"), "test", "thing", str(n)).id
            for n in range(5)
        ]
    with database.transaction() as session:
        setattr(session.get_one(AuditEntry, ids[2]), column, "edited")
    with database.reading() as session:
        assert verify_audit(session) == ids[2]
    with database.transaction() as session:
        session.delete(session.get_one(AuditEntry, ids[2]))
    with database.reading() as session:
        assert verify_audit(session) == ids[3]


def test_a_cut_off_end_shows_against_a_hash_kept_elsewhere(
    database: Database, moment: datetime
) -> None:
    """The chain alone cannot tell; the last hash on paper can."""
    with database.transaction() as session:
        rows = [
            record_audit(session, moment, process("p"), "test", "thing", str(n)) for n in range(3)
        ]
        last_id, last_hash = rows[-1].id, rows[-1].hash
    with database.reading() as session:
        assert verify_audit(session, last_hash) is None
    with database.transaction() as session:
        session.delete(session.get_one(AuditEntry, last_id))
    with database.reading() as session:
        assert verify_audit(session) is None
        assert verify_audit(session, last_hash) == last_id


def test_who_has_no_queue_may_sit_down_to_call_out(database: Database, moment: datetime) -> None:
    """A return visitor needs a telephone, not callers; who has queues must choose one."""
    with database.transaction() as session:
        by = process("test")
        visitor = add_user(
            session, moment, by, NewUser("v1", "回", ["revisit_agent"], "", "11"), ""
        )
        agent_user = NewUser("a1", "话", ["agent"], "", "12", ["common"])
        agent = add_user(session, moment, by, agent_user, "")
    with database.transaction() as session:
        seated = take_seat(session, moment, visitor.id, [], "browser")
        assert seated.session is not None
        assert seated.session.queues == []
        with pytest.raises(InvalidInput):
            take_seat(session, moment, agent.id, [], "browser")
