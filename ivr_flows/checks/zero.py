"""0 means a person at every step: an entry that 0 alone would satisfy takes it away."""

from collections.abc import Iterator

from ivr_flows.bundle import Bundle
from ivr_flows.checks.finding import Finding, found
from ivr_flows.language.asking import AskDigits
from ivr_flows.language.words import PERSON_KEY


def zero_works(bundle: Bundle) -> Iterator[Finding]:
    for written in bundle.flows.values():
        for name, step in written.flow.steps.items():
            if isinstance(step, AskDigits) and step.fits(PERSON_KEY):
                message = (
                    "在这里按0会被当成输入，到不了人工；请写 leading_zero: no，或让 min 至少为 2"
                )
                yield found(written, ("steps", name, "min"), message)
