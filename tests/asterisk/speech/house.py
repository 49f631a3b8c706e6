"""Speech turns on a real exchange: our `Caller` for each call, a media server that can be hurt."""

import json
import os
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agi.caller import TelephoneCaller
from agi.channel import Channel
from agi.protocol import Agi
from agi.server import Server
from agi.speech.client import SpeechAway, SpeechClient
from agi.speech.guard import Guard
from agi.speech.turns import TurnWish
from agi.wire import Wire
from asterisk_conf import names
from asterisk_conf.names import FlowResult
from asterisk_conf.secrets import speech_secret
from asterisk_conf.tree import Asterisk
from ivr_flows.interfaces import CallerGone, Heard, Listening, Sentence
from tests.asterisk.carrier_files import TRUNK
from tests.asterisk.menu.house import menu_site
from tests.asterisk.pbx import HotlinePbx, throwaway_settings
from tests.asterisk.sound import tone, write_wav
from tests.fakes.recognisers import Mood
from tests.waiting import free_ports, wait_for
from ticketing import migrations
from ticketing.database import Database

Play = Callable[[TelephoneCaller, str], object]
"""What a call does, given its caller and their number."""

PHRASES = ("京哈高速", "人工", "投诉出租车")
LISTENING = Listening(PHRASES, wait=3.0, longest=8.0)
LONG, SHORT, THANKS, ENDLESS = "long", "short", "thanks", "endless"
TONES = {
    LONG: (430.0, 1710.0, 12.0),
    SHORT: (530.0, 1830.0, 1.0),
    THANKS: (630.0, 1930.0, 1.0),
    ENDLESS: (730.0, 2030.0, 28.0),
}
"""Our words are pairs of tones; a caller's telephone gives none of them back."""


class MediaProcess:
    """The media server under its guard, as the supervisor would run it."""

    def __init__(self, port: int, secret: str, state: Path) -> None:
        self._port, self._secret, self._state = port, secret, state
        self._guard: Guard | None = None
        self._thread: threading.Thread | None = None

    @property
    def pid(self) -> int:
        assert self._guard is not None
        return self._guard.pid

    @property
    def is_over(self) -> bool:
        return self._thread is None or not self._thread.is_alive()

    def start(self, mood: Mood = Mood.WELL) -> None:
        arguments = [str(self._port), self._secret, str(self._state), mood]
        self._run([sys.executable, "-m", "tests.fakes.media_process", *arguments])

    def start_with(self, model: Path, installation: str) -> None:
        """The real recognisers, as an installation's settings name them."""
        settings = self._state / "speech.json"
        told = {
            "state": str(self._state),
            "ports": {"speech": self._port},
            "secrets": {"installation": installation},
            "speech": {"model": str(model)},
            "database": f"sqlite:///{self._state / 'messages.db'}",
            "paths": {"vault": str(self._state)},
        }
        settings.write_text(json.dumps(told), "utf-8")
        database = Database(str(told["database"]))
        migrations.upgrade(database)
        database.close()
        media = [sys.executable, "-m", "agi.speech.media", "--settings", str(settings), "--beat"]
        self._run(media)

    def _run(self, command: list[str]) -> None:
        self._guard = Guard(command)
        self._thread = threading.Thread(target=self._guard.watch, daemon=True)
        self._thread.start()
        wait_for("the media server listens", self._listens, seconds=60)

    def hears(self) -> bool:
        """Whether a turn could begin now."""
        sound = self._state / "nothing.wav"
        write_wav(sound, tone(500.0, seconds=0.1))
        client = SpeechClient(self._port, self._secret, rest=0.0)
        try:
            client.end(client.begin(TurnWish("look", sound, LISTENING)))
        except SpeechAway:
            return False
        return True

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def stop(self) -> None:
        if self._guard is not None and self._thread is not None:
            self._guard.ask_to_stop()
            self._thread.join(20)
            self._guard = self._thread = None


class SpeechHouse:
    """Each call runs `play` on its `Caller`; what it returns is in `heard`."""

    def __init__(self, pbx: HotlinePbx, media: MediaProcess, sounds: Path) -> None:
        self.pbx, self.media = pbx, media
        self._sounds = sounds
        self.play: Play = lambda _caller, _number: None
        self.heard: queue.Queue[object] = queue.Queue()
        self.gone = 0
        secret = speech_secret(pbx.settings.installation_secret)
        self.client = SpeechClient(pbx.settings.speech_port, secret, rest=0.5)
        self._server = Server("127.0.0.1", pbx.settings.fastagi_port, self._answer, ceiling=200)
        self._thread = threading.Thread(target=self._server.serve, args=(lambda: None,))
        for name, (low, high, seconds) in TONES.items():
            write_wav(self.sound(name), tone(low, high, seconds=seconds))

    def sound(self, text: str) -> Path:
        return self._sounds / f"{text}.wav"

    def start(self) -> None:
        self._thread.start()

    def wait_for_ears(self) -> None:
        """The model is loaded."""
        wait_for("the model is loaded", self.media.hears, seconds=120)

    def stop(self) -> None:
        self._server.stop_accepting()
        self._thread.join(10)
        self._server.finish(1.0)

    def result(self, seconds: float = 20) -> object:
        return self.heard.get(timeout=seconds)

    def result_heard(self, seconds: float = 20) -> Heard:
        found = self.result(seconds)
        assert isinstance(found, Heard), found
        return found

    @contextmanager
    def _spoken(self, sentence: Sentence) -> Iterator[Path]:
        yield self.sound(sentence.text)

    def _answer(self, connection: socket.socket) -> None:
        channel = Channel(Agi(Wire(connection, 5.0)))
        key, menu, limit, number = channel.variables(
            "CHANNEL(linkedid)", names.MENU_SECONDS, "TIMEOUT(absolute)", "CALLERID(num)"
        )
        channel.watch(menu, limit)
        monitor = self.pbx.settings.monitor
        caller = TelephoneCaller(channel, self._spoken, monitor, key, speech=self.client)
        try:
            self.heard.put(self.play(caller, number))
            channel.set_variable(names.FLOW_RESULT, FlowResult.HANGUP)
        except CallerGone:
            self.gone += 1
            self.heard.put(None)


@contextmanager
def speech_house(asterisk: Asterisk, state: Path, calls: int = 50) -> Iterator[SpeechHouse]:
    """Everything but the carrier, running; `calls` at once at most."""
    first = free_ports(4 * calls)
    settings = throwaway_settings(state, systemname="hs1", rtp=(first, first + 4 * calls - 1))
    pbx = HotlinePbx(asterisk, settings, menu_site(TRUNK, settings.carrier_port))
    pbx.start()
    media = MediaProcess(settings.speech_port, speech_secret(settings.installation_secret), state)
    house = SpeechHouse(pbx, media, state / "sounds")
    house.start()
    try:
        yield house
    finally:
        house.stop()
        media.stop()
        pbx.stop()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a step got that goes on by keys when it is deaf."""

    heard: Heard
    key: str | None
    seconds: float
    """From the call's turn to its answer by ear or to its deafness."""


def ask_whatever_happens(sentence: str) -> Play:
    """As the engine does: a turn, and the same question by keys when nobody could hear."""

    def play(caller: TelephoneCaller, _number: str) -> Answered:
        began = time.monotonic()
        heard = caller.listen(Sentence((sentence,)), LISTENING)
        seconds = time.monotonic() - began
        key = caller.ask(Sentence((SHORT,)), 20.0) if heard.deaf else heard.key
        return Answered(heard, key, seconds)

    return play


def ask(sentence: str, listening: Listening = LISTENING) -> Play:
    """One turn, and a word of thanks."""

    def play(caller: TelephoneCaller, _number: str) -> Heard:
        heard = caller.listen(Sentence((sentence,)), listening)
        caller.say(Sentence((THANKS,)), "")
        return heard

    return play
