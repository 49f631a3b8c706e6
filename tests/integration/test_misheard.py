"""Misunderstood turns: found, counted by step, labelled for good, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from tests.fakes.clock import MovableClock
from ticketing.calls import facts
from ticketing.database import Database
from ticketing.errors import NotFound
from ticketing.menu.misheard import (
    Misheard,
    TurnFilter,
    label_turn,
    labelled_turns,
    labels_of,
    misheard_turns,
    reasons_of,
    sounds_of,
    step_counts,
    turns_query,
)
from ticketing.people.person import process
from ticketing.recordings import ledger
from ticketing.records.calls import CallStep
from ticketing.records.recordings import Recording
from ticketing.records.speech import SpeechLabel

NO = ("不是", "不对")
NOBODY = process("test")
MORNING = datetime(2026, 11, 24, 1, tzinfo=UTC)
ANY = TurnFilter()


class Turns:
    """Makes steps of one call as the telephone tells them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seq = 0

    def spoke(
        self, said: str, outcome: str, kind: str = "listen", step: str = "main", heard: int = 1
    ) -> datetime:
        """When the step began; `heard` stretches were recorded in it."""
        self._seq += 1
        at = MORNING + timedelta(minutes=self._seq)
        with self._database.transaction() as session:
            taken = facts.Step(
                "run", self._seq, "12328", "7", step, kind, outcome=outcome, said=said, seconds=20
            )
            facts.step_taken(session, "t-1.1", at, taken)
            for turn in range(heard):
                stretch = ledger.Stretch(
                    f"t-1.1-{self._seq}{turn}-speech", "t-1.1", ledger.SPEECH, "caller"
                )
                ledger.announce(session, stretch, at + timedelta(seconds=3 + turn))
        return at


@pytest.fixture
def turns(database: Database) -> Turns:
    made = Turns(database)
    made.spoke("路况", "road")
    made.spoke("…", "gone")
    made.spoke("路况 不是 投诉 是", "complaint", heard=4)
    made.spoke("… … …", "1", heard=3)
    made.spoke("人工", "person", step="other")
    made.spoke("•••••• 不是", "person", kind="digits", step="card")
    made.spoke("", "person", step="silent", heard=0)
    return made


def test_whatever_went_wrong_is_listed_newest_first_with_its_reasons(
    database: Database, turns: Turns
) -> None:
    """What was understood, what was only pressed and sensitive entries are not in the list."""
    with database.reading() as session:
        found = misheard_turns(session, ANY, NO, None, 10)
        assert [(one.said, reasons_of(one, NO)) for one in found] == [
            ("人工", [Misheard.PERSON]),
            ("… … …", [Misheard.UNKNOWN, Misheard.KEYS]),
            ("路况 不是 投诉 是", [Misheard.DENIED]),
            ("…", [Misheard.UNKNOWN]),
        ]
        page = misheard_turns(session, ANY, NO, None, 2)
        assert list(misheard_turns(session, ANY, NO, page[-1].id, 2)) == list(found[2:])
        for reason in Misheard:
            narrowed = misheard_turns(session, TurnFilter(reason), NO, None, 10)
            assert list(narrowed) == [one for one in found if reason in reasons_of(one, NO)]
        other = misheard_turns(session, TurnFilter(flow="12328", step="other"), NO, None, 10)
        assert [one.said for one in other] == ["人工"]


def test_steps_are_counted_over_whole_days(database: Database, turns: Turns) -> None:
    with database.reading() as session:
        day = timedelta(days=1)
        main, other = step_counts(session, MORNING, MORNING + day, NO)
        assert (main.step, main.spoken, main.misheard) == ("main", 4, 3)
        assert main.by_reason == {
            Misheard.UNKNOWN: 2,
            Misheard.DENIED: 1,
            Misheard.KEYS: 1,
            Misheard.PERSON: 0,
        }
        assert (other.step, other.by_reason[Misheard.PERSON]) == ("other", 1)
        assert step_counts(session, MORNING + day, MORNING + 2 * day, NO) == []


def test_each_turn_has_the_sounds_of_its_own_time(database: Database, turns: Turns) -> None:
    with database.reading() as session:
        found = misheard_turns(session, ANY, NO, None, 10)
        sounds = sounds_of(session, found)
        assert [len(sounds[one.id]) for one in found] == [1, 3, 4, 1]
        assert len({one.id for many in sounds.values() for one in many}) == 9


def test_the_last_words_of_a_step_are_not_the_next_ones(database: Database) -> None:
    """They are told when they are over, a moment before the next step begins."""
    soon = MORNING + timedelta(seconds=8)
    with database.transaction() as session:
        for seq, (at, seconds, stretch) in enumerate(
            ((MORNING, 8, "l-1-speech"), (soon, 5, "")), 1
        ):
            taken = facts.Step(
                "run",
                seq,
                "12328",
                "7",
                "main",
                "listen",
                said="…",
                seconds=seconds,
                stretch=stretch,
            )
            facts.step_taken(session, "t-1.1", at, taken)
        for name, at in (("l-1-speech", soon - timedelta(seconds=0.01)), ("l-2-speech", soon)):
            stretch = ledger.Stretch(name, "t-1.1", ledger.SPEECH, "x.wav", "caller")
            ledger.announce(session, stretch, at)
    with database.reading() as session:
        second, first = misheard_turns(session, ANY, NO, None, 10)
        sounds = sounds_of(session, [first, second])
        assert [one.stretch for one in sounds[first.id]] == ["l-1-speech"]
        assert [one.stretch for one in sounds[second.id]] == ["l-2-speech"]


def test_a_label_is_added_never_changed(
    database: Database, turns: Turns, clock: MovableClock
) -> None:
    """Who listened again writes again; the newest counts, both stand with who and when."""
    with database.transaction() as session:
        step = misheard_turns(session, TurnFilter(Misheard.DENIED), NO, None, 1)[0]
        sound = sounds_of(session, [step])[step.id][0]
        other = misheard_turns(session, TurnFilter(Misheard.PERSON), NO, None, 1)[0]
        label_turn(session, clock.now(), NOBODY, step.id, sound.id, "我要投诉")
        label_turn(session, clock.now(), NOBODY, step.id, sound.id, "我要投诉出租车")
        with pytest.raises(NotFound):
            label_turn(session, clock.now(), NOBODY, other.id, sound.id, "不是这一步的录音")
    with database.reading() as session:
        assert labels_of(session, [sound.id])[sound.id].said == "我要投诉出租车"
        assert session.query(SpeechLabel).count() == 2
        for labelled in (True, False):
            narrowed = misheard_turns(session, TurnFilter(labelled=labelled), NO, None, 10)
            assert (step.id in {one.id for one in narrowed}) == labelled
    for act in (update(SpeechLabel).values(said="别的"), delete(SpeechLabel)):
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(act)


def test_nobody_listens_to_a_sensitive_entry_again(
    database: Database, turns: Turns, clock: MovableClock
) -> None:
    with database.transaction() as session:
        secret = session.query(CallStep).filter(CallStep.step == "card").one()
        sound = sounds_of(session, [secret])[secret.id][0]
        with pytest.raises(NotFound):
            label_turn(session, clock.now(), NOBODY, secret.id, sound.id, "六个数字")


def test_the_set_has_the_newest_labels_of_sounds_that_are_there(
    database: Database, turns: Turns, clock: MovableClock
) -> None:
    with database.transaction() as session:
        found = misheard_turns(session, ANY, NO, None, 10)
        sounds = sounds_of(session, found)
        first, gone, last = (sounds[found[at].id][0] for at in (0, 1, 2))
        for step, sound, said in ((0, first, "接人工"), (1, gone, "嗯"), (2, last, "")):
            label_turn(session, clock.now(), NOBODY, found[step].id, sound.id, said)
        label_turn(session, clock.now(), NOBODY, found[0].id, first.id, "我找人工")
        kept = update(Recording).where(Recording.id.in_([first.id, last.id]))
        session.execute(kept.values(state="stored"))
    with database.reading() as session:
        told = [(one.recording.id, one.said) for one in labelled_turns(session, 10)]
        assert told == [(first.id, "我找人工"), (last.id, "")]
        assert len(labelled_turns(session, 1)) == 1


def test_the_list_is_read_from_the_few_steps_with_words(database: Database, turns: Turns) -> None:
    with database.reading() as session:
        if not database.is_sqlite:  # so small a table is otherwise read without any index
            session.execute(text("SET LOCAL enable_seqscan = off"))
        made = turns_query(ANY, NO, 1000, 50).compile(
            database.engine, compile_kwargs={"literal_binds": True}
        )
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = session.connection().exec_driver_sql(f"{explain} {made}").all()
        assert "ix_call_step_spoken" in str(plan)
