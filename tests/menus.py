"""Published menus for tests, the way the desk publishes them but without its sounds."""

from collections.abc import Mapping
from pathlib import Path

from agent_desk.menu.files import check_menu
from agi.shelf import Shelf
from ivr_flows.store import SHIPPED, read_texts
from ticketing import menu, setup
from ticketing.actors import Actor, person
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.menu import Alias, Aliases, Published
from ticketing.menu.drafts import replace_draft
from ticketing.rules.permissions import Role
from ticketing.rules.policy import Policy

EDITOR: Actor = person("editor", "编辑甲", [Role.ADMIN])


def shipped_texts(**more: str) -> dict[str, str]:
    """The shipped flows, and others by name."""
    return {**read_texts(SHIPPED), **more}


def mistakes_in(texts: Mapping[str, str]) -> list[str]:
    """What keeps these flows from callers, as `./hotline menu import` tells it."""
    return [str(mistake) for mistake in check_menu(texts)]


def installed(database: Database, **more: str) -> None:
    """The first start of a place: version 1 is live."""
    with database.transaction() as session:
        now = SystemClock().now()
        setup.install(session, now, Policy())
        menu.install_menu(session, now, shipped_texts(**more), {}, own_fit=True)


def published(
    database: Database, texts: Mapping[str, str], *, share: int = 0, callers: tuple[str, ...] = ()
) -> int:
    """A new version of these texts: on trial if a share or callers are given, else live."""
    alias = Alias.TRIAL if share or callers else Alias.LIVE
    with database.transaction() as session:
        now = SystemClock().now()
        replace_draft(session, now, EDITOR, texts)
        number = menu.freeze(session, now, EDITOR, "试验", menu.digest_of(texts)).number
        wish = Published(number, alias, "试验", share, callers)
        menu.publish(session, now, EDITOR, wish)
    return number


def rolled_back(database: Database) -> int:
    with database.transaction() as session:
        number = menu.rolls_back_to(session).number
        menu.roll_back(session, SystemClock().now(), EDITOR, "试验", number)
    return number


def on_disk(flows: Path, texts: Mapping[str, str], number: int = 1) -> None:
    """What an earlier process kept."""
    shelf = Shelf(flows / "published")
    shelf.put(number, texts)
    shelf.point(Aliases(number, None))
