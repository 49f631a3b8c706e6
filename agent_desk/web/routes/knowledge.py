"""Knowledge: read by everybody at a desk, told to callers once it is published."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyAsk, AnyRoute, Ask, any_of, get, patch, post
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.information import (
    KnowledgeBody,
    KnowledgePatch,
    KnowledgeQuery,
    KnowledgeSaved,
    KnowledgeShape,
)
from ticketing.actors import Actor
from ticketing.information import (
    KnowledgeText,
    Votes,
    change_knowledge,
    expire_knowledge,
    list_knowledge,
    publish_knowledge,
    submit_knowledge,
    votes_by_topic,
    write_knowledge,
)
from ticketing.information.knowledge import STATES
from ticketing.records.information import KnowledgeItem
from ticketing.rules.permissions import Right


async def show_knowledge(ask: Ask[KnowledgeQuery, Nothing]) -> Page[KnowledgeShape]:
    """Who does not edit sees what is published and valid now, nothing else."""
    query, edits = ask.query, ask.person.may(Right.EDIT_KNOWLEDGE)
    rows = await ask.desk.database.read(
        list_knowledge,
        query.after,
        query.limit + 1,
        q=query.q,
        topic=query.topic,
        state=query.state if edits else "published",
        valid_at=None if edits else ask.desk.clock.now(),
    )
    last = str(rows[query.limit - 1].id) if len(rows) > query.limit else None
    votes = await ask.desk.database.read(votes_by_topic)
    items = [_shape(row, votes.get(row.topic)) for row in rows[: query.limit]]
    return Page[KnowledgeShape](items=items, next=last)


async def create_knowledge(ask: Ask[Nothing, KnowledgeBody]) -> KnowledgeSaved:
    text = KnowledgeText(**ask.body.model_dump())
    item = await ask.desk.database.write(write_knowledge, ask.desk.clock.now(), ask.person, text)
    return await _saved(ask, item)


async def update_knowledge(ask: Ask[Nothing, KnowledgePatch]) -> KnowledgeSaved:
    given = ask.body.model_dump(exclude_unset=True)
    item = await ask.desk.database.write(
        change_knowledge, ask.desk.clock.now(), ask.person, ask.number("id"), given
    )
    return await _saved(ask, item)


async def hand_in_knowledge(ask: Ask[Nothing, Nothing]) -> KnowledgeShape:
    return _shape(await _moved(ask, submit_knowledge))


async def release_knowledge(ask: Ask[Nothing, Nothing]) -> KnowledgeSaved:
    return await _saved(ask, await _moved(ask, publish_knowledge))


async def end_knowledge(ask: Ask[Nothing, Nothing]) -> KnowledgeShape:
    return _shape(await _moved(ask, expire_knowledge))


async def _moved(
    ask: Ask[Nothing, Nothing], move: Callable[[Session, datetime, Actor, int], KnowledgeItem]
) -> KnowledgeItem:
    moment = ask.desk.clock.now()
    return await ask.desk.database.write(move, moment, ask.person, ask.number("id"))


async def _saved(ask: AnyAsk, item: KnowledgeItem) -> KnowledgeSaved:
    made = await ask.desk.speech.speak([item.spoken] if item.spoken else [])
    return KnowledgeSaved(item=_shape(item), spoken=made)


def _shape(item: KnowledgeItem, votes: Votes | None = None) -> KnowledgeShape:
    ours = {"state_label", "useful", "useless"}
    fields = {name: getattr(item, name) for name in KnowledgeShape.model_fields if name not in ours}
    counted = votes or Votes(0, 0)
    return KnowledgeShape(
        **fields,
        state_label=STATES[item.state],
        useful=counted.useful,
        useless=counted.useless,
    )


_SEE = any_of(Right.READ_KNOWLEDGE, Right.EDIT_KNOWLEDGE)
_EDIT = any_of(Right.EDIT_KNOWLEDGE)
_ONE = r"/knowledge/{id:\d+}"

ROUTES: tuple[AnyRoute, ...] = (
    get("/knowledge", show_knowledge, _SEE, KnowledgeQuery, Page[KnowledgeShape], "知识库"),
    post("/knowledge", create_knowledge, _EDIT, KnowledgeBody, KnowledgeSaved, "新增知识条目", 201),
    patch(_ONE, update_knowledge, _EDIT, KnowledgePatch, KnowledgeSaved, "修改，改后须重新审核"),
    post(f"{_ONE}/submit", hand_in_knowledge, _EDIT, Nothing, KnowledgeShape, "提交审核"),
    post(f"{_ONE}/publish", release_knowledge, _EDIT, Nothing, KnowledgeSaved, "审核通过并发布"),
    post(f"{_ONE}/expire", end_knowledge, _EDIT, Nothing, KnowledgeShape, "使条目失效"),
)
