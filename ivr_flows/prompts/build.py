"""Makes every sound ahead of the calls: sentences, phrases of values, the dialplan's prompts."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from ivr_flows.bundle import Bundle
from ivr_flows.language.asking import Choose
from ivr_flows.prompts.espeak import VoiceError
from ivr_flows.prompts.library import Library
from ivr_flows.texts import fixed_phrases, tidy
from ivr_flows.values import PAUSE, every_phrase


@dataclass(frozen=True)
class Built:
    """What a build did."""

    total: int
    failed: tuple[VoiceError, ...]


def said(bundles: Iterable[Bundle]) -> dict[str, list[tuple[str, str]]]:
    """Every phrase these flows say that is the same in every call → flow and step; step may be
    empty for what the engine says by itself (silence, a wrong key)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for bundle in bundles:
        for flow, written in bundle.flows.items():
            texts = [("", text) for text in written.flow.phrases.all()]
            for name, step in written.flow.steps.items():
                texts.extend((name, text) for text in step.may_say())
                if isinstance(step, Choose):
                    texts.extend((name, text) for text in step.answers.values())
            for step_name, text in texts:
                for phrase in fixed_phrases(text):
                    uses = found.setdefault(phrase, [])
                    if (flow, step_name) not in uses:
                        uses.append((flow, step_name))
    return found


def sentences(bundles: Iterable[Bundle]) -> tuple[str, ...]:
    """Every phrase these flows say that is the same in every call."""
    return tuple(said(bundles))


def every_sentence(bundles: Iterable[Bundle]) -> tuple[str, ...]:
    """Everything these flows can say that is known before a call, values' phrases included."""
    return tuple(dict.fromkeys((*sentences(bundles), *every_phrase(), PAUSE)))


def build(
    library: Library,
    bundles: Iterable[Bundle],
    named: Mapping[str, str],
    progress: Callable[[int, int], None],
    workers: int,
) -> Built:
    """Make what is missing; `progress(done, total)` after each. Failures are told, not raised."""
    library.sweep()
    jobs: list[Callable[[], object]] = [
        partial(library.file, text) for text in every_sentence(bundles)
    ]
    jobs.extend(partial(library.place, name, tidy(text)) for name, text in named.items())
    failed: list[VoiceError] = []
    with ThreadPoolExecutor(workers) as pool:
        for done, error in enumerate(pool.map(_tried, jobs), start=1):
            if error is not None:
                failed.append(error)
            progress(done, len(jobs))
    return Built(len(jobs), tuple(failed))


def _tried(job: Callable[[], object]) -> VoiceError | None:
    try:
        job()
    except VoiceError as error:
        return error
    return None
