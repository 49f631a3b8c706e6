"""Steps that hear words: what was understood, asked back when unsure, by keys when that fails."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ivr_flows import texts
from ivr_flows.engine.ear import WantsPerson
from ivr_flows.interfaces import Guess, Heard, Listening, Reason
from ivr_flows.language.asking import AskDigits
from ivr_flows.language.listening import ASK_BACK, ASK_BACK_ENTRY, Intent, Listen
from ivr_flows.speech.slots import Slot, SlotKind
from ivr_flows.speech.understanding import (
    PERSON,
    PERSON_PHRASES,
    YES_OR_NO,
    Choices,
    Understanding,
    choices,
    is_clear,
    understand,
)
from ivr_flows.values import ReadAs, Value

if TYPE_CHECKING:
    from ivr_flows.engine.walk import Walk

YES_KEY: Final = "1"
NO_KEY: Final = "2"
SURE: Final = 0.7
"""Of a yes or no, and of the wish for a person: both are short and well known."""
CONFIRM_WAIT: Final = 5.0
CONFIRM_LONGEST: Final = 4.0
ENTRY: Final = "entry"
SLOWEST_DIGIT: Final = 0.8
"""Seconds a digit takes in a slow mouth."""
_RIGHT: Final = choices(YES_OR_NO)
_ONLY_PERSON: Final = choices(())


@dataclass(frozen=True)
class Understood:
    """What the caller wants, asked back where that was needed."""

    intent: str
    values: dict[str, Value]


def listen(walk: "Walk", step: Listen) -> str:
    """The way on: a key or the name of an intent, whose values are set."""
    listening = Listening(step.choices.phrases(), step.wait, step.longest)
    text = step.invite or step.text
    while walk.ears_open:
        heard = walk.ear.listen(walk.sentence(text), listening)
        text = step.text
        if heard.deaf:
            return _by_keys(walk, step, deaf=True)
        if heard.key in step.keys:
            return _well(walk, str(heard.key))
        if heard.key is not None:
            _wrong_key(walk, heard.key, step.repeat)
        elif not heard.guesses:
            walk.mistake(Reason.SILENCE, walk.flow.phrases.silent)
        elif meant := _meant(walk, step, heard):
            intent = step.intents[meant.intent]
            walk.values |= meant.values
            walk.values |= {name: Value(text) for name, text in intent.sets.items()}
            return _well(walk, meant.intent)
        else:
            walk.misheard()
        walk.count()
    return _by_keys(walk, step, deaf=False)


def ask(walk: "Walk", text: str, wait: float) -> str | None:
    """One key; in flows that listen anywhere, the wish for a person is heard here too."""
    sentence = walk.sentence(text)
    if not walk.listens:
        return walk.ear.ask(sentence, wait)
    heard = walk.ear.listen(sentence, Listening(PERSON_PHRASES, wait, CONFIRM_LONGEST))
    if heard.deaf:
        return walk.ear.ask(sentence, wait)
    _understood(walk, heard.guesses, _ONLY_PERSON)
    return heard.key


def _by_keys(walk: "Walk", step: Listen, *, deaf: bool) -> str:
    while True:
        if deaf:
            key = walk.ear.ask(walk.sentence(step.text), step.wait)
        else:
            key = ask(walk, step.text, step.wait)
        if key in step.keys:
            return _well(walk, str(key))
        if key is None:
            walk.mistake(Reason.SILENCE, walk.flow.phrases.silent)
        else:
            _wrong_key(walk, key, step.repeat)
        walk.count()


def _wrong_key(walk: "Walk", key: str, repeat: str | None) -> None:
    if key != repeat:
        walk.mistake(Reason.MISTAKES, walk.flow.phrases.wrong)


def _well(walk: "Walk", label: str) -> str:
    walk.did_well()
    return label


def _meant(walk: "Walk", step: Listen, heard: Heard) -> Understood | None:
    found = _understood(walk, heard.guesses, step.choices)
    if not found:
        return None
    best = found[0]
    clear = is_clear(found, step.sure)
    if step.confirm == "always" or (step.confirm == "unsure" and not clear):
        intent: Intent = step.intents[best.intent]
        question = ASK_BACK.format(title=intent.title)
        if not _is_right(walk, question, dict(best.values)):
            return None
    return Understood(best.intent, dict(best.values))


def _understood(
    walk: "Walk", guesses: tuple[Guess, ...], possible: Choices
) -> tuple[Understanding, ...]:
    """Without the wish for a person, which is followed at once."""
    found = understand(guesses, possible, walk.today())
    if found and found[0].intent == PERSON:
        raise WantsPerson(Reason.ASKED)
    return tuple(one for one in found if one.intent != PERSON)


def _is_right(walk: "Walk", question: str, values: dict[str, Value]) -> bool:
    """Ask it back; whatever is no clear yes is a no, once it was asked twice."""
    asked = texts.fill(question + walk.flow.phrases.right, values)
    for _ in range(2):
        walk.count()
        heard = walk.ear.listen(asked, Listening(_RIGHT.phrases(), CONFIRM_WAIT, CONFIRM_LONGEST))
        key = walk.ear.ask(asked, CONFIRM_WAIT) if heard.deaf else heard.key
        if key in {YES_KEY, NO_KEY}:
            return key == YES_KEY
        found = _understood(walk, heard.guesses, _RIGHT)
        if found and is_clear(found, SURE):
            return found[0].intent == "yes"
    return False


def spoken_entry(walk: "Walk", step: AskDigits) -> Value | None:
    """What was said for an entry, always asked back; None: by keys, the first may be waiting."""
    possible = _entry_choices(step)
    longest = SLOWEST_DIGIT * step.max + 2.0
    listening = Listening(possible.phrases(), step.wait, longest)
    text = step.invite or step.text
    while walk.ears_open:
        walk.count()
        heard = walk.ear.listen(walk.sentence(text), listening, step)
        text = step.text
        if heard.deaf or heard.key is not None:
            return None
        if not heard.guesses:
            walk.mistake(Reason.SILENCE, walk.flow.phrases.silent)
        elif (entry := _entry_of(walk, heard, possible, step)) is None:
            walk.misheard()
        elif _is_right(walk, ASK_BACK_ENTRY, {ENTRY: entry}):
            return entry
        else:
            walk.misheard()
    return None


def _entry_of(walk: "Walk", heard: Heard, possible: Choices, step: AskDigits) -> Value | None:
    for meant in _understood(walk, heard.guesses, possible):
        entry = meant.values[ENTRY]
        if entry.read_as is ReadAs.PLATE or step.fits(entry.text):
            return entry if entry.read_as is ReadAs.PLATE else Value(entry.text, step.read_as)
    return None


def _entry_choices(step: AskDigits) -> Choices:
    kind = SlotKind.PLATE if step.spoken == "plate" else SlotKind.DIGITS
    slot = Slot(kind, least=step.min, most=step.max)
    return choices([(ENTRY, ["{entry}"])], {ENTRY: slot})
