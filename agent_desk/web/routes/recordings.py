"""Recordings: the list, one, and its sound in ranges."""

import logging
from pathlib import Path

from aiohttp import web
from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, get
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.calls import AudioQuery, RecordingQuery, RecordingShape
from agent_desk.web.shaping.calls import recording_shapes
from agent_desk.web.shaping.numbers import Sight, sight_of
from ticketing.errors import NotFound
from ticketing.recordings.views import (
    RecordingFilter,
    list_recordings,
    listen,
    one_recording,
)
from ticketing.rules.permissions import Right

_TYPES = {".opus": "audio/ogg", ".ogg": "audio/ogg", ".wav": "audio/wav"}

log = logging.getLogger(__name__)


async def show_recordings(ask: Ask[RecordingQuery, Nothing]) -> Page[RecordingShape]:
    query = ask.query
    wanted = RecordingFilter(
        state=query.state,
        kind=query.kind,
        call_key=query.call_key,
        since=query.from_,
        until=query.to,
    )
    sight = sight_of(ask.person)
    return await ask.desk.database.read(_page, wanted, sight, query.after, query.limit)


async def show_recording(ask: Ask[Nothing, Nothing]) -> RecordingShape:
    return await ask.desk.database.read(_one, ask.number("id"), sight_of(ask.person))


async def play_recording(ask: Ask[AudioQuery, Nothing]) -> web.StreamResponse:
    """The file's path comes from the recording's row, never from the request."""
    recording = await ask.desk.database.write(
        listen,
        ask.desk.clock.now(),
        ask.person,
        ask.number("id"),
        ask.query.reason,
        ask.address,
    )
    path = vault_file(ask.desk.settings.vault, recording.stored_path)
    if path is None or not path.is_file():
        log.error("recording %s: its file is not in the vault", recording.id)
        raise NotFound("recording", recording.id)
    return web.FileResponse(
        path,
        headers={
            "Content-Type": _TYPES.get(path.suffix, "application/octet-stream"),
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'inline; filename="recording-{recording.id}{path.suffix}"',
        },
    )


def _page(
    session: Session, wanted: RecordingFilter, sight: Sight, after: int | None, limit: int
) -> Page[RecordingShape]:
    found = list_recordings(session, wanted, after, limit + 1)
    last = str(found[limit - 1].id) if len(found) > limit else None
    shapes = recording_shapes(session, found[:limit], sight)
    return Page[RecordingShape](items=shapes, next=last)


def _one(session: Session, recording_id: int, sight: Sight) -> RecordingShape:
    return recording_shapes(session, [one_recording(session, recording_id)], sight)[0]


def vault_file(vault: Path, stored_path: str) -> Path | None:
    """None when the name leads out of the vault."""
    path = (vault / stored_path).resolve()
    return path if path.is_relative_to(vault.resolve()) else None


_SEE = any_of(Right.SEE_ORDERS, Right.LISTEN_RECORDINGS)

ROUTES: tuple[AnyRoute, ...] = (
    get("/recordings", show_recordings, _SEE, RecordingQuery, Page[RecordingShape], "录音列表"),
    get(r"/recordings/{id:\d+}", show_recording, _SEE, Nothing, RecordingShape, "一段录音"),
    get(
        r"/recordings/{id:\d+}/audio",
        play_recording,
        any_of(Right.LISTEN_RECORDINGS, Right.TAKE_CALLS, Right.SEE_OWN_UNIT_ORDERS),
        AudioQuery,
        type(None),
        "录音的声音，支持 Range",
        media_type="audio/*",
    ),
)
