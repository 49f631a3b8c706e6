"""Versions of the voice menu: frozen, compared, put live or on trial, and back again."""

import asyncio
from collections.abc import Mapping
from typing import Final, Literal

from sqlalchemy.orm import Session

from agent_desk.menu.difference import difference
from agent_desk.menu.reporting import NotFit
from agent_desk.menu.sounding import require_readable
from agent_desk.web.routes.flows import EDIT_FLOWS, SEE_FLOWS
from agent_desk.web.routing import AnyRoute, Ask, Route, any_of, get, post, put
from agent_desk.web.shapes.base import Nothing, Page, PageQuery
from agent_desk.web.shapes.flows import (
    Difference,
    DifferenceQuery,
    FreezeBody,
    PublicationQuery,
    PublicationShape,
    PublishBody,
    ReasonBody,
    TakeBody,
    TwoPerson,
    TwoPersonBody,
    VersionShape,
    VersionWithTexts,
)
from agent_desk.web.shaping.numbers import Sight, sight_of
from ticketing import menu
from ticketing.menu import Alias, Published
from ticketing.records.flows import MenuPublication, MenuVersion
from ticketing.rules.permissions import Right

State = Literal["live", "trial", "published", "checked"]
_STATES: Final[Mapping[State, str]] = {
    "live": "正式",
    "trial": "试行",
    "published": "曾经正式",
    "checked": "已检查",
}
_WAYS: Final[Mapping[str, str]] = {
    "publish": "发布",
    "rollback": "回退",
    "end": "结束试行",
    "install": "安装",
}


async def show_versions(ask: Ask[PageQuery, Nothing]) -> Page[VersionShape]:
    return await ask.desk.database.read(_page, ask.query.after, ask.query.limit)


async def show_version(ask: Ask[Nothing, Nothing]) -> VersionWithTexts:
    return await ask.desk.database.read(_with_texts, ask.number("number"))


async def freeze_draft(ask: Ask[Nothing, FreezeBody]) -> VersionShape:
    """Only what passed the checks; an edit in between is told, not frozen unseen."""
    desk = ask.desk
    texts = await desk.database.read(menu.draft_texts)
    await desk.menu.reports.require_fit(texts)
    digest = menu.digest_of(texts)
    version = await desk.database.write(
        menu.freeze, desk.clock.now(), ask.person, ask.body.reason, digest
    )
    return await desk.database.read(_shape_of, version.number)


async def show_difference(ask: Ask[DifferenceQuery, Nothing]) -> Difference:
    return await ask.desk.database.read(_difference, ask.number("number"), ask.query.from_)


async def show_draft_difference(ask: Ask[DifferenceQuery, Nothing]) -> Difference:
    return await ask.desk.database.read(_draft_difference, ask.query.from_)


async def publish_version(ask: Ask[Nothing, PublishBody]) -> VersionShape:
    """Every sound is made before; that may take a minute, GET /flows tells how far it is.

    Test cases were run when it was frozen; those written since do not bind an older version.
    """
    desk, body, number = ask.desk, ask.body, ask.number("number")
    wish = Published(number, Alias(body.alias), body.reason, body.share, tuple(body.callers))
    version = await desk.database.read(menu.check_may_publish, ask.person, wish)
    report = await desk.menu.reports.of(version.texts)
    if any(one.severity == "mistake" for one in report.findings):
        raise NotFit(report)
    await desk.menu.sounds.make(number, version.texts)
    await desk.database.write(menu.publish, desk.clock.now(), ask.person, wish)
    return await desk.database.read(_shape_of, number)


async def roll_menu_back(ask: Ask[Nothing, ReasonBody]) -> VersionShape:
    """At once: it was heard before, so its sounds are there, or are made where it is served."""
    desk = ask.desk
    version = await desk.database.read(menu.rolls_back_to)
    await asyncio.to_thread(require_readable, version.number, version.texts)
    await desk.database.write(
        menu.roll_back, desk.clock.now(), ask.person, ask.body.reason, version.number
    )
    return await desk.database.read(_shape_of, version.number)


async def end_menu_trial(ask: Ask[Nothing, ReasonBody]) -> None:
    moment = ask.desk.clock.now()
    await ask.desk.database.write(menu.end_trial, moment, ask.person, ask.body.reason)


async def take_version(ask: Ask[Nothing, TakeBody]) -> None:
    moment, number = ask.desk.clock.now(), ask.number("number")
    await ask.desk.database.write(
        menu.take_as_draft, moment, ask.person, number, discard=ask.body.discard
    )


async def switch_two_person(ask: Ask[Nothing, TwoPersonBody]) -> TwoPerson:
    moment, is_on = ask.desk.clock.now(), ask.body.is_on
    await ask.desk.database.write(menu.set_two_person, moment, ask.person, is_on=is_on)
    return TwoPerson(is_on=is_on)


async def show_publications(ask: Ask[PublicationQuery, Nothing]) -> Page[PublicationShape]:
    limit, sight = ask.query.limit, sight_of(ask.person)
    rows = await ask.desk.database.read(menu.list_publications, ask.query.after, limit + 1)
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page[PublicationShape](items=[_told(row, sight) for row in rows[:limit]], next=last)


def _page(session: Session, after: int | None, limit: int) -> Page[VersionShape]:
    rows = menu.list_versions(session, after, limit + 1)
    last = str(rows[limit - 1].number) if len(rows) > limit else None
    shown, now = rows[:limit], menu.aliases(session)
    heard = menu.were_live(session, [row.number for row in shown])
    return Page[VersionShape](items=[_shape(row, now, heard) for row in shown], next=last)


def _with_texts(session: Session, number: int) -> VersionWithTexts:
    version = menu.find_version(session, number)
    shape = _shape_of(session, number)
    return VersionWithTexts(**shape.model_dump(), texts=version.texts)


def _shape_of(session: Session, number: int) -> VersionShape:
    version = menu.find_version(session, number)
    return _shape(version, menu.aliases(session), menu.were_live(session, [number]))


def _shape(version: MenuVersion, now: menu.Aliases, heard: frozenset[int]) -> VersionShape:
    state: State = "published" if version.number in heard else "checked"
    if now.trial is not None and now.trial.number == version.number:
        state = "trial"
    if now.live == version.number:
        state = "live"
    return VersionShape(
        number=version.number,
        author=version.author,
        edited_by=version.edited_by,
        at=version.at,
        reason=version.reason,
        origin=menu.Origin(version.origin).value,
        digest=version.digest,
        state=state,
        state_label=_STATES[state],
    )


def _difference(session: Session, number: int, before: int | None) -> Difference:
    """Against the version before, unless another is named; the first one against nothing."""
    older = number - 1 if before is None else before
    texts = menu.find_version(session, number).texts
    old = menu.find_version(session, older).texts if older else {}
    return Difference(**{"from": older or None}, to=number, flows=difference(old, texts))


def _draft_difference(session: Session, before: int | None) -> Difference:
    """The draft against what callers hear, unless another version is named."""
    older = menu.aliases(session).live if before is None else before
    old = menu.find_version(session, older).texts if older else {}
    flows = difference(old, menu.draft_texts(session))
    return Difference(**{"from": older or None}, to=None, flows=flows)


def _told(row: MenuPublication, sight: Sight) -> PublicationShape:
    return PublicationShape(
        id=row.id,
        alias=Alias(row.alias).value,
        number=row.number,
        share=row.share,
        callers=[sight.number(number) for number in row.callers],
        way=row.way,
        way_label=_WAYS[row.way],
        by=row.done_by,
        at=row.at,
        reason=row.reason,
    )


_PUBLISH: Final = any_of(Right.PUBLISH_FLOWS)
_ONE: Final = r"/flows/versions/{number:\d+}"

ROUTES: tuple[AnyRoute, ...] = (
    get("/flows/versions", show_versions, SEE_FLOWS, PageQuery, Page[VersionShape], "菜单版本"),
    post("/flows/versions", freeze_draft, EDIT_FLOWS, FreezeBody, VersionShape, "草稿定版", 201),
    get(_ONE, show_version, SEE_FLOWS, Nothing, VersionWithTexts, "一个版本及其全部流程"),
    get(
        f"{_ONE}/difference",
        show_difference,
        SEE_FLOWS,
        DifferenceQuery,
        Difference,
        "一个版本改了什么",
    ),
    get(
        "/flows/difference",
        show_draft_difference,
        SEE_FLOWS,
        DifferenceQuery,
        Difference,
        "草稿与正式版的不同",
    ),
    post(f"{_ONE}/publish", publish_version, _PUBLISH, PublishBody, VersionShape, "发布或试行"),
    post(f"{_ONE}/draft", take_version, EDIT_FLOWS, TakeBody, type(None), "取这一版作草稿", 204),
    post("/flows/rollback", roll_menu_back, _PUBLISH, ReasonBody, VersionShape, "回退到上一正式版"),
    Route(
        "DELETE",
        "/flows/trial",
        end_menu_trial,
        _PUBLISH,
        Nothing,
        ReasonBody,
        type(None),
        "结束试行",
        status=204,
    ),
    get(
        "/flows/publications",
        show_publications,
        SEE_FLOWS,
        PublicationQuery,
        Page[PublicationShape],
        "发布与回退的历史",
    ),
    put(
        "/flows/two_person",
        switch_two_person,
        any_of(Right.EDIT_CATALOGUES),
        TwoPersonBody,
        TwoPerson,
        "双人规则：最后修改的人不能发布",
    ),
)
