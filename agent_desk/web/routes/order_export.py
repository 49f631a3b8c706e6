"""The order list as a file: masked as on the screen, page by page, on the record before its first
byte. No cell can be taken for a formula by the program that opens it.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from aiohttp import web
from openpyxl import Workbook
from sqlalchemy.orm import Session

from agent_desk.web.routes.work_orders import filter_of
from agent_desk.web.routing import AnyRoute, Ask, any_of, get
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.order_list import ExportQuery
from agent_desk.web.shaping.numbers import Sight, note_sight, sight_of
from ticketing import catalogues
from ticketing.clock import SHANGHAI
from ticketing.orders.views import PAGE_AT_MOST, OrderFilter, list_orders
from ticketing.people.audit import record_audit
from ticketing.people.person import Person
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.classification import Kind
from ticketing.rules.permissions import Right
from ticketing.rules.states import State
from ticketing.units import unit_names

MOST: Final[Mapping[str, int]] = {"csv": 200_000, "xlsx": 50_000}
"""Rows of one file; a spreadsheet is made whole in memory."""
HEADING: Final = (
    "工单编号", "来源编号", "状态", "业务类型", "业务领域", "热点事项", "细项", "行政区划",
    "受理渠道", "紧急程度", "诉求人", "来电号码", "对象", "地点", "诉求内容", "办理结果",
    "承办单位", "受理时间", "转办时间", "办理期限", "办结时间", "逾期",
)  # fmt: skip
_PRIORITIES: Final[Mapping[str, str]] = {"normal": "一般", "urgent": "紧急", "safety": "安全生产"}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


async def export_orders(ask: Ask[ExportQuery, Nothing]) -> web.StreamResponse:
    query, moment = ask.query, ask.desk.clock.now()
    wanted = filter_of(query, ask.person)
    skipped = {"after", "limit", "reason", "format"}
    told = query.model_dump(mode="json", exclude=skipped, exclude_defaults=True)
    await ask.desk.database.write(
        record_audit,
        moment,
        ask.person,
        "work_order.export",
        "work_order",
        "list",
        reason=query.reason,
        detail={"format": query.format, "filter": told},
        address=ask.address,
    )
    await note_sight(ask, "work_order", "export")
    name = f"work-orders-{moment.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.{query.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if query.format == "xlsx":
        content = await _book(_pages(ask, wanted, MOST["xlsx"]))
        return web.Response(body=content, content_type=_XLSX, headers=headers)
    answer = web.StreamResponse(headers=headers)
    answer.content_type, answer.charset = "text/csv", "utf-8"
    await answer.prepare(ask.request)
    await answer.write(b"\xef\xbb\xbf" + _lines([HEADING]))
    async for rows in _pages(ask, wanted, MOST["csv"]):
        await answer.write(_lines(rows))
    await answer.write_eof()
    return answer


async def _pages(
    ask: Ask[ExportQuery, Nothing], wanted: OrderFilter, most: int
) -> AsyncIterator[list[list[str]]]:
    """Newest first; each page is a read of its own, so that nothing is locked meanwhile."""
    after: int | None = None
    count = 0
    while True:
        rows, after = await ask.desk.database.read(_page, ask.person, wanted, after)
        yield rows[: most - count]
        count += len(rows)
        if after is None:
            return
        if count >= most:
            yield [[f"仅导出前{most}件，请缩小范围后再导出"]]
            return


def _page(
    session: Session, person: Person, wanted: OrderFilter, after: int | None
) -> tuple[list[list[str]], int | None]:
    page = list_orders(session, person, wanted, after, PAGE_AT_MOST)
    units = unit_names(session, [order.lead_unit_id for order in page.orders])
    regions = {one.code: one.name for one in catalogues.regions(session)}
    channels = {one.code: one.name for one in catalogues.channels(session)}
    sight = sight_of(person)
    rows = [
        _row(order, sight, units.get(order.lead_unit_id or 0, ""), regions, channels)
        for order in page.orders
    ]
    return rows, page.next_after


def _row(
    order: WorkOrder,
    sight: Sight,
    unit: str,
    regions: Mapping[str, str],
    channels: Mapping[str, str],
) -> list[str]:
    sealed = order.confidential
    cells = (
        order.order_no,
        order.source_no,
        State(order.state).zh,
        Kind(order.kind).zh,
        order.domain,
        order.topic,
        order.sub_item,
        regions.get(order.region_code, order.region_code),
        channels.get(order.channel, order.channel),
        _PRIORITIES.get(order.priority, order.priority),
        sight.name(order.caller_name, sealed=sealed),
        sight.number(order.caller_number, sealed=sealed),
        order.object,
        order.place,
        sight.words(order.content, sealed),
        sight.words(order.result, sealed),
        unit,
        _time(order.accepted_at),
        _time(order.dispatched_at),
        _time(order.handling_due_at),
        _time(order.closed_at),
        "是" if order.overdue_at is not None else "",
    )
    return [safe_cell(cell) for cell in cells]


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


async def _book(pages: AsyncIterator[list[list[str]]]) -> bytes:
    """Cells and packing in threads: the sockets of the desk go on meanwhile."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("工单")
    sheet.append(HEADING)
    async for rows in pages:
        await asyncio.to_thread(_append, sheet, rows)
    return await asyncio.to_thread(_packed, book)


def _append(sheet: Any, rows: list[list[str]]) -> None:
    for row in rows:
        sheet.append(row)


def _packed(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ROUTES: tuple[AnyRoute, ...] = (
    get(
        "/work-orders/export",
        export_orders,
        any_of(Right.EXPORT),
        ExportQuery,
        type(None),
        "导出工单列表，CSV 或 XLSX",
        media_type="text/csv",
    ),
)
