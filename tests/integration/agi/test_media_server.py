"""The media server between a call's thread and Asterisk, both played by fakes on real sockets."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSServerHandshakeError
from aiohttp.test_utils import TestServer

from agi.speech.client import SpeechAway, SpeechClient
from agi.speech.media.feeder import Words
from agi.speech.media.server import MediaServer
from agi.speech.media.session import Session
from agi.speech.media.turn import Turn
from agi.speech.turns import TurnResult, TurnWish
from ivr_flows.interfaces import Guess, Listening
from tests.asterisk.sound import tone, write_wav
from tests.fakes.asterisk_media import AsteriskMedia
from tests.fakes.recognisers import FakeRecognisers, Mood
from tests.fakes.throat import pause, pcm, vowel
from tests.waiting import until

SECRET = "5e" * 16
SPEECH = pcm(pause(0.2), vowel(0.5))


class House:
    """A server, its recognisers, and the two who talk to it."""

    def __init__(self, folder: Path, server: MediaServer, listening: TestServer) -> None:
        self.server = server
        assert isinstance(server.recognisers, FakeRecognisers)
        self.recognisers = server.recognisers
        self.url = str(listening.make_url("")).rstrip("/")
        self.client = SpeechClient(listening.port or 0, SECRET)
        self.sound = folder / "words.wav"
        write_wav(self.sound, tone(500.0, seconds=30.0))
        self.session = ClientSession()

    async def begin(self, wait: float = 1.0) -> str:
        wish = TurnWish("hl1-1", self.sound, Listening(("人工", "路况"), wait, 3.0))
        return await asyncio.to_thread(self.client.begin, wish)

    async def end(self, turn: str) -> TurnResult:
        return await asyncio.to_thread(self.client.end, turn)

    def asterisk(self, turn: str, secret: str = SECRET) -> AsteriskMedia:
        return AsteriskMedia(self.session, self.url, turn, secret)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    server = MediaServer(FakeRecognisers(), SECRET)
    async with TestServer(server.application()) as listening:
        house = House(tmp_path, server, listening)
        async with house.session:
            yield house


async def test_words_come_back_with_what_was_said(house: House) -> None:
    turn = await house.begin()
    async with house.asterisk(turn) as asterisk:
        await asterisk.carries(SPEECH)
        await asyncio.wait_for(asterisk.closed.wait(), 10)
    result = await house.end(turn)
    assert (result.guesses, result.keys, result.fault) == ((Guess("人工", 0.9),), "", "")
    assert result.said == bytes(house.recognisers.begun[0].pcm)
    assert asterisk.flushed
    assert house.server.turns == 0


async def test_a_long_sentence_is_sent_in_small_messages_and_never_far_ahead(house: House) -> None:
    """Asterisk closes the socket over 64 KiB, and drops without a word what exceeds 20 seconds."""
    turn = await house.begin()
    async with house.asterisk(turn) as asterisk:
        await until(lambda: len(asterisk.words) >= 8 * 16_000)
        assert max(asterisk.messages) <= 32_000
        assert len(asterisk.words) < 12 * 16_000
        await asterisk.presses("1")


async def test_sending_stops_while_asterisk_says_so(house: House) -> None:
    turn = await house.begin()
    async with house.asterisk(turn) as asterisk:
        await asterisk.tells("MEDIA_XOFF")
        await until(lambda: len(asterisk.words) >= 32_000)
        await asyncio.sleep(0.1)
        sent = len(asterisk.words)
        await asterisk.tells("MEDIA_XON")
        await asterisk.presses("1")
        assert sent <= 10 * 16_000


async def test_the_first_key_ends_the_turn_and_later_ones_are_told_too(house: House) -> None:
    turn = await house.begin()
    async with house.asterisk(turn) as asterisk:
        await asterisk.presses("3")
        await asterisk.presses("0")
        await asyncio.wait_for(asterisk.closed.wait(), 10)
    assert await house.end(turn) == TurnResult(keys="30")


async def test_silence_after_the_words_is_an_empty_result(house: House) -> None:
    turn = await house.begin(wait=0.2)
    async with house.asterisk(turn) as asterisk:
        await asterisk.has_played()
        await asyncio.wait_for(asterisk.closed.wait(), 10)
    assert await house.end(turn) == TurnResult()


async def test_speech_that_gives_no_words_is_something_that_was_not_understood(
    house: House,
) -> None:
    house.recognisers.mood = Mood.EMPTY
    turn = await house.begin()
    async with house.asterisk(turn) as asterisk:
        await asterisk.carries(SPEECH)
        await asyncio.wait_for(asterisk.closed.wait(), 10)
    assert (await house.end(turn)).guesses == (Guess("", 0.0),)


@pytest.mark.parametrize("mood", [Mood.SLOW, Mood.LOST])
async def test_a_recogniser_in_trouble_gives_the_line_back(house: House, mood: Mood) -> None:
    house.recognisers.mood = mood
    turn = await house.begin()
    async with house.asterisk(turn) as asterisk:
        await asterisk.carries(SPEECH)
        await asyncio.wait_for(asterisk.closed.wait(), 10)
    result = await house.end(turn)
    assert (result.guesses, bool(result.fault)) == ((), True)


async def test_a_full_server_says_so_and_is_asked_again_at_once(house: House) -> None:
    house.recognisers.mood = Mood.FULL
    for _ in range(2):
        with pytest.raises(SpeechAway, match="503"):
            await house.begin()
    house.recognisers.mood = Mood.WELL
    await house.begin()


async def test_a_caller_who_hangs_up_has_said_something_too(house: House) -> None:
    turn = await house.begin()
    async with house.asterisk(turn) as asterisk:
        await asterisk.carries(SPEECH)
    result = await house.end(turn)
    assert (bool(result.fault), len(result.said) > 8_000) == (True, True)
    assert house.recognisers.begun[0].abandoned


async def test_a_turn_nobody_connects_for_is_no_turn(house: House) -> None:
    turn = await house.begin()
    assert (await house.end(turn)).fault
    with pytest.raises(WSServerHandshakeError):
        async with house.asterisk(turn):
            pass
    assert house.recognisers.begun[0].abandoned


async def test_a_turn_is_good_for_one_connection(house: House) -> None:
    turn = await house.begin()
    async with house.asterisk(turn) as first:
        with pytest.raises(WSServerHandshakeError) as refused:
            async with house.asterisk(turn):
                pass
        assert refused.value.status == 404
        await first.presses("1")


async def test_nobody_without_the_secret_gets_in(house: House) -> None:
    turn = await house.begin()
    with pytest.raises(WSServerHandshakeError) as refused:
        async with house.asterisk(turn, secret="guess"):
            pass
    assert refused.value.status == 403
    for method, path in (("POST", "/turns"), ("DELETE", f"/turns/{turn}")):
        async with house.session.request(method, f"{house.url}{path}", data=b"{}") as answer:
            assert answer.status == 403
    async with house.session.get(f"{house.url}/media?turn={turn}") as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "told",
    ["", "{}", "[]", "null", '{"event": 5}', '{"event": "DTMF_END"}', '{"event": "DTMF_END", '],
)
async def test_odd_messages_are_passed_over(house: House, told: str) -> None:
    turn = await house.begin()
    async with house.asterisk(turn) as asterisk:
        line = asterisk._line
        assert isinstance(line, ClientWebSocketResponse)
        await line.send_str(told)
        await line.send_bytes(b"\x00")
        await asterisk.presses("1")
        await asyncio.wait_for(asterisk.closed.wait(), 10)
    result = await house.end(turn)
    assert (result.keys, result.fault) == ("1", "")


@pytest.mark.parametrize(
    "wish",
    [b"", b"null", b"{}", json.dumps({"phrases": [], "wait": 1, "longest": 1}).encode()],
)
async def test_odd_wishes_are_refused(house: House, wish: bytes) -> None:
    headers = {"X-Hotline-Speech": SECRET}
    async with house.session.post(f"{house.url}/turns", data=wish, headers=headers) as answer:
        assert answer.status == 400


async def test_a_sentence_without_its_sound_is_refused(house: House) -> None:
    house.sound.unlink()
    with pytest.raises(SpeechAway, match="400"):
        await house.begin()


async def test_turns_leave_nothing_behind(house: House) -> None:
    """Not even until the next collection of garbage: a turn holds a sentence's sound."""
    gc.collect()
    gc.disable()
    try:
        for number in range(30):
            turn = await house.begin()
            async with house.asterisk(turn) as asterisk:
                if number % 3 == 0:
                    await asterisk.carries(SPEECH)
                elif number % 3 == 1:
                    await asterisk.presses("5")
                await (asyncio.sleep(0) if number % 3 == 2 else asterisk.closed.wait())
            result = await house.end(turn)
            assert (bool(result.guesses), result.keys, bool(result.fault)) == (
                number % 3 == 0,
                "5" if number % 3 == 1 else "",
                number % 3 == 2,
            )
        await asyncio.sleep(0.1)
        kept = [type(one) for one in gc.get_objects() if isinstance(one, (Session, Words, Turn))]
    finally:
        gc.enable()
    assert house.server.turns == 0
    assert all(hearing.abandoned for hearing in house.recognisers.begun)
    assert kept == []
