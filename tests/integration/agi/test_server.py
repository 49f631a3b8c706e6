"""The server among strangers, in a crowd, and at its end."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.fakes.agi_house import AgiHouse
from tests.fakes.asterisk_side import AsteriskSide
from tests.waiting import wait_until
from ticketing.database import Database
from ticketing.records.calls import Call, CallStep

CROWD = 500


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[AgiHouse]:
    with AgiHouse(tmp_path, database) as house:
        yield house


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.0\r\n\r\n",
        b"\xff\xfe\x00\n\n",
        "agi_calleridname: 沈".encode()[:-1],
        b"agi_request: agi://x/12328\nagi_network_script: ../../etc/passwd\n\n",
        b"x" * 200_000,
    ],
)
def test_a_stranger_costs_one_line_in_the_log_and_no_thread(
    house: AgiHouse, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", house.port), timeout=10) as stranger:
        try:
            stranger.sendall(sent)
            stranger.shutdown(socket.SHUT_WR)
            stranger.recv(1000)
        except OSError:
            pass  # the server may be done with us before we are done sending
    wait_until(lambda: house.server.active == 0)
    assert AsteriskSide(house.port, "12328", acts=["0"]).run()["FLOW_RESULT"] == "queue"
    assert len([w for w in warnings(caplog) if "not a call" in w or "no script" in w]) <= 1
    assert not [w for w in warnings(caplog) if "Traceback" in w]


def test_garbage_instead_of_an_answer_ends_the_call_and_only_it(house: AgiHouse) -> None:
    side = AsteriskSide(house.port, "12328")
    side.header()
    side._connection.sendall("\x00垃圾\n".encode() * 100)
    wait_until(lambda: house.server.active == 0)
    side.close()
    assert AsteriskSide(house.port, "12328", acts=["0"]).run()["FLOW_RESULT"] == "queue"


def test_a_callers_name_cannot_speak_to_the_dialplan(house: AgiHouse, database: Database) -> None:
    """Quotes, ${…}, four-byte characters and ten thousand bytes arrive as text or not at all."""
    hostile = '1380"; ${SHELL(id)} \\ 𠮷' + "9" * 10_000
    side = AsteriskSide(house.port, "12328", caller=hostile, acts=["3"])
    told = side.run()
    assert told["FLOW_RESULT"] == "queue"
    assert not [c for c in side.commands if "SHELL" in c]
    with database.reading() as session:
        kept = session.scalars(select(Call.caller_number)).one()
    assert hostile.startswith(kept)


def test_five_hundred_callers_are_served_at_once(house: AgiHouse, database: Database) -> None:
    """All of them are in the menu at the same time, each row and step is written once."""
    together = threading.Barrier(CROWD, timeout=120)
    results: list[str] = []

    def one(number: int) -> None:
        side = AsteriskSide(house.port, "12328", key=f"pbx1-{number}.1", acts=["3"], seconds=120)
        waited = False

        def meet(command: str) -> None:
            nonlocal waited
            if command.startswith("GET OPTION") and not waited:
                waited = True
                together.wait()

        side.on_command = meet
        results.append(side.run().get("FLOW_RESULT", ""))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert results == ["queue"] * CROWD
    wait_until(lambda: house.bookkeeping.unwritten() == 0, 60)
    with database.reading() as session:
        assert session.scalar(select(func.count(Call.id))) == CROWD
        doubled = (
            select(CallStep.call_key)
            .where(CallStep.step == "main")
            .group_by(CallStep.call_key)
            .having(func.count() != 1)
        )
        assert session.scalars(doubled).all() == []


def test_beyond_the_ceiling_a_caller_is_sent_on_at_once(
    tmp_path: Path, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The connection is closed, FLOW_RESULT stays empty: the dialplan queues the caller."""
    with AgiHouse(tmp_path, database, ceiling=2) as house:
        waiting = [AsteriskSide(house.port, "12328", key=f"pbx1-{n}.1") for n in range(2)]
        for side in waiting:
            side.header()
        wait_until(lambda: house.server.active == 2)
        for number in range(2, 5):
            began = time.monotonic()
            assert AsteriskSide(house.port, "12328", key=f"pbx1-{number}.1").run() == {}
            assert time.monotonic() - began < 5
        assert len([w for w in warnings(caplog) if "at once" in w]) == 1
        for side in waiting:
            side.close()
        wait_until(lambda: house.server.active == 0)
        assert AsteriskSide(house.port, "12328", acts=["0"]).run()["FLOW_RESULT"] == "queue"


def test_at_the_end_calls_may_finish_and_others_are_handed_over(
    tmp_path: Path, database: Database
) -> None:
    """Nobody is kept by a process that stops: what is not over goes on in the dialplan."""
    with AgiHouse(tmp_path, database) as house:
        stuck = AsteriskSide(house.port, "12328", key="pbx1-9.9")
        stuck.header()
        wait_until(lambda: house.server.active == 1)
        house.server.stop_accepting()
        wait_until(lambda: refused(house.port))
        began = time.monotonic()
        house.stop(0.5)
        assert time.monotonic() - began < 10
        assert "FLOW_RESULT" not in stuck.answer_commands()
    assert not list(house.spool.glob("*.jsonl"))


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionError:
        return True
    return False
