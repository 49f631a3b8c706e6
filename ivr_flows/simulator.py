"""Walk a flow at a keyboard: what the caller would hear is printed, what they press is typed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from ivr_flows.interfaces import (
    KEYS,
    Acted,
    CallerGone,
    Draft,
    Ending,
    Gone,
    Guess,
    HangUp,
    Heard,
    Hours,
    JournalEntry,
    LeaveMessage,
    Listening,
    OrderAct,
    OrderProgress,
    RoadAnswer,
    Sentence,
    ToNumber,
    ToQueue,
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


@dataclass
class ExampleBusiness:
    """A centre with one order (sequence 12345678), two road notices and some answers."""

    today: date
    closed: bool = False
    switches: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    transfers: bool = False
    crowded: bool = False
    """Many callers wait in every queue."""
    drafts: list[Draft] = field(default_factory=list)
    acts: list[tuple[str, OrderAct]] = field(default_factory=list)
    votes: list[tuple[str, bool]] = field(default_factory=list)
    callbacks: list[str] = field(default_factory=list)

    def find_order(self, number: str, phone: str) -> OrderProgress | None:
        if not ("12345678".endswith(number) or number.endswith("12345678")) or not phone:
            return None
        order_no = f"JT210100{self.today:%Y%m%d}12345678"
        return OrderProgress(order_no, "正在办理", self.today, self.today + timedelta(days=10))

    def hours(self, calendar: str) -> Hours:
        if not calendar:
            raise LookupError(calendar)
        return Hours.CLOSED if self.closed else Hours.OPEN

    def switched_on(self, switch: str) -> bool:
        return switch in self.switches

    def caller_groups(self) -> frozenset[str]:
        return self.groups

    def announcement(self) -> str | None:
        return "受暴雪影响，全省高速公路临时封闭。" if "emergency" in self.switches else None

    def road_notices(self) -> tuple[str, ...]:
        return ("G1京哈高速，沈阳至四平段因降雪临时封闭。", "G15沈海高速，鞍山段施工，请减速慢行。")

    def road(self, entry: str) -> RoadAnswer | None:
        names = {"1": "G1京哈高速", "15": "G15沈海高速", "024": "沈阳"}
        if entry not in names:
            return None
        notices = ("沈阳至四平段，双向，封闭。因降雪临时封闭。",) if entry == "1" else ()
        noon = datetime.combine(self.today, time(12, 30))
        return RoadAnswer(names[entry], f"G{entry}" if entry != "024" else "", notices, noon)

    def waiting(self, skill: str) -> int:
        return 9 if self.crowded and skill else 0

    def act_on_order(self, order_no: str, act: OrderAct) -> Acted:
        before = self.acts.count((order_no, act))
        self.acts.append((order_no, act))
        return Acted.AGAIN if act is OrderAct.URGE and before else Acted.DONE

    def supplement(self, order_no: str, message: VoiceMessage) -> Acted:
        return Acted.DONE if order_no and message.seconds else Acted.REFUSED

    def text_road(self, road: RoadAnswer) -> bool:
        return bool(road.name)

    def text_order(self, order_no: str) -> bool:
        return bool(order_no)

    def subscribe(self, road_no: str, hours: int) -> bool:
        return bool(road_no) and hours > 0

    def unsubscribe(self) -> bool:
        return True

    def answer_useful(self, topic: str, useful: bool) -> None:
        self.votes.append((topic, useful))

    def ask_callback(self, skill: str, minutes: int) -> datetime | None:
        self.callbacks.append(skill)
        return datetime.combine(self.today, time(12, 30)) + timedelta(minutes=minutes)

    def remember(self, group: str, member: bool) -> bool:
        self.groups = self.groups | {group} if member else self.groups - {group}
        return True

    def faq(self, topic: str) -> tuple[str, ...]:
        return (f"这是“{topic}”的示例答复。",)

    def transfer_allowed(self, number: str) -> bool:
        return self.transfers or number == "12395"

    def save_draft(self, draft: Draft) -> str:
        self.drafts.append(draft)
        return f"JT210100{self.today:%Y%m%d}{50_000_000 + len(self.drafts)}"

    def rate(self, question: str, level: int) -> None:
        if not 1 <= level <= 5:
            raise ValueError((question, level))


@dataclass(frozen=True)
class TerminalJournal:
    """Prints the journal beside the conversation."""

    write: Callable[[str], None]

    def wrote(self, entry: JournalEntry) -> None:
        self.write(f"    [{entry.flow}.{entry.step} {entry.kind} {entry.key} → {entry.outcome}]")


def in_words(ending: Ending) -> str:
    """How the call ended, for the person at the keyboard."""
    match ending:
        case ToQueue(skill, priority, reason):
            return f"转人工：队列 {skill or '默认'}，优先级 {priority}，原因 {reason.value}"
        case ToNumber(number):
            return f"转接外线 {number}"
        case LeaveMessage():
            return "转语音留言"
        case HangUp():
            return "流程结束，挂机"
        case Gone():
            return "来电人已挂机"
