"""A caller's channel in typed words: play, wait for a key, record, variables.

Every method raises CallerGone once the call is over, whatever form the end took: a closed
connection, HANGUP, 511, a result of -1 on a channel that is no longer up, or an Asterisk that does
not answer. What failed while the caller is still there raises CommandFailed.
"""

import logging
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from agi.protocol import Agi, AGIAppError, AGIError, AGIHangup, Answer
from agi.watchdog import Watchdog
from agi.wire import LineFlooded, LineSilent
from ivr_flows.interfaces import KEYS, CallerGone

R = TypeVar("R")

log = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 10.0
"""Asterisk answers a command in milliseconds; a loaded box gets this much more."""

UP: Final = 6
"""CHANNEL STATUS of a channel that is answered and not hung up."""

_SECONDS: Final = re.compile(r"\d{1,6}(\.\d+)?")

LENT_ANSWER: Final = 2
"""Seconds within which who borrows a caller must answer."""
LENT_SLACK: Final = 4.0
"""What the borrower may need for its own thoughts."""

TONE: Final = "1000/400"
TONE_SECONDS: Final = 0.4

SAMPLES_PER_SECOND: Final = 8_000
BYTES_PER_SECOND: Final = 16_000
WAV_HEADER: Final = 44


class CommandFailed(Exception):
    """Asterisk refused or could not do it; the caller is still there."""

    def __init__(self, command: str, answer: str) -> None:
        super().__init__(f"{command}: {answer}")
        self.command = command
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a recording."""

    seconds: float
    key: str | None
    gone: bool


class Channel:
    """One caller's channel for the time of one AGI script."""

    def __init__(self, agi: Agi) -> None:
        self._agi = agi
        self._gone = False
        self._watchdog = Watchdog(None, self._set_timeout)

    @property
    def script(self) -> str:
        """Path of the FastAGI URL without its query."""
        return self._agi.env.get("agi_network_script", "").partition("?")[0].strip("/")

    @property
    def uniqueid(self) -> str:
        return self._agi.env.get("agi_uniqueid", "")

    def play(self, sound: Path, keys: str) -> str | None:
        """Plays a wav file; the first of `keys` stops it and is returned."""
        seconds = _length(sound)
        self._watchdog.expect(seconds)
        name = self._agi.quote(sound.with_suffix(""))
        return _key(self._ask(seconds, "STREAM FILE", name, self._agi.quote(keys)))

    def play_and_wait(self, sound: Path, keys: str, seconds: float) -> str | None:
        """As `play`, then waits for one of `keys`, in one command.

        Between two commands Asterisk reads the channel and throws away what it reads: a key
        pressed just as the words end would be lost.
        """
        whole = _length(sound) + seconds
        self._watchdog.expect(whole)
        name = self._agi.quote(sound.with_suffix(""))
        waiting = (self._agi.quote(keys), round(seconds * 1000))
        return _key(self._ask(whole, "GET OPTION", name, *waiting))

    def lend(self, destination: str, sound: Path, seconds: float) -> None:
        """Connects the caller with `destination` until it gives them back.

        It plays `sound` and takes at most `seconds` after it; Asterisk itself ends what is longer.
        """
        whole = _length(sound) + seconds + LENT_SLACK
        self._watchdog.expect(whole)
        data = f"{destination},{LENT_ANSWER},gS({math.ceil(whole)})"
        self._ask(whole + LENT_ANSWER, "EXEC", "Dial", self._agi.quote(data))

    def wait_key(self, seconds: float) -> str | None:
        self._watchdog.expect(seconds)
        return _key(self._ask(seconds, "WAIT FOR DIGIT", round(seconds * 1000)))

    def record(self, file: Path, limit: float, silence: float, keys: str) -> Recorded:
        """A tone, then records to a wav file until a key, `silence`, `limit` or a hang-up."""
        self._watchdog.expect(limit + TONE_SECONDS)
        quoted = self._agi.quote
        wanted = (quoted(file.with_suffix("")), "wav", quoted(keys), round(limit * 1000))
        began: float | None = None
        try:
            self._tone()
            began = time.monotonic()
            answer = self._ask(limit, "RECORD FILE", *wanted, 0, f"s={max(1, round(silence))}")
        except CallerGone:
            return Recorded(time.monotonic() - began if began else 0.0, None, gone=True)
        samples = answer.get("endpos", ("0", ""))[0]
        seconds = int(samples) / SAMPLES_PER_SECOND if samples.isdigit() else 0.0
        return Recorded(seconds, _key(answer), gone=False)

    def _tone(self) -> None:
        """RECORD FILE's own BEEP needs a sound file of Asterisk's, which we do not ship."""
        self._application("Playtones", TONE)
        self._application("Wait", str(TONE_SECONDS))
        self._application("StopPlaytones", "")

    def _application(self, name: str, data: str) -> None:
        self._ask(TONE_SECONDS, "EXEC", name, self._agi.quote(data))

    def variables(self, *wanted: str) -> list[str]:
        """Several at once; only the last one's value may hold a `|`."""
        text = "|".join(f"${{{name}}}" for name in wanted)
        told = self._guarded(
            0, "GET FULL VARIABLE", lambda: str(self._agi.get_full_variable(text) or "")
        )
        values = told.split("|", len(wanted) - 1)
        return [*values, *[""] * (len(wanted) - len(values))]

    def watch(self, *limits: str) -> None:
        """Begins the watch within the first of `limits` (seconds) that is given."""
        given = [float(limit) for limit in limits if _SECONDS.fullmatch(limit)]
        remaining = next((seconds for seconds in given if seconds > 0), None)
        self._watchdog = Watchdog(remaining, self._set_timeout)

    def set_variable(self, name: str, value: str) -> None:
        self._guarded(0, "SET VARIABLE", lambda: self._agi.set_variable(name, value))

    def gosub(self, context: str, *arguments: str) -> None:
        """Runs a dialplan subroutine (`context`,s,1) to its Return."""
        self._ask(0, "GOSUB", context, "s", 1, self._agi.quote(",".join(arguments)))

    def _ask(self, seconds: float, command: str, *arguments: object) -> Answer:
        return self._guarded(seconds, command, lambda: self._agi.execute(command, *arguments))

    def _guarded(self, seconds: float, command: str, do: Callable[[], R]) -> R:
        """Runs one command that may take `seconds`, and says what its failure means."""
        if self._gone:
            raise CallerGone
        self._agi.allow(seconds + ANSWER_SECONDS)
        try:
            return do()
        except (AGIHangup, LineFlooded) as end:
            self._gone = True
            raise CallerGone from end
        except LineSilent as silence:
            self._gone = True
            log.warning("Asterisk did not answer %s within %.0f s", command, silence.seconds)
            raise CallerGone from silence
        except AGIAppError as failure:
            self._look_alive()
            raise CommandFailed(command, str(failure)) from failure
        except (AGIError, ValueError) as failure:
            raise CommandFailed(command, str(failure)) from failure

    def _look_alive(self) -> None:
        """-1 means a failure or a hang-up; the channel's status tells which."""
        if self._guarded(0, "CHANNEL STATUS", self._agi.channel_status) != UP:
            self._gone = True
            raise CallerGone

    def _set_timeout(self, seconds: float) -> None:
        self.set_variable("TIMEOUT(absolute)", f"{seconds:.1f}")


_KEYS: Final = {str(ord(key)): key for key in KEYS}
"""A key as AGI answers it."""


def _length(sound: Path) -> float:
    """Seconds of a wav file; OSError when it is not there."""
    return max(0.0, (sound.stat().st_size - WAV_HEADER) / BYTES_PER_SECOND)


def _key(answer: Answer) -> str | None:
    """A recording that silence ended answers with a count of samples where a key would stand."""
    return _KEYS.get(answer["result"][0])
