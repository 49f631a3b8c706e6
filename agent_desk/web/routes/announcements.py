"""What every caller meets first: announcements, the centre's switches, caller groups."""

from datetime import datetime

from agent_desk.web.routing import AnyRoute, Ask, any_of, delete, get, post, put
from agent_desk.web.shapes.base import Nothing, Page
from agent_desk.web.shapes.information import (
    AnnouncementBody,
    AnnouncementPosted,
    AnnouncementQuery,
    AnnouncementShape,
    MemberBody,
    MemberQuery,
    MemberShape,
    SwitchBody,
    Switches,
    SwitchShape,
)
from agent_desk.web.shaping.numbers import Sight, note_sight, sight_of
from ticketing.information import (
    SWITCHES,
    Turn,
    add_to_group,
    cancel_announcement,
    is_on_at,
    list_announcements,
    list_members,
    list_switches,
    post_announcement,
    remove_from_group,
    set_switch,
)
from ticketing.information.caller_groups import GROUPS
from ticketing.records.information import Announcement, CallerGroupMember, CentreSwitch
from ticketing.rules.permissions import Right


async def show_announcements(ask: Ask[AnnouncementQuery, Nothing]) -> Page[AnnouncementShape]:
    moment, limit = ask.desk.clock.now(), ask.query.limit
    rows = await ask.desk.database.read(
        list_announcements, moment, ask.query.after, limit + 1, in_force=ask.query.in_force
    )
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    shapes = [_announcement(row, moment) for row in rows[:limit]]
    return Page[AnnouncementShape](items=shapes, next=last)


async def create_announcement(ask: Ask[Nothing, AnnouncementBody]) -> AnnouncementPosted:
    moment = ask.desk.clock.now()
    row = await ask.desk.database.write(
        post_announcement, moment, ask.person, ask.body.text, ask.body.valid_until
    )
    made = await ask.desk.speech.speak([row.text])
    return AnnouncementPosted(announcement=_announcement(row, moment), spoken=made)


async def end_announcement(ask: Ask[Nothing, Nothing]) -> AnnouncementShape:
    moment = ask.desk.clock.now()
    row = await ask.desk.database.write(cancel_announcement, moment, ask.person, ask.number("id"))
    return _announcement(row, moment)


async def show_switches(ask: Ask[Nothing, Nothing]) -> Switches:
    moment = ask.desk.clock.now()
    rows = await ask.desk.database.read(list_switches)
    return Switches(items=[_switch(name, row, moment) for name, row in rows.items()])


async def turn_switch(ask: Ask[Nothing, SwitchBody]) -> SwitchShape:
    name, moment = ask.path["name"], ask.desk.clock.now()
    turn = Turn(ask.body.is_on, ask.body.on_from, ask.body.on_until)
    row = await ask.desk.database.write(set_switch, moment, ask.person, name, turn)
    return _switch(name, row, moment)


async def show_caller_groups(ask: Ask[MemberQuery, Nothing]) -> Page[MemberShape]:
    limit = ask.query.limit
    rows = await ask.desk.database.read(
        list_members, ask.query.after, limit + 1, group=ask.query.caller_group
    )
    await note_sight(ask, "caller_group_member", "list")
    last = str(rows[limit - 1].id) if len(rows) > limit else None
    sight = sight_of(ask.person)
    return Page[MemberShape](items=[_member(row, sight) for row in rows[:limit]], next=last)


async def add_caller(ask: Ask[Nothing, MemberBody]) -> MemberShape:
    body = ask.body
    row = await ask.desk.database.write(
        add_to_group, ask.desk.clock.now(), ask.person, body.number, body.caller_group
    )
    return _member(row, sight_of(ask.person))


async def remove_caller(ask: Ask[Nothing, Nothing]) -> None:
    moment = ask.desk.clock.now()
    await ask.desk.database.write(remove_from_group, moment, ask.person, ask.number("id"))


def _announcement(row: Announcement, moment: datetime) -> AnnouncementShape:
    return AnnouncementShape(
        id=row.id,
        text=row.text,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        in_force=row.cancelled_at is None and row.valid_from <= moment < row.valid_until,
        posted_by=row.posted_by,
        posted_at=row.posted_at,
        cancelled_at=row.cancelled_at,
    )


def _switch(name: str, row: CentreSwitch | None, moment: datetime) -> SwitchShape:
    planned = row is not None and row.is_on and row.on_from is not None and row.on_from > moment
    shown = row if planned or (row is not None and is_on_at(row, moment)) else None
    return SwitchShape(
        name=name,
        label=SWITCHES[name],
        is_on=row is not None and is_on_at(row, moment),
        planned=planned,
        on_from=shown.on_from if shown else None,
        on_until=shown.on_until if shown else None,
        changed_by=row.changed_by if row else "",
        changed_at=row.changed_at if row else None,
    )


def _member(row: CallerGroupMember, sight: Sight) -> MemberShape:
    return MemberShape(
        id=row.id,
        number=sight.number(row.number),
        caller_group=row.caller_group,
        caller_group_label=GROUPS.get(row.caller_group, row.caller_group),
        added_by=row.added_by,
        added_at=row.added_at,
    )


_SEE = any_of(Right.READ_KNOWLEDGE, Right.ANNOUNCE)
_ANNOUNCE = any_of(Right.ANNOUNCE)
_WISH = any_of(Right.ANNOUNCE, Right.TAKE_CALLS)
"""An agent notes what a caller asks for; who else is in the groups is the leaders' business."""
_GROUPS = "/caller-groups"

ROUTES: tuple[AnyRoute, ...] = (
    get(
        "/announcements",
        show_announcements,
        _SEE,
        AnnouncementQuery,
        Page[AnnouncementShape],
        "紧急公告",
    ),
    post(
        "/announcements",
        create_announcement,
        _ANNOUNCE,
        AnnouncementBody,
        AnnouncementPosted,
        "发布公告：每位来电人最先听到",
        201,
    ),
    post(
        r"/announcements/{id:\d+}/cancel",
        end_announcement,
        _ANNOUNCE,
        Nothing,
        AnnouncementShape,
        "撤销公告",
    ),
    get("/switches", show_switches, _SEE, Nothing, Switches, "中心开关"),
    put(
        "/switches/{name}",
        turn_switch,
        _ANNOUNCE,
        SwitchBody,
        SwitchShape,
        "打开（可定时）或关闭",
    ),
    get(_GROUPS, show_caller_groups, _ANNOUNCE, MemberQuery, Page[MemberShape], "来电人群号码"),
    post(_GROUPS, add_caller, _WISH, MemberBody, MemberShape, "加入来电人群", 201),
    delete(_GROUPS + r"/{id:\d+}", remove_caller, _ANNOUNCE, type(None), "移出来电人群"),
)
