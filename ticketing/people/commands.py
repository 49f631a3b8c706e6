"""`python -m ticketing user|token|demo …`: people from the command line.

Passwords come from standard input or are generated; never from an argument, which every process
of the machine could read.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Any, TextIO

from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.demo import PASSWORD, load_demo
from ticketing.demo_orders import load_demo_orders
from ticketing.people.passwords import Passwords, check_policy, generate
from ticketing.people.person import process
from ticketing.people.tokens import add_token, revoke_token
from ticketing.people.users import (
    NewUser,
    UserChange,
    add_user,
    change_user,
    has_users,
    list_users,
    user_by_login,
)
from ticketing.rules.permissions import Role

_BY = process("command line")


def add_commands(commands: "argparse._SubParsersAction[Any]") -> None:
    """Adds the verbs to `python -m ticketing`; each leaves its function in `run`."""
    user = commands.add_parser("user", help="people who sign in").add_subparsers(required=True)
    adding = user.add_parser("add", help="password from standard input, else generated")
    adding.add_argument("login")
    adding.add_argument("name")
    adding.add_argument("--role", action="append", required=True, choices=[r.value for r in Role])
    adding.add_argument("--staff-no", default="")
    adding.add_argument("--extension")
    adding.add_argument("--queue", action="append", default=[])
    adding.add_argument("--region", default="")
    finish(adding, _add_user)
    finish(user.add_parser("list"), _list_users)
    resetting = user.add_parser("reset", help="a new password, lock-out lifted")
    resetting.add_argument("login")
    finish(resetting, _reset_user)

    token = commands.add_parser("token", help="programs").add_subparsers(required=True)
    granting = token.add_parser("add")
    granting.add_argument("name")
    granting.add_argument("--role", action="append", required=True, choices=[r.value for r in Role])
    finish(granting, _add_token)
    revoking = token.add_parser("revoke")
    revoking.add_argument("name")
    finish(revoking, _revoke_token)

    finish(commands.add_parser("demo", help="the demo's people"), _demo)


def finish(
    parser: argparse.ArgumentParser,
    run: Callable[[argparse.Namespace, Database, Clock], None],
) -> None:
    """The options every verb has, and the function that does it."""
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--settings", metavar="FILE")
    place.add_argument("--database", metavar="URL")
    parser.set_defaults(run=run)


def _add_user(chosen: argparse.Namespace, database: Database, clock: Clock) -> None:
    password, generated = _password(chosen.login, sys.stdin)
    new = NewUser(
        chosen.login,
        chosen.name,
        chosen.role,
        chosen.staff_no,
        chosen.extension,
        chosen.queue,
        chosen.region,
    )
    hashed = Passwords().hash(password)
    with database.transaction() as session:
        add_user(session, clock.now(), _BY, new, hashed, must_change_password=generated)
    print(f"已新增用户 {chosen.login}")
    _tell_once(password, generated)


def _list_users(_: argparse.Namespace, database: Database, __: Clock) -> None:
    with database.reading() as session:
        for user in list_users(session, None, 100_000):
            standing = "停用" if user.disabled_at else "在用"
            roles = ",".join(user.roles)
            print(f"{user.login}\t{user.name}\t{roles}\t{user.extension or '-'}\t{standing}")


def _reset_user(chosen: argparse.Namespace, database: Database, clock: Clock) -> None:
    password, generated = _password(chosen.login, sys.stdin)
    change = UserChange(password_hash=Passwords().hash(password))
    with database.transaction() as session:
        user = user_by_login(session, chosen.login)
        change_user(session, clock.now(), _BY, user.id, change)
    print(f"已重置 {chosen.login} 的密码，首次登录须修改")
    _tell_once(password, generated)


def first_administrator(database: Database, clock: Clock) -> None:
    """When there is nobody yet: an administrator whose password is told once."""
    password = generate()
    hashed = Passwords().hash(password)
    new = NewUser("admin", "系统管理员", (Role.ADMIN,))
    with database.transaction() as session:
        if has_users(session):
            return
        add_user(session, clock.now(), _BY, new, hashed)
    print("已建立第一个管理员 admin")
    _tell_once(password, generated=True)


def _add_token(chosen: argparse.Namespace, database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        key = add_token(session, clock.now(), _BY, chosen.name, chosen.role)
    print(key)
    print("令牌仅显示这一次", file=sys.stderr)


def _revoke_token(chosen: argparse.Namespace, database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        revoke_token(session, clock.now(), _BY, chosen.name)
    print(f"已吊销令牌 {chosen.name}")


def _demo(_: argparse.Namespace, database: Database, clock: Clock) -> None:
    hashed = Passwords().hash(PASSWORD)
    with database.transaction() as session:
        added = load_demo(session, clock.now(), hashed)
        orders = load_demo_orders(session, clock.now())
    print(f"演示用户：新增{len(added)}人，密码 {PASSWORD}；演示工单：新增{orders}件")


def _password(login: str, given: TextIO) -> tuple[str, bool]:
    """The first line of standard input when it is not a terminal; else a generated one."""
    typed = "" if given.isatty() else given.readline().rstrip("\n")
    if not typed:
        return generate(), True
    check_policy(typed, login)
    return typed, False


def _tell_once(password: str, generated: bool) -> None:
    if generated:
        print(f"初始密码（仅显示这一次，首次登录须修改）：{password}")
