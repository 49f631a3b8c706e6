"""Every prompt exists in sound or can be made: no caller hears a sentence with a hole in it."""

from collections.abc import Iterator

from ivr_flows import texts
from ivr_flows.checks.finding import Examined, Finding, found
from ivr_flows.language.asking import Choose
from ivr_flows.language.lines import Path
from ivr_flows.language.loader import Written


def unspoken(it: Examined) -> Iterator[Finding]:
    for written in it.bundle.flows.values():
        for path, text in _said(written):
            faults = (it.around.sounds.fault(part) for part in texts.fixed_phrases(text))
            for fault in dict.fromkeys(fault for fault in faults if fault):
                yield found(written, path, fault)


def _said(written: Written) -> Iterator[tuple[Path, str]]:
    """Every text with the place it is written at."""
    for name, text in written.flow.phrases.model_dump().items():
        if text:
            yield ("phrases", name), text
    for name, step in written.flow.steps.items():
        for text in step.may_say():
            yield ("steps", name, "text"), text
        if isinstance(step, Choose):
            for key, answer in step.answers.items():
                yield ("steps", name, "answers", key), answer
