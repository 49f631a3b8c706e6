"""What a flow listens for and the installed model cannot hear: told to the author, no mistake.

Such a flow works: whoever says it otherwise is understood, whoever presses keys is too.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ivr_flows.bundle import Bundle
from ivr_flows.language.asking import AskDigits
from ivr_flows.language.lines import Mistake
from ivr_flows.language.listening import Listen
from ivr_flows.speech.grammar import spoken, unknown_words
from ivr_flows.speech.slots import Slot, SlotKind
from ivr_flows.speech.understanding import PERSON_PHRASES
from ivr_flows.speech.vocabulary import Vocabulary

_SHOWN: Final = 8
_PLACE: Final = re.compile(r"\{[^{}]*\}")


def deaf_spots(bundle: Bundle, known: Vocabulary) -> list[Mistake]:
    """Every phrase or value the model lacks words for, with its line; empty: it hears them all."""
    found: list[Mistake] = []
    listens = False
    for written in bundle.flows.values():
        for name, step in written.flow.steps.items():
            if isinstance(step, Listen):
                listens = True
                for path, message in _of_listen(step, known):
                    found.append(written.mistake(("steps", name, *path), message))
            elif isinstance(step, AskDigits) and step.spoken:
                kind = SlotKind.PLATE if step.spoken == "plate" else SlotKind.DIGITS
                if missing := _open_words(Slot(kind), known):
                    found.append(written.mistake(("steps", name, "spoken"), _lacks(missing)))
    if listens and not any(not unknown_words(phrase, known) for phrase in PERSON_PHRASES):
        message = "这个模型听不懂“人工”，来电人只能按0转人工，请换一个模型"
        found.append(bundle.flows[bundle.name].mistake((), message))
    return sorted(set(found))


def _of_listen(step: Listen, known: Vocabulary) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name, intent in step.intents.items():
        for index, phrase in enumerate(intent.phrases):
            missing = [word for part in _PLACE.split(phrase) for word in unknown_words(part, known)]
            if missing:
                yield ("intents", name, "phrases", index), f"说法“{phrase}”：{_lacks(missing)}"
    for name, words in step.slots.items():
        slot = words.slot()
        if missing := _open_words(slot, known):
            yield ("slots", name), _lacks(missing)
        if unheard := _unheard_values(slot.wordings(), known):
            shown = "、".join(unheard[:_SHOWN]) + ("等" if len(unheard) > _SHOWN else "")
            yield ("slots", name), f"{len(unheard)} 个取值模型听不懂：{shown}；可另写说法或换模型"


def _open_words(slot: Slot, known: Vocabulary) -> list[str]:
    """Digits have two names each; one that is known is enough."""
    lacking = [word for word in slot.words() if unknown_words(word, known)]
    return [word for word in lacking if word not in {"幺", "两"}]


def _unheard_values(wordings: Mapping[str, str], known: Vocabulary) -> list[str]:
    heard = {value for way, value in wordings.items() if not unknown_words(way, known)}
    return [value for value in dict.fromkeys(wordings.values()) if value not in heard]


def _lacks(words: list[str]) -> str:
    shown = "、".join(dict.fromkeys(spoken(word) for word in words[:_SHOWN]))
    return f"模型没有“{shown}”，这样说不会被听懂，请换一种说法"
