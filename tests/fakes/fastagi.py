"""A FastAGI server for tests: real bytes on a real port, each session run by the test's own
function. It stands in for our `agi` process, and for the one who decides on the carrier's side.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Callable
from typing import Self


class SessionEndedError(Exception):
    """The channel is gone."""


class AgiSession:
    """One AGI session, in AGI's own words."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._file = line.makefile("rwb")
        self.environment: dict[str, str] = {}
        while text := self._read():
            key, _, value = text.partition(": ")
            self.environment[key] = value

    @property
    def script(self) -> str:
        return self.environment.get("agi_network_script", "")

    def command(self, text: str) -> str:
        """Send one command, return its answer line."""
        try:
            self._file.write(text.encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise SessionEndedError from error
        answer = self._read()
        while answer.startswith("100"):
            answer = self._read()
        if not answer.startswith("200"):
            raise SessionEndedError(answer)
        return answer

    def set(self, name: str, value: str) -> None:
        self.command(f'SET VARIABLE {name} "{value}"')

    def get(self, expression: str) -> str:
        """The value of a `${…}` expression."""
        answer = self.command(f'GET FULL VARIABLE "{expression}"')
        found = re.search(r"\((.*)\)$", answer)
        return found[1] if found else ""

    def execute(self, application: str, arguments: str = "") -> str:
        return self.command(f'EXEC {application} "{arguments}"')

    def wait_until_gone(self) -> None:
        """Say nothing until the other side closes."""
        while self._line.recv(4096):
            pass

    def _read(self) -> str:
        try:
            data = self._file.readline()
        except OSError as error:
            raise SessionEndedError from error
        if not data:
            raise SessionEndedError
        return data.decode("utf-8", "replace").rstrip("\r\n")


class FakeFastAgi:
    """Listens on `port`; gives every session to `play` in a thread of its own."""

    def __init__(self, port: int, play: Callable[[AgiSession], None]) -> None:
        self._play = play
        self._server = socket.create_server(("127.0.0.1", port), backlog=64)
        self._lines: list[socket.socket] = []
        self.scripts: list[str] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()

    def die(self) -> None:
        """As kill -9 would: the port and every session are gone at once."""
        for line in [self._server, *self._lines]:
            _end(line)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self._lines.append(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        try:
            session = AgiSession(line)
            self.scripts.append(session.script)
            self._play(session)
        except (SessionEndedError, OSError):
            pass
        finally:
            _end(line)


def _end(line: socket.socket) -> None:
    """Close for good, whoever still holds the descriptor."""
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
