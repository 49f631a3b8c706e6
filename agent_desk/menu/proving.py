"""Which texts a proof is about: the shared draft, what is unsaved in an editor, or a version."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ivr_flows.bundle import Bundle, gather
from ivr_flows.language.loader import FlowMistakesError
from ticketing.errors import Finding, InvalidInput
from ticketing.menu import draft_texts, find_version

Unsaved = Mapping[str, str | None]
"""Flow name → text as an editor has it; None: taken out."""


def texts_of(session: Session, unsaved: Unsaved, version: int | None) -> dict[str, str]:
    """Raises NotFound for a version that is not there."""
    whole: dict[str, str | None] = {}
    if version is not None:
        whole.update(find_version(session, version).texts)
    else:
        whole.update(draft_texts(session))
    whole.update(unsaved)
    return {name: text for name, text in whole.items() if text is not None}


def bundle_of(flow: str, texts: Mapping[str, str]) -> Bundle:
    """A flow that can be walked, right or wrong; raises InvalidInput with what is unreadable."""
    try:
        return gather(flow, texts.get)
    except FlowMistakesError as error:
        raise InvalidInput(
            tuple(Finding(f"{one.file}:{one.line}", one.message) for one in error.mistakes)
        ) from error
