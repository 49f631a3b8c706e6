"""The labelled set as a zip: wav files and labels.csv, as `python -m agi hear` reads a folder.

Each sound stands with the phrases that its step listens for in the draft, so that the same set
measures a model before and after a phrase was added.
"""

import csv
import io
import logging
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from ivr_flows.language.listening import Listen
from ivr_flows.language.loader import FlowMistakesError, load
from ivr_flows.speech.grammar import spoken
from ivr_flows.speech.understanding import PERSON, PERSON_PHRASES
from ticketing.menu.misheard import Labelled
from ticketing.recordings.opus import UnreadableSound, telephone_wav

log = logging.getLogger(__name__)


def write_set(
    turns: Sequence[tuple[Labelled, Path]], texts: Mapping[str, str], out: IO[bytes]
) -> int:
    """How many sounds are in it; one that cannot be read is left out and logged."""
    rows = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for turn, path in turns:
            try:
                sound = telephone_wav(path)
            except UnreadableSound:
                log.exception("recording %s is not in the labelled set", turn.recording.id)
                continue
            name = f"{turn.recording.id}.wav"
            archive.writestr(name, sound)
            rows.append((name, *_labels(turn, texts)))
        archive.writestr("labels.csv", _csv(rows))
    return len(rows)


def phrases_of(texts: Mapping[str, str], flow: str, step: str) -> tuple[str, ...]:
    """What the step listens for, without open places; empty: it listens for nothing of its own."""
    try:
        written = load(texts[flow], flow).flow.steps[step]
    except (KeyError, FlowMistakesError):
        return ()
    if not isinstance(written, Listen):
        return ()
    fixed = (
        wording.before + wording.after
        for intent, wording in written.choices.wordings
        if intent != PERSON and not wording.slot
    )
    return tuple(dict.fromkeys(fixed))


def _labels(turn: Labelled, texts: Mapping[str, str]) -> tuple[str, str]:
    """`said` and `phrases`: what was said is one of them, or nobody could be right."""
    phrases = phrases_of(texts, turn.step.flow, turn.step.step)
    if not turn.said or spoken(turn.said) in PERSON_PHRASES:
        return turn.said, "|".join(phrases)
    known = {spoken(phrase): phrase for phrase in phrases}
    said = known.get(spoken(turn.said), turn.said)
    return said, "|".join(dict.fromkeys((*phrases, said)))


def _csv(rows: Sequence[tuple[str, str, str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([("file", "said", "phrases"), *rows])
    return out.getvalue()
