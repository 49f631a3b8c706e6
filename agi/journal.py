"""The flow's `Journal`: each step becomes a fact in the run's book."""

from collections.abc import Mapping

from agi.bookkeeping import Book
from agi.facts import StepTaken
from ivr_flows.interfaces import JournalEntry


class BookJournal:
    """One run's journal; entries are numbered from 1."""

    def __init__(
        self, book: Book, call_key: str, script: str, titles: Mapping[tuple[str, str], str]
    ) -> None:
        """`titles`: flow and step → Chinese words, told on the agent's screen."""
        self._book = book
        self._call_key = call_key
        self._script = script
        self._titles = titles
        self._entries = 0

    def wrote(self, entry: JournalEntry) -> None:
        self._entries += 1
        self._book.note(
            StepTaken(
                key=self._call_key,
                at=entry.at,
                script=self._script,
                seq=self._entries,
                flow=entry.flow,
                flow_version=entry.version,
                step=entry.step,
                kind=entry.kind,
                label=self._titles.get((entry.flow, entry.step), entry.flow),
                pressed=entry.key,
                outcome=entry.outcome,
                said=entry.said,
                stretch=entry.stretch,
                confidence=entry.confidence,
                learned=dict(entry.learned),
                seconds=round(entry.seconds, 3),
                mistakes=entry.mistakes,
            )
        )
