"""Files people bring: taken whole, looked through by the worker, loaded when they say so."""

from aiohttp import web

from agent_desk.web.problems import BadRequest
from agent_desk.web.routing import AnyRoute, Ask, Route, any_of, get, post
from agent_desk.web.shapes.base import Nothing, Page, PageQuery
from agent_desk.web.shapes.imports import (
    FaultQuery,
    FaultShape,
    ImportQuery,
    ImportShape,
    TemplateQuery,
    WantBody,
)
from ticketing.imports import jobs
from ticketing.imports.importer import ImportKind, ImportState
from ticketing.imports.jobs import Upload
from ticketing.imports.tables import LARGEST, template
from ticketing.records.imports import ImportJob
from ticketing.rules.permissions import Right

_SAME = frozenset(ImportShape.model_fields) - {"kind_label", "state_label", "asked_by"}


async def show_imports(ask: Ask[PageQuery, Nothing]) -> Page[ImportShape]:
    limit = ask.query.limit
    rows = await ask.desk.database.read(jobs.list_imports, ask.query.after, limit + 1)
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page[ImportShape](items=[_shape(row) for row in rows[:limit]], next=last)


async def show_import(ask: Ask[Nothing, Nothing]) -> ImportShape:
    return _shape(await ask.desk.database.read(jobs.one_import, ask.number("id")))


async def show_faults(ask: Ask[FaultQuery, Nothing]) -> Page[FaultShape]:
    limit = ask.query.limit
    rows = await ask.desk.database.read(jobs.faults, ask.number("id"), ask.query.after, limit + 1)
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    shapes = [FaultShape.model_validate(row) for row in rows[:limit]]
    return Page[FaultShape](items=shapes, next=last)


async def bring_file(ask: Ask[ImportQuery, Nothing]) -> ImportShape:
    """The body is the file itself, read piece by piece up to a limit."""
    query = ask.query
    options = {"year": query.year, "notice": query.notice, "source_system": query.source_system}
    content = await _whole(ask.request)
    brought = Upload(ImportKind(query.kind), query.name, content, options)
    job = await ask.desk.database.write(jobs.bring, ask.desk.clock.now(), ask.person, brought)
    return _shape(job)


async def load_import(ask: Ask[Nothing, WantBody]) -> ImportShape:
    job = await ask.desk.database.write(
        jobs.want,
        ask.desk.clock.now(),
        ask.person,
        ask.number("id"),
        all_or_nothing=ask.body.all_or_nothing,
    )
    return _shape(job)


async def cancel_import(ask: Ask[Nothing, Nothing]) -> ImportShape:
    job = await ask.desk.database.write(
        jobs.cancel, ask.desk.clock.now(), ask.person, ask.number("id")
    )
    return _shape(job)


async def show_template(ask: Ask[TemplateQuery, Nothing]) -> web.StreamResponse:
    kind = ImportKind(ask.query.kind)
    headers = {"Content-Disposition": f'attachment; filename="{kind.value}.csv"'}
    text = template(jobs.COLUMNS[kind])
    return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


async def _whole(request: web.Request) -> bytes:
    pieces = bytearray()
    async for piece in request.content.iter_chunked(256 * 1024):
        pieces += piece
        if len(pieces) > LARGEST:
            raise BadRequest(f"文件最大{LARGEST // 1024 // 1024}兆字节", 413)
    return bytes(pieces)


def _shape(job: ImportJob) -> ImportShape:
    return ImportShape(
        **{name: getattr(job, name) for name in _SAME},
        kind_label=ImportKind(job.kind).zh,
        state_label=ImportState(job.state).zh,
        asked_by=job.asked_by_name,
    )


_EDIT = any_of(Right.EDIT_CATALOGUES)
_ID = r"/imports/{id:\d+}"
_BRING = Route(
    "POST",
    "/imports",
    bring_file,
    _EDIT,
    ImportQuery,
    Nothing,
    ImportShape,
    "上传文件，先检查",
    status=201,
    body_type="application/octet-stream",
)

ROUTES: tuple[AnyRoute, ...] = (
    get("/imports", show_imports, _EDIT, PageQuery, Page[ImportShape], "导入记录"),
    _BRING,
    get(
        "/imports/template",
        show_template,
        _EDIT,
        TemplateQuery,
        type(None),
        "空表",
        media_type="text/csv",
    ),
    get(_ID, show_import, _EDIT, Nothing, ImportShape, "一次导入"),
    get(f"{_ID}/faults", show_faults, _EDIT, FaultQuery, Page[FaultShape], "有问题的行"),
    post(f"{_ID}/load", load_import, _EDIT, WantBody, ImportShape, "确认导入"),
    post(f"{_ID}/cancel", cancel_import, _EDIT, Nothing, ImportShape, "取消导入"),
)
