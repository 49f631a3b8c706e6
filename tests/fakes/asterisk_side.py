"""Asterisk's side of FastAGI, played from a script: real bytes over a real socket.

`acts` says what the caller does, one act each time there is a chance: a key, `QUIET` (a wait passes
in silence), `HANGS_UP`. Without acts the caller is silent for ever.
"""

import re
import shlex
import socket
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Final

QUIET: Final = "~"
HANGS_UP: Final = "×"


class AsteriskSide:
    """One call's AGI script as Asterisk sees it; `run` ends when the script does."""

    def __init__(
        self,
        port: int,
        script: str,
        *,
        key: str = "pbx1-1700000000.1",
        caller: str = "13800001111",
        acts: Iterable[str] = (),
        seconds: float = 30.0,
    ) -> None:
        self.variables = {
            "CHANNEL(linkedid)": key,
            "CALLREF": "0b5fd4b6-6b0e-4f7e-9c58-0d3d2a3d9a11",
            "CALLERID(num)": caller,
            "DIALLED": "12328",
            "TIMEOUT(absolute)": "900.000",
        }
        self.played: list[str] = []
        self.commands: list[str] = []
        self.gosubs: list[list[str]] = []
        self.recorded: list[str] = []
        self.told: dict[str, str] = {}
        """Variables the script set, in the order it first set them."""
        self.on_command: Callable[[str], None] = lambda _command: None
        """Called with each command before it is answered."""
        self._acts = deque(acts)
        self._header = {
            "agi_network": "yes",
            "agi_network_script": script,
            "agi_request": f"agi://127.0.0.1:{port}/{script}",
            "agi_channel": "PJSIP/carrier-00000001",
            "agi_language": "zh",
            "agi_type": "PJSIP",
            "agi_uniqueid": key,
            "agi_version": "22.10.1",
            "agi_callerid": caller or "unknown",
            "agi_calleridname": "unknown",
        }
        self._connection = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self._lines = self._connection.makefile("rb")

    def header(self, **changes: str) -> None:
        """Sends the header."""
        lines = [f"{name}: {value}" for name, value in {**self._header, **changes}.items()]
        self._connection.sendall("\n".join([*lines, "", ""]).encode())

    def run(self) -> Mapping[str, str]:
        """Plays the call to its end and returns what the script told the dialplan."""
        self.header()
        return self.answer_commands()

    def answer_commands(self) -> Mapping[str, str]:
        """Answers until the script closes, or the caller hangs up."""
        try:
            while line := self._lines.readline():
                command = line.decode().rstrip("\n")
                self.commands.append(command)
                self.on_command(command)
                answer = self._answer(shlex.split(command))
                if answer is None:
                    break
                self._connection.sendall(answer.encode() + b"\n")
        except ConnectionError:
            pass  # the script's process died: Asterisk sees the same
        self.close()
        return self.told

    def close(self) -> None:
        self._lines.close()
        self._connection.close()

    def _answer(self, words: list[str]) -> str | None:
        match words:
            case ["GET", "FULL", "VARIABLE", text]:
                known = self.variables
                value = re.sub(r"\$\{([^{}]*)\}", lambda m: known.get(m[1], ""), text)
                return f"200 result=1 ({value})"
            case ["SET", "VARIABLE", name, value]:
                self.told[name] = value
                return "200 result=1"
            case ["STREAM", "FILE", name, keys, *_]:
                self.played.append(name)
                return self._act(keys, "endpos=8000")
            case ["GET", "OPTION", name, keys, _milliseconds]:
                self.played.append(name)
                into_words = self._acts and self._acts[0] != QUIET
                return self._act(keys if into_words else None, "endpos=8000")
            case ["WAIT", "FOR", "DIGIT", _milliseconds]:
                return self._act(None, "")
            case ["RECORD", "FILE", name, "wav", keys, *_]:
                self.recorded.append(name)
                return self._recording(keys)
            case ["GOSUB", *arguments]:
                self.gosubs.append(arguments)
                return "200 result=0 Gosub complete"
            case ["EXEC", *_]:
                return "200 result=0"
            case ["CHANNEL", "STATUS"]:
                return "200 result=6"
            case _:
                return "510 Invalid or unknown command"

    def _recording(self, keys: str) -> str | None:
        """Ended by silence, the result is a count of samples, as Asterisk 22 answers it."""
        if self._acts and self._acts[0] == QUIET:
            self._acts.popleft()
            return "200 result=1200000 (timeout) endpos=1200000"
        return self._act(keys, "(dtmf) endpos=40000")

    def _act(self, keys: str | None, rest: str) -> str | None:
        """`keys`: those that stop a sound; None: every key counts, and waiting takes its turn."""
        act = self._acts[0] if self._acts else QUIET
        if act == HANGS_UP:
            return None
        if act == QUIET:
            if keys is None and self._acts:
                self._acts.popleft()
            return f"200 result=0 {rest}".strip()
        if keys is not None and act not in keys:
            return f"200 result=0 {rest}".strip()
        return f"200 result={ord(self._acts.popleft())} {rest}".strip()
