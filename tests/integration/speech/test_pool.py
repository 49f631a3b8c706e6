"""Recognisers die, freeze and starve; callers never notice more than a menu by keys."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agi.speech.recognition.hearing import RecogniserLost
from agi.speech.recognition.model import ModelFacts, inspect
from agi.speech.recognition.pool import RecogniserPool
from agi.speech.recognition.process import WorkerTurn
from tests.speech_model.espeak import Espeak
from tests.speech_model.graph import MODEL
from tests.speech_model.lexicon import words
from tests.speech_model.telephone import at_line_rate
from tests.speech_model.utterances import quiet
from tests.waiting import until

FAKE = Path(__file__).parents[2] / "fakes" / "recogniser_process.py"
MENU = ("我要投诉出租车", "京哈高速路况", "人工服务", "工单进度")
SECOND_OF_SILENCE = bytes(16000)


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    return Espeak()


@pytest.fixture
def model() -> ModelFacts:
    return inspect(MODEL)


@pytest.fixture
async def pool(model: ModelFacts) -> AsyncIterator[RecogniserPool]:
    async with RecogniserPool(model, 2) as running:
        await until(lambda: running.ready == 2, 60)
        yield running


def sound(espeak: Espeak, phrase: str) -> bytes:
    """Words with blanks, in a plain voice."""
    pinyin = " ".join(words()[word][0].replace(" ", "") for word in phrase.split())
    speech = espeak.say(pinyin, speed=150)
    return quiet(at_line_rate(speech.sound, speech.rate)).round().astype("<i2").tobytes()


async def heard(turn: WorkerTurn, pcm: bytes, piece: int = 320) -> str:
    for at in range(0, len(pcm), piece):
        turn.feed(pcm[at : at + piece])
        await asyncio.sleep(0)
    await turn.settled()
    found = await turn.finish()
    return found[0].text if found else "(silence)"


async def test_words_are_heard_in_pieces_of_any_size_many_turns_at_once(
    pool: RecogniserPool, espeak: Espeak
) -> None:
    wanted = ["我要 投诉 出租车", "京哈 高速 路况", "人工 服务", "工单 进度"] * 3
    turns = [pool.begin(MENU) for _ in wanted]
    assert all(turns)
    sizes = (320, 321, 1, 4096)
    found = await asyncio.gather(
        *(
            heard(turn, sound(espeak, phrase), sizes[n % 4])
            for n, (turn, phrase) in enumerate(zip(turns, wanted, strict=True))
            if turn is not None
        )
    )
    assert found == [phrase.replace(" ", "") for phrase in wanted]


async def test_the_partial_text_comes_while_the_caller_speaks(
    pool: RecogniserPool, espeak: Espeak
) -> None:
    turn = pool.begin(MENU)
    assert turn is not None
    assert turn.partial == ""
    turn.feed(sound(espeak, "京哈 高速 路况"))
    await until(lambda: "京哈" in turn.partial)
    turn.abandon()
    turn.abandon()


async def test_foreign_words_and_silence_are_told_apart(
    pool: RecogniserPool, espeak: Espeak
) -> None:
    turn = pool.begin(MENU)
    assert turn is not None
    assert await heard(turn, sound(espeak, "快递 邮政 满意")) == ""
    turn = pool.begin(MENU)
    assert turn is not None
    assert await heard(turn, SECOND_OF_SILENCE) == "(silence)"


async def test_phrases_the_model_cannot_know_are_no_turn(pool: RecogniserPool) -> None:
    assert pool.begin(["饕餮"]) is None
    assert pool.begin([]) is None


async def test_a_killed_process_loses_its_own_turns_within_a_second_and_comes_again(
    pool: RecogniserPool, espeak: Espeak
) -> None:
    turns = [turn for turn in (pool.begin(MENU) for _ in range(8)) if turn]
    for turn in turns:
        turn.feed(SECOND_OF_SILENCE[:3200])
    first, second = pool.pids
    os.kill(first, signal.SIGKILL)
    answers = await asyncio.gather(
        *(asyncio.wait_for(turn.finish(), 5) for turn in turns), return_exceptions=True
    )
    lost = [answer for answer in answers if isinstance(answer, RecogniserLost)]
    assert len(lost) == 4
    assert all(not isinstance(a, BaseException) or isinstance(a, RecogniserLost) for a in answers)
    assert pool.is_ready, "the other process goes on"
    await until(lambda: len(pool.pids) == 2 and first not in pool.pids and pool.lost == 1, 60)
    assert second in pool.pids
    turn = pool.begin(MENU)
    assert turn is not None
    assert await heard(turn, sound(espeak, "人工 服务")) == "人工服务"


async def test_a_frozen_process_takes_no_new_turn_and_is_ended(model: ModelFacts) -> None:
    async with RecogniserPool(model, 1) as pool:
        await until(lambda: pool.is_ready, 60)
        turn = pool.begin(MENU)
        assert turn is not None
        frozen = pool.pids[0]
        os.kill(frozen, signal.SIGSTOP)
        turn.feed(SECOND_OF_SILENCE)
        await until(lambda: pool.begin(MENU) is None)
        with pytest.raises(RecogniserLost):
            await asyncio.wait_for(turn.finish(), 5)
        await until(lambda: pool.pids and pool.pids[0] != frozen and pool.is_ready, 60)
        with pytest.raises(ProcessLookupError):
            os.kill(frozen, 0)


def fake(mode: str) -> tuple[str, ...]:
    return (sys.executable, str(FAKE), mode)


async def test_a_process_that_falls_behind_takes_no_new_turn(
    model: ModelFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    async with RecogniserPool(model, 1, command=lambda _: fake("slow")) as pool:
        await until(lambda: pool.is_ready, 60)
        turn = pool.begin(MENU)
        assert turn is not None
        turn.feed(bytes(1280 * 3))
        await until(lambda: pool.begin(MENU) is None)


async def test_a_full_process_takes_no_more_turns_until_one_is_over(
    model: ModelFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    async with RecogniserPool(model, 1, command=lambda _: fake("slow")) as pool:
        await until(lambda: pool.is_ready, 60)
        turns = [pool.begin(MENU) for _ in range(5)]
        assert all(turns)
        assert pool.begin(MENU) is None
        assert turns[0] is not None
        turns[0].abandon()
        assert pool.begin(MENU) is not None


@pytest.mark.parametrize("mode", ["nonsense", "dies"])
async def test_a_process_that_is_no_recogniser_is_started_again_and_again(
    model: ModelFacts, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    async with RecogniserPool(model, 1, command=lambda _: fake(mode)) as pool:
        await until(lambda: pool.lost >= 2, 60)


async def test_a_spent_process_is_replaced_when_its_turns_are_over(model: ModelFacts) -> None:
    async with RecogniserPool(model, 1, most_served=3) as pool:
        await until(lambda: pool.is_ready, 60)
        first = pool.pids
        turns = [pool.begin(MENU) for _ in range(3)]
        assert pool.begin(MENU) is None
        for turn in turns:
            assert turn is not None
            await turn.finish()
        await until(lambda: pool.pids and pool.pids != first and pool.is_ready, 60)
        assert pool.lost == 0


async def test_no_process_outlives_the_server(model: ModelFacts) -> None:
    async with RecogniserPool(model, 2) as pool:
        await until(lambda: len(pool.pids) == 2)
        pids = pool.pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_a_16_khz_model_is_fed_doubled_sound(tmp_path: Path) -> None:
    """A copy that says 16 kHz: it understands nothing rightly, but libvosk must take the sound."""
    other = tmp_path / "vosk-test-16k"
    shutil.copytree(MODEL, other)
    settings_file = other / "conf" / "mfcc.conf"
    settings_file.write_text(settings_file.read_text().replace("=8000", "=16000"))
    facts = inspect(other)
    assert (facts.rate, facts.fed_rate) == (16000, 16000)
    async with RecogniserPool(facts, 1) as pool:
        await until(lambda: pool.is_ready, 60)
        turn = pool.begin(MENU)
        assert turn is not None
        turn.feed(SECOND_OF_SILENCE)
        await turn.settled()
        assert isinstance(await turn.finish(), tuple)
        assert pool.lost == 0


PHRASE = st.lists(
    st.one_of(st.text(max_size=6), st.sampled_from([*words(), "[unk]", "<eps>", "[]", "{}", '"'])),
    max_size=4,
).map("".join)


@given(steps=st.lists(st.lists(PHRASE, max_size=5), min_size=100, max_size=300))
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_phrases_whatever_end_a_real_vosk(steps: list[list[str]]) -> None:
    async def all_turns() -> int:
        async with RecogniserPool(inspect(MODEL), 1) as pool:
            await until(lambda: pool.is_ready, 60)
            for phrases in steps:
                if (turn := pool.begin(phrases)) is not None:
                    turn.feed(bytes(1600))
                    await turn.settled()
                    await turn.finish()
            return pool.lost

    assert asyncio.run(all_turns()) == 0
