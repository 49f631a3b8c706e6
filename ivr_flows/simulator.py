"""Walk a flow at a keyboard: what the caller would hear is printed, what they press is typed."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr_flows.interfaces import (
    KEYS,
    CallerGone,
    Guess,
    Heard,
    JournalEntry,
    Listening,
    Sentence,
    VoiceMessage,
)

HELP = "按键 0-9 * #，可一次输入几个；能听话的步骤可直接打字说话；直接回车表示不按；q 挂机。"


class TerminalCaller:
    """A caller whose telephone is a keyboard; keys typed together are pressed one by one."""

    def __init__(self, read: Callable[[str], str], write: Callable[[str], None]) -> None:
        self._read, self._write = read, write
        self._typed: list[str] = []
        self._gone = False

    def say(self, sentence: Sentence, keys: str) -> str | None:
        self._still_here()
        self._write(f"  » {sentence.text}")
        return self._typed.pop(0) if keys and self._typed else None

    def ask(self, sentence: Sentence, seconds: float) -> str | None:
        return self.say(sentence, KEYS) or self.wait_key(seconds)

    def listen(self, sentence: Sentence, listening: Listening) -> Heard:
        """Keys if the line is nothing but keys, else words, heard as they were typed."""
        if (key := self.say(sentence, KEYS)) is not None:
            return Heard(key=key)
        line = self._line(f"  （{listening.wait:g} 秒内说话或按键）> ")
        self._still_here()
        if line and set(line) <= set(KEYS):
            self._typed = list(line)
            return Heard(key=self._typed.pop(0))
        return Heard(guesses=(Guess(line.replace(" ", ""), 1.0),) if line else ())

    def wait_key(self, seconds: float) -> str | None:
        self._still_here()
        if not self._typed:
            self._typed = self._keys(f"  （{seconds:g} 秒内按键）> ")
        return self._typed.pop(0) if self._typed else None

    def record(self, limit: float, silence: float, keys: str) -> VoiceMessage:
        self._still_here()
        prompt = f"  （录音，至多 {limit:g} 秒，静音 {silence:g} 秒或按 {keys} 结束；请打字）> "
        words = self._line(prompt)
        return VoiceMessage("simulator", 0.25 * len(words), "#" if words else None, self._gone)

    def _keys(self, prompt: str) -> list[str]:
        line = self._line(prompt)
        self._still_here()
        return [key for key in line if key in KEYS]

    def _line(self, prompt: str) -> str:
        try:
            line = self._read(prompt).strip()
        except (EOFError, KeyboardInterrupt):
            line = "q"
        self._gone = line == "q"
        return "" if self._gone else line

    def _still_here(self) -> None:
        if self._gone:
            raise CallerGone


@dataclass(frozen=True)
class TerminalJournal:
    """Prints the journal beside the conversation."""

    write: Callable[[str], None]

    def wrote(self, entry: JournalEntry) -> None:
        self.write(f"    [{entry.flow}.{entry.step} {entry.kind} {entry.key} → {entry.outcome}]")
