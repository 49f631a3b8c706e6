"""Prompts: what the menu says, in whose voice, and recordings made in the browser."""

import base64
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from agent_desk.menu.studio import Phrase, phrases
from agent_desk.web.desk import Desk
from agent_desk.web.problems import BadRequest
from agent_desk.web.routes.flows import EDIT_FLOWS, SEE_FLOWS
from agent_desk.web.routing import AnyRoute, Ask, Route, any_of, get
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.prompts import (
    CutQuery,
    PastTake,
    PastTakes,
    Preview,
    PromptList,
    PromptQuery,
    PromptShape,
    PromptUse,
    SpokenPhrase,
    SpokenStep,
    SpokenSteps,
    TakeQuery,
)
from asterisk_conf.prompt_texts import prompt_texts
from asterisk_conf.site_file import load_site
from ivr_flows.language.loader import FlowMistakesError, load
from ivr_flows.prompts.recorded import NoSoundError, text_hash
from ivr_flows.prompts.sound import wav_bytes
from ivr_flows.prompts.studio import Take, UnusableRecording
from ivr_flows.texts import fixed_phrases
from ticketing.calls.views import call_steps
from ticketing.errors import Finding, InvalidInput, NotFound
from ticketing.menu import aliases, draft_texts, find_version
from ticketing.menu.prompts import NewTake, newest_takes, note_take, speakers_at, takes
from ticketing.records.prompts import PromptTake
from ticketing.rules.permissions import Right

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a recording."""
ENDINGS: Final = {
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/wave": ".wav",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/webm": ".webm",
}
"""What browsers record and studios deliver."""


async def show_prompts(ask: Ask[PromptQuery, Nothing]) -> PromptList:
    """The draft's phrases and those callers hear now."""
    known = await _known(ask.desk)
    newest = await ask.desk.database.read(newest_takes)
    shapes = [_shape(phrase, newest, ask.desk) for phrase in known.values()]
    wanted = [
        shape
        for shape in shapes
        if ask.query.q in shape.text
        and (not ask.query.voice or shape.is_person == (ask.query.voice == "person"))
    ]
    return PromptList(
        voice=ask.desk.menu.studio.voice,
        recorded=sum(shape.is_person for shape in shapes),
        total=len(shapes),
        items=wanted,
    )


async def play_prompt(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    """As on the telephone: 8 kHz."""
    phrase = await _phrase(ask.desk, ask.path["phrase"])
    path = await ask.desk.menu.studio.sound(phrase.text)
    return web.FileResponse(
        path, headers={"Content-Type": "audio/wav", "Cache-Control": "private, no-cache"}
    )


async def try_take(ask: Ask[CutQuery, Nothing]) -> Preview:
    phrase = await _phrase(ask.desk, ask.path["phrase"])
    made = await _take(ask.desk, phrase, await _recording(ask.request), ask.query)
    return Preview(
        seconds=round(made.sound.seconds, 2),
        loudness=made.loudness,
        warnings=list(made.warnings),
        audio=base64.b64encode(wav_bytes(made.sound)).decode(),
    )


async def keep_take(ask: Ask[TakeQuery, Nothing]) -> PromptShape:
    desk, phrase = ask.desk, await _phrase(ask.desk, ask.path["phrase"])
    data = await _recording(ask.request)
    made = await _take(desk, phrase, data, ask.query)
    ending = ENDINGS[ask.request.content_type]
    original = await desk.menu.studio.keep(phrase.text, made, data, ending, _names(phrase))
    new = NewTake(
        phrase.hash, phrase.text, ask.query.speaker, original, round(made.sound.seconds, 2)
    )
    await desk.database.write(note_take, desk.clock.now(), ask.person, new)
    return _shape(phrase, await desk.database.read(newest_takes), desk)


async def take_back(ask: Ask[Nothing, Nothing]) -> PromptShape:
    """The installation's voice speaks again."""
    desk, phrase = ask.desk, await _phrase(ask.desk, ask.path["phrase"])
    if not await desk.menu.studio.take_back(phrase.text, _names(phrase)):
        raise NotFound("prompt_take", phrase.hash)
    await desk.database.write(
        note_take, desk.clock.now(), ask.person, NewTake(phrase.hash, phrase.text)
    )
    return _shape(phrase, await desk.database.read(newest_takes), desk)


async def show_takes(ask: Ask[Nothing, Nothing]) -> PastTakes:
    rows = await ask.desk.database.read(takes, ask.path["phrase"])
    return PastTakes(items=[PastTake.model_validate(row) for row in rows])


async def show_spoken(ask: Ask[Nothing, Nothing]) -> SpokenSteps:
    """What a caller heard in the menu, and who said it."""
    return await ask.desk.database.read(_spoken, ask.path["key"])


async def _known(desk: Desk) -> dict[str, Phrase]:
    """Phrases of the draft over those of the live version; a broken draft hides none of these."""
    named = prompt_texts(load_site(desk.settings.site))
    draft, live = await desk.database.read(_texts)
    known = phrases(live, named)
    with suppress(FlowMistakesError):  # told where it is edited
        known |= phrases(draft, named)
    return known


def _texts(session: Session) -> tuple[Mapping[str, str], Mapping[str, str]]:
    live = aliases(session).live
    return draft_texts(session), find_version(session, live).texts if live else {}


async def _phrase(desk: Desk, phrase_hash: str) -> Phrase:
    found = (await _known(desk)).get(phrase_hash)
    if found is None:
        raise NotFound("prompt", phrase_hash)
    return found


def _names(phrase: Phrase) -> list[str]:
    return [name for flow, name in phrase.uses if not flow]


async def _recording(request: web.Request) -> bytes:
    if request.content_type not in ENDINGS:
        raise BadRequest("请上传 wav、mp3、m4a、ogg、flac 或 webm 录音", 415)
    if request.content_length is None or request.content_length > LARGEST:
        raise BadRequest(f"录音过大或没有说明长度，最大 {LARGEST // 1024 // 1024} MB", 413)
    return await request.clone(client_max_size=LARGEST).read()


async def _take(desk: Desk, phrase: Phrase, data: bytes, cut: CutQuery) -> Take:
    if cut.end is not None and cut.end <= cut.begin:
        raise InvalidInput((Finding("end", "终点应在起点之后"),))
    try:
        return await desk.menu.studio.take(data, phrase.text, cut.begin, cut.end)
    except NoSoundError as error:
        raise InvalidInput((Finding("", "这不是可用的录音文件"),)) from error
    except UnusableRecording as error:
        raise InvalidInput((Finding("", error.why),)) from error


def _shape(phrase: Phrase, newest: Mapping[str, PromptTake], desk: Desk) -> PromptShape:
    is_person = desk.menu.studio.is_recorded(phrase.text)
    row = newest.get(phrase.hash)
    by = row.speaker if row is not None and row.original else "录音文件"
    return PromptShape(
        hash=phrase.hash,
        text=phrase.text,
        uses=[PromptUse(flow=flow, step=step) for flow, step in phrase.uses],
        is_person=is_person,
        speaker=by if is_person else desk.menu.studio.voice,
        recorded_at=row.at if is_person and row is not None else None,
        seconds=desk.menu.studio.seconds(phrase.text),
    )


def _spoken(session: Session, key: str) -> SpokenSteps:
    items = []
    texts: dict[str, Mapping[str, str]] = {}
    for step in call_steps(session, key):
        if step.flow_version not in texts:
            texts[step.flow_version] = _version_texts(session, step.flow_version)
        parts = _parts(texts[step.flow_version].get(step.flow, ""), step.flow, step.step)
        who = speakers_at(session, [text_hash(part) for part in parts], step.at)
        items.append(
            SpokenStep(
                at=step.at,
                flow=step.flow,
                step=step.step,
                phrases=[
                    SpokenPhrase(
                        text=part,
                        is_person=who[text_hash(part)].is_person,
                        speaker=who[text_hash(part)].name,
                        take=who[text_hash(part)].take,
                    )
                    for part in parts
                ],
            )
        )
    return SpokenSteps(items=items)


def _version_texts(session: Session, version: str) -> Mapping[str, str]:
    try:
        return find_version(session, int(version)).texts
    except (ValueError, NotFound):
        return {}  # a call from before versions were kept


def _parts(text: str, flow: str, step: str) -> list[str]:
    try:
        found = load(text, flow).flow.steps.get(step)
    except FlowMistakesError:
        return []
    return [part for said in (found.says() if found else ()) for part in fixed_phrases(said)]


_ONE: Final = r"/prompts/{phrase:[0-9a-f]+}"

ROUTES: tuple[AnyRoute, ...] = (
    get("/prompts", show_prompts, SEE_FLOWS, PromptQuery, PromptList, "语音菜单说的话和录音"),
    get(
        f"{_ONE}/audio",
        play_prompt,
        SEE_FLOWS,
        Nothing,
        type(None),
        "电话里听到的声音",
        media_type="audio/wav",
    ),
    get(f"{_ONE}/takes", show_takes, SEE_FLOWS, Nothing, PastTakes, "历次录音"),
    Route(
        "POST",
        f"{_ONE}/preview",
        try_take,
        EDIT_FLOWS,
        CutQuery,
        Nothing,
        Preview,
        "试听一段录音",
        body_limit=LARGEST,
        body_type="audio/*",
    ),
    Route(
        "POST",
        f"{_ONE}/takes",
        keep_take,
        EDIT_FLOWS,
        TakeQuery,
        Nothing,
        PromptShape,
        "采用一段录音",
        status=201,
        body_limit=LARGEST,
        body_type="audio/*",
    ),
    Route(
        "DELETE",
        f"{_ONE}/takes",
        take_back,
        EDIT_FLOWS,
        Nothing,
        Nothing,
        PromptShape,
        "撤下录音，恢复合成语音",
    ),
    get(
        "/calls/{key}/spoken",
        show_spoken,
        any_of(Right.SEE_ORDERS, Right.SUPERVISE_CALLS),
        Nothing,
        SpokenSteps,
        "来电人在菜单里听到了什么、是谁的声音",
    ),
)
