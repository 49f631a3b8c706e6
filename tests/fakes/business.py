"""The business and the journal as the engine sees them, kept in memory."""

from datetime import date

from ivr_flows.interfaces import Draft, Hours, JournalEntry, OrderProgress

ORDER = OrderProgress(
    "JT2101002026112851952743", "正在办理", date(2026, 11, 28), date(2026, 12, 11)
)


class FakeActions:
    """Answers from attributes a test sets; remembers what it was asked to keep."""

    def __init__(self) -> None:
        self.orders: dict[tuple[str, str], OrderProgress] = {}
        self.calendars: dict[str, Hours] = {}
        self.switches: set[str] = set()
        self.groups: frozenset[str] = frozenset()
        self.notice: str | None = None
        self.roads: tuple[str, ...] = ()
        self.answers: dict[str, tuple[str, ...]] = {}
        self.transfers: set[str] = set()
        self.drafts: list[Draft] = []
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
