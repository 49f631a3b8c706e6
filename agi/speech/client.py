"""The calls' side of the media server: three short questions over loopback, never a long wait.

A server that is down refuses at once; one that hangs costs one caller half a second, after which
nobody asks it for a while.
"""

import http.client
import logging
import re
import threading
import time
from typing import Final

from agi.speech.turns import SECRET_HEADER, TurnGarbage, TurnResult, TurnWish

log = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 0.5
"""The server answers in milliseconds; together with the dial's own limit a fault costs a second."""
REST_SECONDS: Final = 2.0


_NAME: Final = re.compile(r"[0-9a-f]{32}")
"""It becomes part of a command to Asterisk."""


class SpeechAway(Exception):
    """The media server cannot hear this turn; the step goes on by keys."""


class SpeechClient:
    """One media server as all calls' threads see it."""

    def __init__(
        self, port: int, secret: str, *, seconds: float = ANSWER_SECONDS, rest: float = REST_SECONDS
    ) -> None:
        """`rest`: how long nobody asks after a failure."""
        self._port, self._secret = port, secret
        self._seconds, self._rest = seconds, rest
        self._lock = threading.Lock()
        self._resting_until = 0.0

    def begin(self, wish: TurnWish) -> str:
        """Prepares a turn; returns what Asterisk must show to take it. Raises SpeechAway."""
        with self._lock:
            now = time.monotonic()
            if now < self._resting_until:
                raise SpeechAway("resting after a failure")
        status, answer = self._ask("POST", "/turns", wish.to_json())
        if status != http.HTTPStatus.CREATED:
            # It is there and says no (full, no recogniser): no reason to leave it alone.
            raise SpeechAway(f"{status}: {answer[:80].decode(errors='replace')}")
        name = answer.decode("ascii", errors="replace")
        if not _NAME.fullmatch(name):
            raise SpeechAway(f"no name of a turn: {name[:40]!r}")
        return name

    def end(self, turn: str) -> TurnResult:
        """What came of a turn, which is forgotten. Raises SpeechAway."""
        status, answer = self._ask("DELETE", f"/turns/{turn}", b"")
        if status != http.HTTPStatus.OK:
            raise SpeechAway(f"{status} for a turn's result")
        try:
            return TurnResult.from_json(answer)
        except TurnGarbage as garbage:
            raise SpeechAway(str(garbage)) from garbage

    def _ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {SECRET_HEADER: self._secret}
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._seconds)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._begin_rest(error)
            raise SpeechAway(repr(error)) from error
        finally:
            line.close()

    def _begin_rest(self, error: Exception) -> None:
        with self._lock:
            now = time.monotonic()
            if now >= self._resting_until:
                log.warning("no speech for %.0f s: %r", self._rest, error)
            self._resting_until = now + self._rest
