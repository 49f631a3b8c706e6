"""The walk of one caller through one flow: which step is next, when to give up and whom to ask.

Whatever fails, the caller ends with a person: the loop here is the only place that catches.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from ivr_flows import texts
from ivr_flows.bundle import Bundle
from ivr_flows.engine.ear import MASK, Ear, WantsPerson
from ivr_flows.engine.kinds import do
from ivr_flows.engine.outcome import Outcome
from ivr_flows.interfaces import (
    Actions,
    Caller,
    CallerGone,
    CallFacts,
    Draft,
    Ending,
    Gone,
    Journal,
    JournalEntry,
    Reason,
    RoadAnswer,
    Sentence,
    ToQueue,
)
from ivr_flows.language.asking import AskDigits
from ivr_flows.language.flow import AnyStep, FlowFile
from ivr_flows.language.listening import Listen
from ivr_flows.language.telling import Subflow
from ivr_flows.values import ReadAs, Value

MAX_STEPS: Final = 200
"""Steps and repeats in one call; far above any real call, far below a nuisance."""
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
MISHEARD: Final = 3
"""Words not understood at one step, before it goes on by keys."""
ALWAYS_KNOWN: Final = frozenset({"caller_number", "dialled_number"})

log = logging.getLogger(__name__)


def walk(
    bundle: Bundle,
    call: CallFacts,
    caller: Caller,
    actions: Actions,
    journal: Journal,
    clock: Callable[[], datetime],
    told: logging.Logger = log,
) -> Ending:
    """Lead the caller through the flow and return how it ended; never raises for what they do.

    `told`: where failures of the business are told; a rehearsal's are nobody's alarm.
    """
    return Walk(bundle, call, Ear(caller), caller, actions, journal, clock, told).run()


class Walk:
    """Where the caller is, what is known so far, and how often they went wrong."""

    def __init__(
        self,
        bundle: Bundle,
        call: CallFacts,
        ear: Ear,
        caller: Caller,
        actions: Actions,
        journal: Journal,
        clock: Callable[[], datetime],
        told: logging.Logger = log,
    ) -> None:
        self.log = told
        self.call, self.ear, self.actions = call, ear, actions
        self._bundle, self._caller, self._journal, self._clock = bundle, caller, journal, clock
        self.values = {
            "caller_number": Value(call.caller, ReadAs.DIGITS),
            "dialled_number": Value(call.dialled, ReadAs.DIGITS),
        }
        self.listens = any(
            isinstance(step, Listen)
            for written in bundle.flows.values()
            for step in written.flow.steps.values()
        )
        """The flow hears words somewhere; then the wish for a person is heard in every menu."""
        self.flow: FlowFile = bundle.main
        self._at: str | None = self.flow.first()
        self._returns: list[tuple[FlowFile, str | None]] = []
        self._mistakes: Counter[str] = Counter()
        self._misheard: Counter[str] = Counter()
        self._steps = 0
        self.road: RoadAnswer | None = None
        """The road told last."""
        self.kept = False
        """What was entered is an order already."""
        self._slips = 0

    def run(self) -> Ending:
        """Step by step to an ending."""
        try:
            while self._at is not None:
                if (ending := self._one_step(self._at)) is not None:
                    return ending
            self.log.error("flow %s ran out of steps", self.flow.flow)
        except Exception:
            self.log.exception("flow %s cannot go on", self.flow.flow)
        return self._to_person(Reason.FAILURE)

    def _one_step(self, name: str) -> Ending | None:
        step, began = self.flow.steps[name], self._clock()
        self.ear.begin_step()
        self._slips = 0
        try:
            self.count()
            outcome = do(self, step)
        except WantsPerson as wish:
            self._write(name, step, "person", began)
            return self._to_person(wish.reason)
        except CallerGone:
            self._write(name, step, "gone", began)
            self._leave_trace()
            return Gone()
        except Exception:
            self.log.exception("step %s of flow %s failed", name, self.flow.flow)
            self._write(name, step, "failure", began)
            return self._to_person(Reason.FAILURE)
        self._write(name, step, outcome.label, began)
        if outcome.ending is None:
            self._go_on(name, step, outcome)
        return outcome.ending

    def answers(self, *, but: str = "") -> dict[str, str]:
        """What the caller entered so far."""
        ours = {*ALWAYS_KNOWN, but}
        return {name: value.text for name, value in self.values.items() if name not in ours}

    def _leave_trace(self) -> None:
        """Who hung up after entering something in such a flow has not spoken to the wind."""
        trace, answers = self.flow.trace, self.answers()
        if trace is None or self.kept or not answers.keys() & self._set_here():
            return
        try:
            self.actions.save_draft(Draft(trace.kind, trace.topic, answers, None))
        except Exception:
            self.log.exception(
                "what the caller entered in flow %s is in the journal only", trace.topic
            )

    def _set_here(self) -> set[str]:
        """Variables that the flow under way can set."""
        made = (step.sets().values() for step in self.flow.steps.values())
        return {name for sets in made for names in sets for name in names}

    def count(self) -> None:
        """One more step or repeat; raises WantsPerson when a call goes round and round."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise WantsPerson(Reason.LOOP)

    def sentence(self, text: str) -> Sentence:
        return texts.fill(text, self.values)

    def mistake(self, reason: Reason, phrase: str) -> None:
        """Count a mistake at this step and say so; raises WantsPerson when there were too many."""
        self._mistakes[self._where] += 1
        self._slips += 1
        if self._mistakes[self._where] >= self.flow.mistakes:
            raise WantsPerson(reason)
        if phrase:
            self.ear.tell(self.sentence(phrase))

    def did_well(self) -> None:
        """The step succeeded: its mistakes are forgiven."""
        self._mistakes[self._where] = 0
        self._misheard[self._where] = 0

    @property
    def ears_open(self) -> bool:
        """Is this step still listened at, or was too much not understood?"""
        return self._misheard[self._where] < MISHEARD

    def misheard(self) -> None:
        """Words were not understood: say so, and how it goes on."""
        self._misheard[self._where] += 1
        phrases = self.flow.phrases
        self.ear.tell(self.sentence(phrases.misheard if self.ears_open else phrases.by_keys))

    def today(self) -> date:
        """The day of what callers call today."""
        return self._clock().astimezone(SHANGHAI).date()

    @property
    def _where(self) -> str:
        return f"{self.flow.flow}.{self._at}"

    def _go_on(self, name: str, step: AnyStep, outcome: Outcome) -> None:
        if outcome.back:
            self.flow, self._at = self._returns.pop()
            return
        following = self.flow.ways(name)[outcome.label]
        if isinstance(step, Subflow):
            self._returns.append((self.flow, following))
            self.flow = self._bundle.flows[step.flow].flow
            following = self.flow.first()
        self._at = following

    def _to_person(self, reason: Reason) -> Ending:
        """Say so and hand over; nothing that fails here may keep the caller."""
        phrases = self.flow.phrases
        text = phrases.failure if reason is Reason.FAILURE else phrases.person
        try:
            self._caller.say(self.ear.paced(texts.fill(text, {})), "")
        except CallerGone:
            return Gone()
        except Exception:
            self.log.exception("cannot speak to the caller; queueing silently")
        return ToQueue(self.flow.person.skill, self.flow.person.priority, reason)

    def _learned(self, step: AnyStep, label: str) -> dict[str, str]:
        """What the caller's words set at this step."""
        if not isinstance(step, Listen):
            return {}
        return {name: self.values[name].text for name in step.sets().get(label, ())}

    def _write(self, name: str, step: AnyStep, label: str, began: datetime) -> None:
        secret = isinstance(step, AskDigits) and step.sensitive
        key = MASK * len(self.ear.pressed) if secret else self.ear.pressed
        try:
            seconds = (self._clock() - began).total_seconds()
            self._journal.wrote(
                JournalEntry(
                    self.flow.flow,
                    self._bundle.version,
                    name,
                    step.do,
                    key,
                    label,
                    began,
                    seconds,
                    said=" ".join(self.ear.said),
                    confidence=self.ear.confidence,
                    stretch=self.ear.stretch,
                    learned={} if secret else self._learned(step, label),
                    mistakes=self._slips,
                )
            )
        except Exception:
            self.log.exception("journal entry of step %s lost", name)
