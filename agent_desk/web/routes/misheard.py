"""Turns the voice menu misunderstood: listened to, written down, taken out as a set."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from aiohttp import web
from sqlalchemy.orm import Session

from agent_desk.menu.labelled_set import write_set
from agent_desk.web.routes.recordings import vault_file
from agent_desk.web.routing import AnyRoute, Ask, any_of, get, post
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.misheard import (
    LabelBody,
    LabelSetQuery,
    MisheardQuery,
    MisheardStep,
    MisheardSteps,
    MisheardTurn,
    SpanQuery,
    TurnSound,
)
from agent_desk.web.shaping.numbers import Sight, note_sight, sight_of
from ivr_flows.speech.grammar import spoken
from ivr_flows.speech.slots import NO
from ticketing.clock import SHANGHAI
from ticketing.errors import Finding, InvalidInput, NotAllowed
from ticketing.menu import draft_texts
from ticketing.menu.misheard import (
    Labelled,
    Misheard,
    TurnFilter,
    label_turn,
    labelled_turns,
    labels_of,
    misheard_turns,
    reasons_of,
    sounds_of,
    step_counts,
)
from ticketing.people.audit import record_audit
from ticketing.records.calls import CallStep
from ticketing.records.recordings import Recording
from ticketing.records.speech import SpeechLabel
from ticketing.rules.calendar import ONE_DAY, start_of_day
from ticketing.rules.permissions import Right

LARGEST_SET: Final = 1000
"""Sounds of one export, the newest labels; about 60 MB before packing."""
LONGEST_DAYS: Final = 366
_SIGNS: Final = frozenset("，。？！、 ")
_PIECE: Final = 256 * 1024


async def show_misheard(ask: Ask[MisheardQuery, Nothing]) -> Page[MisheardTurn]:
    await note_sight(ask, "flow", "misheard")
    return await ask.desk.database.read(_page, ask.query, sight_of(ask.person))


async def show_misheard_steps(ask: Ask[SpanQuery, Nothing]) -> MisheardSteps:
    since, until = ask.query.from_, ask.query.to
    if not 0 <= (until - since).days < LONGEST_DAYS:
        raise InvalidInput((Finding("to", f"日期应从前到后，最多{LONGEST_DAYS}天"),))
    span = (start_of_day(since), start_of_day(until + ONE_DAY))
    counts = await ask.desk.database.read(step_counts, *span, NO)
    return MisheardSteps(
        items=[
            MisheardStep(
                flow=one.flow,
                step=one.step,
                label=one.label,
                spoken=one.spoken,
                misheard=one.misheard,
                **{reason.value: count for reason, count in one.by_reason.items()},
            )
            for one in counts
        ]
    )


async def label_misheard(ask: Ask[Nothing, LabelBody]) -> MisheardTurn:
    """Only whoever may listen can know what was said."""
    desk, said = ask.desk, ask.body.said
    if (said and not spoken(said)) or not all(one.isalnum() or one in _SIGNS for one in said):
        raise InvalidInput((Finding("said", "只写说的话，可以有标点；不是对菜单说的就留空"),))
    step_id, recording_id = ask.number("id"), ask.body.recording_id
    await desk.database.write(label_turn, desk.clock.now(), ask.person, step_id, recording_id, said)
    return await desk.database.read(_one, step_id, sight_of(ask.person))


async def export_labelled(ask: Ask[LabelSetQuery, Nothing]) -> web.StreamResponse:
    """Voices leave the house: the right to export and to listen, and a row of the audit before."""
    if not ask.person.may(Right.LISTEN_RECORDINGS):
        raise NotAllowed("speech.export", "导出的是录音，您没有收听录音的权限")
    moment = ask.desk.clock.now()
    turns, texts = await ask.desk.database.read(_labelled)
    vault = ask.desk.settings.vault
    found = [(turn, path) for turn in turns if (path := _file(vault, turn.recording)) is not None]
    await ask.desk.database.write(
        record_audit,
        moment,
        ask.person,
        "speech.export",
        "recording",
        "labelled",
        reason=ask.query.reason,
        detail={"recordings": [turn.recording.id for turn, _ in found]},
        address=ask.address,
    )
    name = f"labelled-{moment.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.zip"
    with tempfile.TemporaryFile() as out:
        await asyncio.to_thread(write_set, found, texts, out)
        return await _sent(ask.request, out, name)


async def _sent(request: web.Request, file: IO[bytes], name: str) -> web.StreamResponse:
    answer = web.StreamResponse(
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        }
    )
    answer.content_type = "application/zip"
    answer.content_length = file.seek(0, 2)
    file.seek(0)
    await answer.prepare(request)
    while piece := file.read(_PIECE):
        await answer.write(piece)
    await answer.write_eof()
    return answer


def _page(session: Session, query: MisheardQuery, sight: Sight) -> Page[MisheardTurn]:
    reason = Misheard(query.reason) if query.reason else None
    wanted = TurnFilter(reason, query.flow, query.step, query.labelled)
    rows = misheard_turns(session, wanted, NO, query.after, query.limit + 1)
    last = str(rows[query.limit - 1].id) if len(rows) > query.limit else None
    return Page[MisheardTurn](items=_shapes(session, rows[: query.limit], sight), next=last)


def _one(session: Session, step_id: int, sight: Sight) -> MisheardTurn:
    return _shapes(session, [session.get_one(CallStep, step_id)], sight)[0]


def _shapes(session: Session, steps: Sequence[CallStep], sight: Sight) -> list[MisheardTurn]:
    sounds = sounds_of(session, steps)
    labels = labels_of(session, [one.id for found in sounds.values() for one in found])
    return [
        MisheardTurn(
            id=step.id,
            at=step.at,
            call_key=step.call_key,
            flow=step.flow,
            flow_version=step.flow_version,
            step=step.step,
            label=step.label,
            kind=step.kind,
            said=sight.said(step.said),
            confidence=step.confidence,
            outcome=step.outcome,
            reasons=[reason.value for reason in reasons_of(step, NO)],
            sounds=[_sound(one, labels.get(one.id), sight) for one in sounds[step.id]],
        )
        for step in steps
    ]


def _sound(recording: Recording, label: SpeechLabel | None, sight: Sight) -> TurnSound:
    return TurnSound(
        recording_id=recording.id,
        state=recording.state,
        started_at=recording.started_at,
        duration_ms=recording.duration_ms,
        said=sight.said(label.said) if label else None,
        by=label.done_by if label else "",
        at=label.at if label else None,
    )


def _labelled(session: Session) -> tuple[list[Labelled], dict[str, str]]:
    return labelled_turns(session, LARGEST_SET), draft_texts(session)


def _file(vault: Path, recording: Recording) -> Path | None:
    path = vault_file(vault, recording.stored_path)
    return path if path is not None and path.is_file() else None


_SEE: Final = any_of(Right.EDIT_FLOWS, Right.PUBLISH_FLOWS, Right.LISTEN_RECORDINGS)

ROUTES: tuple[AnyRoute, ...] = (
    get(
        "/flows/misheard",
        show_misheard,
        _SEE,
        MisheardQuery,
        Page[MisheardTurn],
        "菜单没有听懂的话，新的在前",
    ),
    get(
        "/flows/misheard/steps",
        show_misheard_steps,
        _SEE,
        SpanQuery,
        MisheardSteps,
        "各步骤没有听懂的次数",
    ),
    post(
        r"/flows/misheard/{id:\d+}/label",
        label_misheard,
        any_of(Right.LISTEN_RECORDINGS),
        LabelBody,
        MisheardTurn,
        "写下实际说的话",
        201,
    ),
    get(
        "/flows/misheard/export",
        export_labelled,
        any_of(Right.EXPORT),
        LabelSetQuery,
        type(None),
        "导出听写过的录音与 labels.csv",
        media_type="application/zip",
    ),
)
