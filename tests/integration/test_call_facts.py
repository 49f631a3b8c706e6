"""Facts of a call: told twice, late, early or at once, they leave the same rows."""

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from ticketing.calls import facts, views
from ticketing.database import Database
from ticketing.errors import NotFound
from ticketing.records.calls import Call, CallStep, News, Talk
from ticketing.records.people import User

KEY = "hotline1-1795307311.31"
Fact = Callable[[Session], object]


def whole_call(start: datetime, key: str = KEY) -> list[Fact]:
    """A call through menu, queue, a seat that does not answer, a talk, a transfer, a rating."""

    def at(seconds: float) -> datetime:
        return start + timedelta(seconds=seconds)

    def step(seq: int, seconds: float, pressed: str) -> Fact:
        taken = facts.Step(
            "run-1", seq, "main", "v7", f"s{seq}", "menu", "主菜单", pressed, "chosen"
        )
        return lambda s: facts.step_taken(s, key, at(seconds), taken)

    return [
        lambda s: facts.call_began(s, key, at(0), callref="c-1", dialled="12328", entry="12328"),
        lambda s: facts.call_began(s, key, at(0.2), caller_number="13912345678"),
        lambda s: facts.notice_played(s, key, at(3), version="n1", whole=True),
        step(1, 4, "2"),
        step(2, 6, "0"),
        lambda s: facts.flow_ended(s, key, at(7), flow="main", flow_version="v7", ending="queue"),
        lambda s: facts.queued(s, key, at(7.1), queue="general", reason="flow"),
        lambda s: facts.talk_rung(s, key, f"{key}l1", at(8), extension="1001", queue="general"),
        lambda s: facts.talk_ended(s, key, f"{key}l1", at(18), reason="unanswered"),
        lambda s: facts.talk_rung(s, key, f"{key}l2", at(20), extension="1002", queue="general"),
        lambda s: facts.talk_answered(s, key, f"{key}l2", at(22), extension="1002"),
        lambda s: facts.talk_ended(s, key, f"{key}l2", at(60)),
        lambda s: facts.talk_ended(s, key, f"{key}l2", at(60), reason="transfer"),
        lambda s: facts.queued(s, key, at(60.5), queue="expert", reason="flow"),
        lambda s: facts.talk_answered(s, key, f"{key}l3", at(63), extension="1001", queue="expert"),
        lambda s: facts.talk_ended(s, key, f"{key}l3", at(90), reason="caller", extension="1001"),
        lambda s: facts.rating_given(s, key, at(95), rating=5),
        lambda s: facts.call_ended(s, key, at(96)),
    ]


def rows(database: Database, key: str = KEY) -> dict[str, list[dict[str, Any]]]:
    """Everything the facts left of one call, without row numbers and the call's key."""
    unlike = {"id", "key", "call_key", "leg"}
    found = {}
    with database.reading() as session:
        for record, of_call, order in (
            (Call, Call.key, Call.key),
            (CallStep, CallStep.call_key, CallStep.seq),
            (Talk, Talk.call_key, Talk.leg),
        ):
            names = [a.key for a in inspect(record).column_attrs if a.key not in unlike]
            every = session.scalars(select(record).where(of_call == key).order_by(order)).all()
            found[record.__tablename__] = [{n: getattr(row, n) for n in names} for row in every]
    return found


def people(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        for seat in ("1001", "1002"):
            session.add(
                User(
                    login=f"agent{seat}",
                    name=f"坐席{seat}",
                    password_hash="x",
                    roles=["agent"],
                    extension=seat,
                    created_at=moment,
                )
            )


def test_any_order_and_any_repetition_gives_the_same_rows(
    database: Database, moment: datetime
) -> None:
    """What the telephone told live and what the worker tells after a crash is one story."""
    people(database, moment)
    chance = random.Random(12328)
    expected: dict[str, list[dict[str, Any]]] | None = None
    for number in range(12):
        key = f"call-{number}"
        told = whole_call(moment, key)
        if expected is not None:
            told = told + chance.choices(told, k=6)
            chance.shuffle(told)
        for fact in told:
            with database.transaction() as session:
                fact(session)
        left = rows(database, key)
        if expected is None:
            expected = left
        assert left == expected
    assert expected is not None
    call = expected["call"][0]
    assert (call["outcome"], call["queue"], call["rating"]) == ("talked", "general", 5)
    assert call["connected_at"] == moment + timedelta(seconds=22)
    assert [talk["end_reason"] for talk in expected["talk"]] == [
        "unanswered",
        "transfer",
        "caller",
    ]


def test_what_is_told_again_changes_nothing_and_is_no_news(
    database: Database, moment: datetime
) -> None:
    """Screens are not rung twice for one thing."""
    for _ in range(3):
        for fact in whole_call(moment):
            with database.transaction() as session:
                fact(session)
    with database.reading() as session:
        topics = session.scalars(select(News.topic)).all()
    assert topics.count("call.step") == 2
    assert topics.count("call.ended") == 1
    assert topics.count("call.answered") == 2
    assert topics.count("call.rated") == 1


def test_sixteen_tellers_at_once_make_one_call(database: Database, moment: datetime) -> None:
    """agi, its spool and the worker may all be first."""
    failures: list[BaseException] = []

    def tell_all(seed: int) -> None:
        told = whole_call(moment)
        random.Random(seed).shuffle(told)
        try:
            for fact in told:
                with database.transaction() as session:
                    fact(session)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=tell_all, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    left = rows(database)
    assert [len(left[name]) for name in ("call", "call_step", "talk")] == [1, 2, 3]
    assert left["call"][0]["outcome"] == "talked"


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ([], "abandoned"),
        (["queued"], "abandoned"),
        (["step"], "self_service"),
        (["step", "queued"], "abandoned"),
        (["transfer"], "transferred"),
        (["queued", "talk"], "talked"),
    ],
)
def test_the_outcome_follows_from_what_happened(
    database: Database, moment: datetime, told: list[str], outcome: str
) -> None:
    """Who hung up while waiting is not counted as served."""
    step = facts.Step("run-1", 1, "main", "v7", "s1", "say")
    known: dict[str, Fact] = {
        "queued": lambda s: facts.queued(s, KEY, moment, queue="general", reason="flow"),
        "step": lambda s: facts.step_taken(s, KEY, moment, step),
        "transfer": lambda s: facts.flow_ended(
            s, KEY, moment, flow="main", flow_version="v7", ending="transfer"
        ),
        "talk": lambda s: facts.talk_answered(s, KEY, "l-1", moment, extension="1001"),
    }
    with database.transaction() as session:
        facts.call_ended(session, KEY, moment)
        for name in told:
            known[name](session)
    with database.reading() as session:
        assert views.one_call(session, KEY).call.outcome == outcome


def test_hostile_text_is_kept_as_far_as_it_fits(database: Database, moment: datetime) -> None:
    """A caller id of ten kilobytes, NUL or half a character does not lose the call."""
    with database.transaction() as session:
        facts.call_began(session, KEY, moment, caller_number="\x00'; DROP--\ud83d" + "9" * 10_000)
    with database.reading() as session:
        number = views.one_call(session, KEY).call.caller_number
    assert len(number) == 32
    assert number.startswith("'; DROP--?9")


def test_the_list_turns_pages_without_loss_or_repetition(
    database: Database, moment: datetime
) -> None:
    """Newest first, narrowed by what was asked, while new calls come in."""
    for number in range(7):
        with database.transaction() as session:
            caller = "13900000001" if number % 2 else "13900000002"
            facts.call_began(session, f"k-{number}", moment, caller_number=caller)
    seen: list[str] = []
    after: int | None = None
    with database.reading() as session:
        while True:
            page = views.list_calls(session, views.CallFilter(), after=after, limit=3)
            seen += [call.key for call in page.calls]
            after = page.next
            if after is None:
                break
        wanted = views.CallFilter(caller_number="13900000001", since=moment)
        odd = views.list_calls(session, wanted).calls
        past = views.caller_past(session, "13900000002", without="k-6")
    assert seen == [f"k-{number}" for number in reversed(range(7))]
    assert [call.key for call in odd] == ["k-5", "k-3", "k-1"]
    assert [call.key for call in past.calls] == ["k-4", "k-2", "k-0"]


def test_a_call_nobody_knows_is_not_found(database: Database) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        views.one_call(session, "nobody")
