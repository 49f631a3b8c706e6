"""What a call's thread pays when the media server is not what it should be: next to nothing."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agi.speech.client import SpeechAway, SpeechClient
from agi.speech.turns import TurnGarbage, TurnResult, TurnWish
from ivr_flows.interfaces import Guess, Listening
from tests.waiting import free_ports

WISH = TurnWish("hl1-1", Path("words.wav"), Listening(("人工",), 2.0, 5.0))


class Stranger:
    """Listens, counts who comes, and answers what it was told to, or nothing."""

    def __init__(self, answer: bytes | None) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.visits = 0
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._lines:
            line.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.visits += 1
            self._lines.append(line)
            if self._answer is not None:
                line.recv(65536)
                line.sendall(self._answer)
                line.close()


@pytest.fixture
def frozen() -> Iterator[Stranger]:
    stranger = Stranger(None)
    yield stranger
    stranger.close()


def test_a_server_that_is_down_is_found_out_at_once() -> None:
    client = SpeechClient(free_ports(1), "secret")
    with pytest.raises(SpeechAway):
        client.begin(WISH)


def test_a_frozen_server_costs_one_caller_and_the_next_ones_nothing(frozen: Stranger) -> None:
    client = SpeechClient(frozen.port, "secret", seconds=0.2, rest=60.0)
    for _ in range(20):
        with pytest.raises(SpeechAway):
            client.begin(WISH)
    assert frozen.visits == 1


def test_after_its_rest_a_server_is_asked_again(frozen: Stranger) -> None:
    client = SpeechClient(frozen.port, "secret", seconds=0.1, rest=0.0)
    for _ in range(3):
        with pytest.raises(SpeechAway):
            client.begin(WISH)
    assert frozen.visits == 3


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 500 + b"\r\n",
    ],
)
def test_whoever_answers_nonsense_is_no_ear(answer: bytes) -> None:
    stranger = Stranger(answer)
    with pytest.raises(SpeechAway):
        SpeechClient(stranger.port, "secret").end("0" * 32)
    stranger.close()


def test_a_turns_name_that_is_none_never_comes_near_asterisk() -> None:
    body = b"x),5,g)&Local/12395"
    head = f"HTTP/1.1 201 Created\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    stranger = Stranger(head + body)
    with pytest.raises(SpeechAway, match="no name"):
        SpeechClient(stranger.port, "secret").begin(WISH)
    stranger.close()


def test_wishes_and_results_come_through_as_they_were() -> None:
    result = TurnResult("1#", (Guess("京哈高速", 0.75), Guess("", 0.1)), "slow", b"\x01\x00\xff")
    assert TurnResult.from_json(result.to_json()) == result
    assert TurnWish.from_json(WISH.to_json()) == WISH


@pytest.mark.parametrize("data", [b"", b"[]", b'{"keys": 1}', b'{"phrases": "x"}', b"\xff"])
def test_garbage_is_told_from_wishes_and_results(data: bytes) -> None:
    for kind in (TurnWish, TurnResult):
        with pytest.raises(TurnGarbage):
            kind.from_json(data)
