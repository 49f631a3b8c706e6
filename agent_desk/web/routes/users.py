"""Users, for administrators."""

from collections.abc import Mapping, Sequence

from agent_desk.web.desk import Desk
from agent_desk.web.routing import AnyRoute, Ask, any_of, get, patch, post
from agent_desk.web.shapes.base import Nothing, Page, PageQuery
from agent_desk.web.shapes.people import UnitName, UserBody, UserChanged, UserPatch, UserShape
from ticketing.people.passwords import check_policy, generate
from ticketing.people.users import NewUser, UserChange, add_user, change_user, list_users
from ticketing.records.people import User
from ticketing.rules.permissions import Right
from ticketing.units import unit_names


async def show_users(ask: Ask[PageQuery, Nothing]) -> Page[UserShape]:
    limit = ask.query.limit
    users = await ask.desk.database.read(list_users, ask.query.after, limit + 1)
    last = str(users[limit - 1].id) if len(users) > limit else None
    shapes = await _shapes(ask.desk, users[:limit])
    return Page[UserShape](items=shapes, next=last)


async def create_user(ask: Ask[Nothing, UserBody]) -> UserChanged:
    body = ask.body
    if body.password is not None:
        chosen = body.password.get_secret_value()
        check_policy(chosen, body.login)
    password = generate() if body.password is None else chosen
    user = await ask.desk.database.write(
        add_user,
        ask.desk.clock.now(),
        ask.person,
        NewUser(**body.model_dump(exclude={"password"})),
        await ask.desk.passwords.hash(password),
    )
    told = password if body.password is None else None
    return UserChanged(user=(await _shapes(ask.desk, [user]))[0], password=told)


async def update_user(ask: Ask[Nothing, UserPatch]) -> UserChanged:
    body = ask.body
    password = generate() if body.reset_password else None
    password_hash = await ask.desk.passwords.hash(password) if password else None
    change = UserChange(**body.model_dump(exclude={"reset_password"}), password_hash=password_hash)
    user = await ask.desk.database.write(
        change_user, ask.desk.clock.now(), ask.person, ask.number("id"), change
    )
    if body.unlock or password:
        ask.desk.limits.login_failures.clear(user.login)
    return UserChanged(user=(await _shapes(ask.desk, [user]))[0], password=password)


async def _shapes(desk: Desk, users: Sequence[User]) -> list[UserShape]:
    names = await desk.database.read(unit_names, [user.handling_unit_id for user in users])
    return [_shape(user, names) for user in users]


def _shape(user: User, names: Mapping[int, str]) -> UserShape:
    unit = user.handling_unit_id
    return UserShape(
        id=user.id,
        login=user.login,
        name=user.name,
        staff_no=user.staff_no,
        roles=user.roles,
        region_code=user.region_code,
        handling_unit=UnitName(id=unit, name=names.get(unit, "")) if unit else None,
        extension=user.extension,
        queues=user.queues,
        active=user.disabled_at is None,
        must_change_password=user.must_change_password,
        locked_until=user.locked_until,
        disabled_at=user.disabled_at,
        created_at=user.created_at,
    )


_EDIT = any_of(Right.EDIT_USERS)

ROUTES: tuple[AnyRoute, ...] = (
    get("/users", show_users, _EDIT, PageQuery, Page[UserShape], "用户列表"),
    post("/users", create_user, _EDIT, UserBody, UserChanged, "新增用户", status=201),
    patch(r"/users/{id:\d+}", update_user, _EDIT, UserPatch, UserChanged, "修改用户"),
)
