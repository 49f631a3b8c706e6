"""The voice menu's draft: read, saved, checked. Anybody's edit is everybody's draft."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from agent_desk.menu.sounding import Progress
from agent_desk.web.routing import AnyRoute, Ask, Route, any_of, get
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.flows import (
    FlowBody,
    FlowItem,
    FlowList,
    FlowRemoval,
    FlowSaved,
    FlowShape,
    LiveVersion,
    Making,
    Report,
    TrialShape,
)
from agent_desk.web.shaping.numbers import Sight, sight_of
from ivr_flows.menu import main_flows, title_of
from ticketing import catalogues
from ticketing.menu import (
    Aliases,
    DraftFlow,
    aliases,
    draft_flow,
    draft_flows,
    draft_texts,
    find_version,
    live_publication,
    remove_draft,
    save_draft,
)
from ticketing.menu.drafts import RESERVED
from ticketing.records.flows import MenuPublication
from ticketing.rules.permissions import Right

LARGEST_TEXT: Final = 2 * 1024 * 1024
"""Bytes of a request with the longest flow in it."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The draft beside what callers hear."""

    drafts: Sequence[DraftFlow]
    live_texts: dict[str, str]
    live: MenuPublication | None
    aliases: Aliases
    two_person: bool


async def show_flows(ask: Ask[Nothing, Nothing]) -> FlowList:
    seen = await ask.desk.database.read(_seen)
    report = await ask.desk.menu.reports.of({one.name: one.text for one in seen.drafts})
    making = ask.desk.menu.sounds.progress
    # A long flow takes a tenth of a second to read: not on the loop that serves everybody.
    return await asyncio.to_thread(_list, seen, report, making, sight_of(ask.person))


async def show_flow(ask: Ask[Nothing, Nothing]) -> FlowShape:
    flow, live_text = await ask.desk.database.read(_one, ask.path["name"])
    return FlowShape(
        name=flow.name,
        text=flow.text,
        revision=flow.revision,
        saved_at=flow.saved_at,
        saved_by=flow.saved_by,
        live_text=live_text,
    )


async def update_flow(ask: Ask[Nothing, FlowBody]) -> FlowSaved:
    """Saves whatever it is: a draft may be wrong, the report says how."""
    moment, name, body = ask.desk.clock.now(), ask.path["name"], ask.body
    revision = await ask.desk.database.write(
        save_draft, moment, ask.person, name, body.text, body.revision
    )
    texts = await ask.desk.database.read(draft_texts)
    return FlowSaved(revision=revision, report=await ask.desk.menu.reports.of(texts))


async def remove_flow(ask: Ask[Nothing, FlowRemoval]) -> None:
    moment, name = ask.desk.clock.now(), ask.path["name"]
    await ask.desk.database.write(remove_draft, moment, ask.person, name, ask.body.revision)


def _seen(session: Session) -> _Seen:
    now = aliases(session)
    return _Seen(
        draft_flows(session),
        find_version(session, now.live).texts if now.live else {},
        live_publication(session),
        now,
        catalogues.policy(session).two_person_menu,
    )


def _one(session: Session, name: str) -> tuple[DraftFlow, str | None]:
    flow, live = draft_flow(session, name), aliases(session).live
    return flow, find_version(session, live).texts.get(name) if live else None


def _list(seen: _Seen, report: Report, making: Progress | None, sight: Sight) -> FlowList:
    texts = {one.name: one.text for one in seen.drafts}
    mains = main_flows(texts)
    mistakes = [one.flow for one in report.findings if one.severity == "mistake"]
    return FlowList(
        items=[
            FlowItem(
                name=flow.name,
                title=title_of(flow.name, flow.text),
                main=flow.name in mains,
                changed=seen.live_texts.get(flow.name) != flow.text,
                mistakes=mistakes.count(flow.name),
                saved_at=flow.saved_at,
                saved_by=flow.saved_by,
            )
            for flow in seen.drafts
        ],
        removed=sorted(seen.live_texts.keys() - texts.keys()),
        live=_live(seen.live),
        trial=_trial(seen.aliases, sight),
        two_person=seen.two_person,
        making=Making.model_validate(making) if making else None,
    )


def _live(row: MenuPublication | None) -> LiveVersion | None:
    if row is None or row.number is None:
        return None
    return LiveVersion(number=row.number, at=row.at, by=row.done_by, reason=row.reason)


def _trial(now: Aliases, sight: Sight) -> TrialShape | None:
    if now.trial is None:
        return None
    callers = [sight.number(number) for number in now.trial.callers]
    return TrialShape(number=now.trial.number, share=now.trial.share, callers=callers)


SEE_FLOWS: Final = any_of(Right.EDIT_FLOWS, Right.PUBLISH_FLOWS)
EDIT_FLOWS: Final = any_of(Right.EDIT_FLOWS)
_ONE: Final = rf"/flows/{{name:(?!(?:{'|'.join(sorted(RESERVED))})$)\w+}}"

ROUTES: tuple[AnyRoute, ...] = (
    get(
        "/flows", show_flows, SEE_FLOWS, Nothing, FlowList, "语音菜单：草稿的各流程，正式与试行版本"
    ),
    get(_ONE, show_flow, SEE_FLOWS, Nothing, FlowShape, "一个流程的草稿"),
    Route(
        "PUT",
        _ONE,
        update_flow,
        EDIT_FLOWS,
        Nothing,
        FlowBody,
        FlowSaved,
        "保存草稿并检查",
        body_limit=LARGEST_TEXT,
    ),
    Route(
        "DELETE",
        _ONE,
        remove_flow,
        EDIT_FLOWS,
        Nothing,
        FlowRemoval,
        type(None),
        "从草稿中删去一个流程",
        status=204,
    ),
)
