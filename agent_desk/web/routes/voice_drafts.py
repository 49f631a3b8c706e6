"""Drafts that callers spoke into the menu and nobody has confirmed yet, oldest first."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, any_of, get
from agent_desk.web.shapes.base import Nothing, Page, PageQuery
from agent_desk.web.shapes.self_service import VoiceDraft
from agent_desk.web.shaping.calls import recording_shapes
from agent_desk.web.shaping.numbers import Sight, sight_of
from ticketing.orders.views import voice_drafts
from ticketing.records.recordings import Recording, WorkOrderRecording
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import Right


async def show_voice_drafts(ask: Ask[PageQuery, Nothing]) -> Page[VoiceDraft]:
    return await ask.desk.database.read(
        _page, sight_of(ask.person), ask.query.after, ask.query.limit
    )


def _page(session: Session, sight: Sight, after: int | None, limit: int) -> Page[VoiceDraft]:
    orders = voice_drafts(session, after, limit + 1)
    last = str(orders[limit - 1].id) if len(orders) > limit else None
    shown = orders[:limit]
    sounds = _recordings(session, [order.id for order in shown], sight)
    items = [_shape(order, sight, sounds.get(order.id, [])) for order in shown]
    return Page[VoiceDraft](items=items, next=last)


def _recordings(session: Session, order_ids: list[int], sight: Sight) -> dict[int, list[Any]]:
    rows = session.execute(
        select(WorkOrderRecording.work_order_id, Recording)
        .join(Recording, WorkOrderRecording.recording_id == Recording.id)
        .where(WorkOrderRecording.work_order_id.in_(order_ids))
        .order_by(Recording.started_at, Recording.id)
    ).all()
    shapes = recording_shapes(session, [recording for _, recording in rows], sight)
    found: dict[int, list[Any]] = {}
    for (order_id, _), shape in zip(rows, shapes, strict=True):
        found.setdefault(order_id, []).append(shape)
    return found


def _shape(order: WorkOrder, sight: Sight, recordings: list[Any]) -> VoiceDraft:
    return VoiceDraft(
        order_no=order.order_no,
        kind=order.kind,
        topic=order.sub_item or order.topic,
        content=sight.words(order.content, order.confidential),
        caller_number=sight.number(order.caller_number, sealed=order.confidential),
        accepted_at=order.accepted_at,
        recordings=recordings,
    )


ROUTES: tuple[AnyRoute, ...] = (
    get(
        "/voice-drafts",
        show_voice_drafts,
        any_of(Right.LISTEN_RECORDINGS),
        PageQuery,
        Page[VoiceDraft],
        "语音菜单留下的待确认草稿，最早的在前",
    ),
)
