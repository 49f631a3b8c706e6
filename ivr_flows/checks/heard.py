"""Words a step listens for are known to the recogniser; others could be said for ever in vain."""

from collections.abc import Iterator

from ivr_flows.checks.finding import Examined, Finding, found


def unheard_words(it: Examined) -> Iterator[Finding]:
    unknown_words = it.around.unknown_words
    if unknown_words is None:
        return
    for written in it.bundle.flows.values():
        for name, step in written.flow.steps.items():
            for phrase in step.hears():
                if words := unknown_words(phrase):
                    shown = "、".join(words)
                    message = f"语音识别不认识“{phrase}”里的“{shown}”，请换一种说法"
                    yield found(written, ("steps", name), message)
