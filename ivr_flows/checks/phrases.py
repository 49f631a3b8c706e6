"""The engine's own phrases are said anywhere, so they cannot hold variables."""

from collections.abc import Iterator

from ivr_flows import texts
from ivr_flows.bundle import Bundle
from ivr_flows.checks.finding import Finding, found


def bad_phrases(bundle: Bundle) -> Iterator[Finding]:
    for written in bundle.flows.values():
        for name, text in written.flow.phrases.model_dump().items():
            if texts.names(text) or (text and texts.mistakes_in(text)):
                yield found(written, ("phrases", name), "这里只能写固定文字，不能用变量")
