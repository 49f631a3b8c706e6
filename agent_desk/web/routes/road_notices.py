"""Road notices: what a caller hears who asks for the roads."""

from datetime import datetime

from aiohttp import web

from agent_desk.web.routing import AnyRoute, Ask, any_of, get, post
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.information import (
    RoadCatalogue,
    RoadNoticeBody,
    RoadNoticeImport,
    RoadNoticePosted,
    RoadNoticeQuery,
    RoadNoticeShape,
    RoadNoticesImported,
    RoadsBody,
    RoadShape,
    SpeechQuery,
)
from ticketing import catalogues
from ticketing.errors import Finding, InvalidInput
from ticketing.imports.roads import import_roads
from ticketing.information import (
    NOTICE_KINDS,
    SPOKEN_AT_MOST,
    RoadNoticeText,
    cancel_road_notice,
    import_road_notices,
    list_road_notices,
    post_road_notice,
    spoken,
    without_road,
)
from ticketing.records.information import RoadNotice
from ticketing.rules.permissions import Right


async def show_road_notices(ask: Ask[RoadNoticeQuery, Nothing]) -> Page[RoadNoticeShape]:
    moment, limit = ask.desk.clock.now(), ask.query.limit
    rows = await ask.desk.database.read(
        list_road_notices, moment, ask.query.after, limit + 1, ask.query.in_force
    )
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    shapes = [_shape(row, moment) for row in rows[:limit]]
    return Page[RoadNoticeShape](items=shapes, next=last)


async def create_road_notice(ask: Ask[Nothing, RoadNoticeBody]) -> RoadNoticePosted:
    moment = ask.desk.clock.now()
    text = _text(ask.body, moment)
    row = await ask.desk.database.write(post_road_notice, moment, ask.person, text)
    made = await ask.desk.speech.speak([spoken(row), without_road(row)])
    return RoadNoticePosted(notice=_shape(row, moment), spoken=made)


async def create_road_notices(ask: Ask[Nothing, RoadNoticeImport]) -> RoadNoticesImported:
    """Only as many get their sound now as a caller hears."""
    moment = ask.desk.clock.now()
    texts = [_text(body, moment) for body in ask.body.notices]
    rows = await ask.desk.database.write(import_road_notices, moment, ask.person, texts)
    heard = rows[-SPOKEN_AT_MOST:]
    made = await ask.desk.speech.speak([*map(spoken, heard), *map(without_road, heard)])
    return RoadNoticesImported(notices=[_shape(row, moment) for row in rows], spoken=made)


async def show_roads(ask: Ask[Nothing, Nothing]) -> RoadCatalogue:
    known = await ask.desk.database.read(catalogues.roads)
    items = [RoadShape(number=road.number, name=road.name) for road in known.roads]
    return RoadCatalogue(version=known.version, items=items)


async def replace_roads(ask: Ask[Nothing, RoadsBody]) -> RoadCatalogue:
    known = await ask.desk.database.write(
        import_roads, ask.desk.clock.now(), ask.person, ask.body.csv
    )
    items = [RoadShape(number=road.number, name=road.name) for road in known.roads]
    return RoadCatalogue(version=known.version, items=items)


async def say_sentence(ask: Ask[SpeechQuery, Nothing]) -> web.StreamResponse:
    """The same sound a caller will hear: made here, it is there for them."""
    sound = await ask.desk.speech.sound(ask.query.text)
    if sound is None:
        raise InvalidInput((Finding("text", "暂时不能合成语音，请稍后再试"),))
    headers = {"Cache-Control": "no-store"}
    return web.Response(body=sound, content_type="audio/wav", headers=headers)


async def end_road_notice(ask: Ask[Nothing, Nothing]) -> RoadNoticeShape:
    moment = ask.desk.clock.now()
    row = await ask.desk.database.write(cancel_road_notice, moment, ask.person, ask.number("id"))
    return _shape(row, moment)


def _text(body: RoadNoticeBody, moment: datetime) -> RoadNoticeText:
    values = body.model_dump(exclude={"valid_from"})
    return RoadNoticeText(**values, valid_from=body.valid_from or moment)


def _shape(row: RoadNotice, moment: datetime) -> RoadNoticeShape:
    return RoadNoticeShape(
        id=row.id,
        kind=row.kind,
        kind_label=NOTICE_KINDS[row.kind],
        road_no=row.road_no,
        road_name=row.road_name,
        section=row.section,
        direction=row.direction,
        region_code=row.region_code,
        text=row.text,
        sentence=spoken(row),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        in_force=row.cancelled_at is None and row.valid_from <= moment < row.valid_until,
        posted_by=row.posted_by,
        posted_at=row.posted_at,
        cancelled_by=row.cancelled_by,
        cancelled_at=row.cancelled_at,
    )


_SEE = any_of(Right.READ_KNOWLEDGE, Right.POST_NOTICES)
_POST = any_of(Right.POST_NOTICES)

ROUTES: tuple[AnyRoute, ...] = (
    get(
        "/road-notices", show_road_notices, _SEE, RoadNoticeQuery, Page[RoadNoticeShape], "路况信息"
    ),
    post(
        "/road-notices",
        create_road_notice,
        _POST,
        RoadNoticeBody,
        RoadNoticePosted,
        "发布路况",
        201,
    ),
    post(
        "/road-notices/import",
        create_road_notices,
        _POST,
        RoadNoticeImport,
        RoadNoticesImported,
        "批量发布路况：有一条不合格则全部不发布",
        201,
    ),
    get("/roads", show_roads, _SEE, Nothing, RoadCatalogue, "道路目录：编号与名称"),
    post(
        "/roads/import",
        replace_roads,
        any_of(Right.EDIT_CATALOGUES),
        RoadsBody,
        RoadCatalogue,
        "替换道路目录（CSV），旧版本保留",
    ),
    get(
        "/road-notices/preview",
        say_sentence,
        any_of(Right.POST_NOTICES, Right.ANNOUNCE),
        SpeechQuery,
        type(None),
        "试听：来电人将听到的声音",
        media_type="audio/wav",
    ),
    post(
        r"/road-notices/{id:\d+}/cancel",
        end_road_notice,
        _POST,
        Nothing,
        RoadNoticeShape,
        "解除路况",
    ),
)
