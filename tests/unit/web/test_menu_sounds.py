"""Every sound of a version is made before it is published, and it is told how far that is."""

import asyncio
from concurrent.futures import CancelledError
from pathlib import Path
from threading import Event

import pytest

from agent_desk.menu.sounding import MenuSounds
from ivr_flows.prompts.espeak import VoiceError
from tests.menus import shipped_texts
from tests.waiting import until
from ticketing.errors import InvalidInput


class SlowVoice:
    """Waits before each sentence until it may go on; cannot say what holds 说不出."""

    def __init__(self) -> None:
        self.may_speak = Event()
        self.said: list[str] = []

    def file(self, text: str) -> Path:
        assert self.may_speak.wait(60)
        self.said.append(text)
        if "说不出" in text:
            raise VoiceError(text, "no such word")
        if "没地方" in text:
            raise OSError(28, "No space left on device")
        return Path(text)


async def test_how_far_it_is_can_be_seen_and_two_versions_wait_for_each_other() -> None:
    voice = SlowVoice()
    sounds = MenuSounds(voice)
    first = asyncio.create_task(sounds.make(7, shipped_texts()))
    second = asyncio.create_task(sounds.make(8, shipped_texts()))
    await until(lambda: sounds.progress is not None)
    assert sounds.progress is not None
    assert (sounds.progress.number, sounds.progress.done) == (7, 0)
    total = sounds.progress.total
    voice.may_speak.set()
    await first
    await second
    assert sounds.progress is None
    assert len(voice.said) == 2 * total
    sounds.close()


@pytest.mark.parametrize("words", ["说不出", "没地方"])
async def test_all_that_cannot_be_said_is_told_at_once(words: str) -> None:
    voice = SlowVoice()
    voice.may_speak.set()
    sounds = MenuSounds(voice)
    hello = f"flow: hello\ntitle: t\nsteps:\n  a: {{do: say, text: {words}甲。}}\n"
    hello += f"  b: {{do: hang_up, text: {words}乙。}}\n"
    with pytest.raises(InvalidInput) as refused:
        await sounds.make(7, shipped_texts(hello=hello))
    assert [f"“{words}{which}”" in str(refused.value) for which in "甲乙"] == [True, True]
    assert sounds.progress is None
    sounds.close()


async def test_a_desk_that_stops_does_not_wait_for_the_voice() -> None:
    voice = SlowVoice()
    sounds = MenuSounds(voice)
    making = asyncio.create_task(sounds.make(7, shipped_texts()))
    await until(lambda: sounds.progress is not None)
    closing = asyncio.create_task(asyncio.to_thread(sounds.close))
    await until(sounds._stopping.is_set)
    voice.may_speak.set()
    await closing
    with pytest.raises((CancelledError, asyncio.CancelledError)):
        await making
    assert len(voice.said) < 5
