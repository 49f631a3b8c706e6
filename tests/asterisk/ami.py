"""A plain AMI client for tests: one action at a time, every event kept."""

import contextlib
import itertools
import socket
import threading
from collections.abc import Callable
from typing import Self

from tests.waiting import wait_for

Message = dict[str, str]


class Ami:
    """A logged-in AMI connection."""

    def __init__(self, port: int, user: str, secret: str, host: str = "127.0.0.1") -> None:
        self._socket = socket.create_connection((host, port), 10)
        self._socket.settimeout(None)
        self._ids = itertools.count(1)
        self._messages: list[Message] = []
        threading.Thread(target=self._read, daemon=True).start()
        self.action("Login", Username=user, Secret=secret)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def action(self, name: str, *variables: str, fails: bool = False, **fields: str) -> Message:
        """Send an action, return its response; AssertionError when it is not as expected."""
        number = f"t{next(self._ids)}"
        lines = [f"Action: {name}", f"ActionID: {number}"]
        lines += [f"{key}: {value}" for key, value in fields.items()]
        lines += [f"Variable: {variable}" for variable in variables]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = wait_for(
            f"answer to {name}",
            lambda: next(
                (
                    m
                    for m in list(self._messages)
                    if m.get("ActionID") == number and "Event" not in m
                ),
                None,
            ),
            pause=0.005,
        )
        assert fails or answer["Response"] in {"Success", "Goodbye"}, (name, fields, answer)
        return answer

    def events(self, name: str, since: int = 0) -> list[Message]:
        """Events of this name so far."""
        return [m for m in self._messages[since:] if m.get("Event") == name]

    def mark(self) -> int:
        """A place in the stream to look on from."""
        return len(self._messages)

    def wait_event(
        self,
        name: str,
        matches: Callable[[Message], bool] = lambda _: True,
        since: int = 0,
        seconds: float = 20,
    ) -> Message:
        """The first event of this name that matches."""
        return wait_for(
            f"event {name}",
            lambda: next((m for m in self.events(name, since) if matches(m)), None),
            seconds,
        )

    def _read(self) -> None:
        buffer = b""
        while True:
            try:
                data = self._socket.recv(65536)
            except OSError:
                return
            if not data:
                return
            buffer += data
            if buffer.startswith(b"Asterisk Call Manager"):
                _, _, buffer = buffer.partition(b"\r\n")
            while b"\r\n\r\n" in buffer:
                text, _, buffer = buffer.partition(b"\r\n\r\n")
                message: Message = {}
                for line in text.decode("utf-8", "replace").split("\r\n"):
                    key, _, value = line.partition(": ")
                    message.setdefault(key, value)
                self._messages.append(message)
