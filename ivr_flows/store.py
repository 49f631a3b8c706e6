"""Flow files in directories, for terminals and for taking them over: `<name>.yaml` each.

What callers hear is a published version, not a file; see ivr_flows.menu.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ivr_flows.bundle import Bundle, Source, gather
from ivr_flows.checks import check
from ivr_flows.language.loader import FlowMistakesError

SHIPPED: Final = Path(__file__).with_name("shipped")


def read_texts(directory: Path) -> dict[str, str]:
    """Every flow file of one directory by the flow's name; unreadable ones are told as mistakes."""
    return {path.stem: _text(path) for path in sorted(directory.glob("*.yaml"))}


def texts_of(directories: Sequence[Path]) -> dict[str, str]:
    """Those of several, a file of an earlier one taking the place of a later one's."""
    texts: dict[str, str] = {}
    for directory in reversed(directories):
        texts |= read_texts(directory)
    return texts


def directory_source(directories: Sequence[Path]) -> Source:
    """The texts of these directories, as `gather` asks for them."""
    return texts_of(directories).get


def load_checked(name: str, source: Source) -> Bundle:
    """A flow ready for calls; raises FlowMistakesError with everything that is wrong."""
    bundle = gather(name, source)
    if mistakes := check(bundle):
        raise FlowMistakesError(mistakes)
    return bundle


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return "\ufffe"  # no YAML text: told as a mistake of that file
