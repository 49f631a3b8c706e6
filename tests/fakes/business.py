"""The business and the journal as the engine sees them, kept in memory."""

from datetime import UTC, date, datetime

from ivr_flows.interfaces import (
    Acted,
    Draft,
    Hours,
    JournalEntry,
    OrderAct,
    OrderProgress,
    RoadAnswer,
    VoiceMessage,
)

ORDER = OrderProgress(
    "JT2101002026112851952743", "正在办理", date(2026, 11, 28), date(2026, 12, 11)
)


class FakeActions:
    """Answers from attributes a test sets; remembers what it was asked to keep."""

    def __init__(self) -> None:
        self.orders: dict[tuple[str, str], OrderProgress] = {}
        self.calendars: dict[str, Hours] = {"centre": Hours.OPEN}
        self.switches: set[str] = set()
        self.groups: frozenset[str] = frozenset()
        self.notice: str | None = None
        self.roads: tuple[str, ...] = ()
        self.answers: dict[str, tuple[str, ...]] = {}
        self.transfers: set[str] = set()
        self.drafts: list[Draft] = []
        self.road_answers: dict[str, RoadAnswer] = {}
        self.queues: dict[str, int] = {}
        self.acted = Acted.DONE
        """Answer to every wish about an order."""
        self.acts: list[tuple[str, str]] = []
        """What was done: (what, with what)."""
        self.texts_reach = True
        self.callback_due: datetime | None = datetime(2026, 11, 28, 11, 0, tzinfo=UTC)
        self.ratings: list[tuple[str, int]] = []
        self.fault: Exception | None = None
        """Raised by every question when set: the business is down."""

    def _works(self) -> None:
        if self.fault is not None:
            raise self.fault

    def find_order(self, number: str, phone: str) -> OrderProgress | None:
        self._works()
        return self.orders.get((number, phone))

    def hours(self, calendar: str) -> Hours:
        self._works()
        return self.calendars[calendar]

    def switched_on(self, switch: str) -> bool:
        self._works()
        return switch in self.switches

    def caller_groups(self) -> frozenset[str]:
        self._works()
        return self.groups

    def announcement(self) -> str | None:
        self._works()
        return self.notice

    def road_notices(self) -> tuple[str, ...]:
        self._works()
        return self.roads

    def road(self, entry: str) -> RoadAnswer | None:
        self._works()
        return self.road_answers.get(entry)

    def waiting(self, skill: str) -> int:
        self._works()
        return self.queues.get(skill, 0)

    def act_on_order(self, order_no: str, act: OrderAct) -> Acted:
        self._does(act.value, order_no)
        return self.acted

    def supplement(self, order_no: str, message: VoiceMessage) -> Acted:
        self._does("supplement", f"{order_no} {message.stretch}")
        return self.acted

    def text_road(self, road: RoadAnswer) -> bool:
        self._does("text_road", road.name)
        return self.texts_reach

    def text_order(self, order_no: str) -> bool:
        self._does("text_order", order_no)
        return self.texts_reach

    def subscribe(self, road_no: str, hours: int) -> bool:
        self._does("subscribe", f"{road_no} {hours}")
        return self.texts_reach

    def unsubscribe(self) -> bool:
        self._does("unsubscribe", "")
        return self.texts_reach

    def answer_useful(self, topic: str, useful: bool) -> None:
        self._does("useful" if useful else "useless", topic)

    def ask_callback(self, skill: str, minutes: int) -> datetime | None:
        self._does("callback", f"{skill} {minutes}")
        return self.callback_due

    def remember(self, group: str, member: bool) -> bool:
        self._does("join" if member else "leave", group)
        return True

    def _does(self, what: str, with_what: str) -> None:
        self._works()
        self.acts.append((what, with_what))

    def faq(self, topic: str) -> tuple[str, ...]:
        self._works()
        return self.answers.get(topic, ())

    def transfer_allowed(self, number: str) -> bool:
        self._works()
        return number in self.transfers

    def save_draft(self, draft: Draft) -> str:
        self._works()
        self.drafts.append(draft)
        return f"JT21010020261128{51_952_743 + len(self.drafts):08d}"

    def rate(self, question: str, level: int) -> None:
        self._works()
        self.ratings.append((question, level))


class FakeJournal:
    """Keeps the entries; `steps` is the walk in short."""

    def __init__(self, *, broken: bool = False) -> None:
        self.entries: list[JournalEntry] = []
        self.broken = broken

    def wrote(self, entry: JournalEntry) -> None:
        if self.broken:
            raise OSError("disk full")
        self.entries.append(entry)

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        return [(entry.step, entry.key, entry.outcome) for entry in self.entries]
