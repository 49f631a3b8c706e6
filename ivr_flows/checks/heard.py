"""Words a step listens for are known to the recogniser; others are said in vain."""

from collections.abc import Iterator
from dataclasses import replace

from ivr_flows.checks.finding import Examined, Finding, Severity
from ivr_flows.deaf_spots import deaf_spots


def unheard_words(it: Examined) -> Iterator[Finding]:
    """Advice, no mistake: keys are always there, and so are other ways to say it."""
    if it.around.vocabulary is not None:
        for spot in deaf_spots(it.bundle, it.around.vocabulary):
            yield replace(Finding.of(spot), severity=Severity.ADVICE)
