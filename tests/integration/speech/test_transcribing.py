"""Voice messages are written down by the callers' recognisers, while no caller needs them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from agi.speech.recognition.hearing import RecogniserLost
from agi.speech.recognition.model import inspect
from agi.speech.recognition.pool import RecogniserPool
from agi.speech.transcribing import Transcriber
from ivr_flows.prompts.sound import Sound, wav_bytes
from tests.fakes.clock import MovableClock
from tests.integration.speech.test_pool import MENU, sound
from tests.speech_model.espeak import Espeak
from tests.speech_model.graph import MODEL
from tests.waiting import until
from ticketing.calls import facts
from ticketing.database import Database
from ticketing.recordings import transcripts
from ticketing.records.recordings import Recording


@pytest.fixture
async def pool() -> AsyncIterator[RecogniserPool]:
    async with RecogniserPool(inspect(MODEL), 1) as running:
        await until(lambda: running.ready == 1, 60)
        yield running


class Messages:
    """Stored voice messages, the newest last."""

    def __init__(self, database: Database, vault: Path, clock: MovableClock) -> None:
        self._database, self._vault, self._clock = database, vault, clock
        self._count = 0

    def leave(self, data: bytes, kind: str = "message", **ago: float) -> int:
        self._count += 1
        name = f"{self._count}.wav"
        (self._vault / name).write_bytes(data)
        at = self._clock.now() - timedelta(**ago)
        with self._database.transaction() as session:
            facts.call_began(session, f"t-{self._count}.1", at, caller_number="13912345678")
            row = Recording(
                stretch=f"t-{self._count}.1-message",
                call_key=f"t-{self._count}.1",
                kind=kind,
                role="caller",
                state="stored",
                started_at=at,
                stored_path=name,
                retain_until=at.date() + timedelta(days=400),
            )
            session.add(row)
            session.flush()
            return row.id

    def words(self, *ids: int) -> list[str]:
        with self._database.reading() as session:
            found = transcripts.words_of(session, ids)
            return [found[one].text if one in found else "" for one in ids]


@pytest.fixture
def messages(database: Database, tmp_path: Path, clock: MovableClock) -> Messages:
    return Messages(database, tmp_path, clock)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 11, 28, tzinfo=UTC))


@pytest.fixture
def transcriber(
    pool: RecogniserPool, database: Database, tmp_path: Path, clock: MovableClock
) -> Transcriber:
    return Transcriber(pool, "vosk-test", database, tmp_path, clock)


def spoken(words: str) -> bytes:
    """A wav file with the words of a plain voice."""
    pcm = np.frombuffer(sound(Espeak(), words), "<i2")
    return wav_bytes(Sound(pcm.astype(np.float64) / 32768))


def key_tone() -> bytes:
    at = np.arange(4000) / 8000
    return wav_bytes(Sound(0.3 * (np.sin(2 * np.pi * 941 * at) + np.sin(2 * np.pi * 1477 * at))))


async def test_messages_are_written_down_newest_first_and_once(
    transcriber: Transcriber, messages: Messages
) -> None:
    older = messages.leave(spoken("京哈 高速 路况"), hours=2)
    newer = messages.leave(spoken("我要 投诉 出租车"))
    assert await transcriber.write_next()
    assert messages.words(older, newer) == ["", "我要投诉出租车"]
    assert await transcriber.write_next()
    assert messages.words(older, newer) == ["京哈高速路况", "我要投诉出租车"]
    assert not await transcriber.write_next()


async def test_what_holds_no_words_is_not_tried_for_ever(
    transcriber: Transcriber, messages: Messages
) -> None:
    """A broken file, a pressed key: nothing is shown, and the next message has its turn."""
    broken = messages.leave(b"no sound at all")
    pressed = messages.leave(key_tone())
    assert await transcriber.write_next()
    assert await transcriber.write_next()
    assert messages.words(broken, pressed) == ["", ""]
    assert not await transcriber.write_next()


async def test_conversations_and_old_messages_are_left_alone(
    transcriber: Transcriber, messages: Messages
) -> None:
    messages.leave(spoken("人工 服务"), kind="conversation")
    messages.leave(spoken("人工 服务"), days=40)
    assert not await transcriber.write_next()


async def test_a_caller_takes_the_place_at_once_and_the_message_waits(
    transcriber: Transcriber, messages: Messages, pool: RecogniserPool
) -> None:
    waiting = messages.leave(spoken("我要 投诉 出租车"))
    spare = pool.begin_spare()
    assert spare is not None
    caller = pool.begin(MENU)
    assert caller is not None
    with pytest.raises(RecogniserLost, match="caller"):
        await spare.finish()
    assert not await transcriber.write_next(), "somebody speaks"
    caller.abandon()
    assert await transcriber.write_next()
    assert messages.words(waiting) == ["我要投诉出租车"]


async def test_a_failing_database_ends_nothing(
    pool: RecogniserPool, tmp_path: Path, clock: MovableClock
) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    running = asyncio.create_task(Transcriber(pool, "m", empty, tmp_path, clock).run())
    await asyncio.sleep(0.3)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    empty.close()


def test_words_go_with_their_recording(
    database: Database, messages: Messages, clock: MovableClock
) -> None:
    """Also when the recording went while it was being written down."""
    one, gone = messages.leave(key_tone()), messages.leave(key_tone())
    with database.transaction() as session:
        assert transcripts.keep_words(session, clock.now(), one, "您好", "m")
        assert not transcripts.keep_words(session, clock.now(), one, "再见", "m")
        transcripts.forget_words(session, one)
        session.execute(update(Recording).where(Recording.id == gone).values(state="missing"))
    with database.transaction() as session:
        assert not transcripts.keep_words(session, clock.now(), gone, "您好", "m")
    assert messages.words(one, gone) == ["", ""]
