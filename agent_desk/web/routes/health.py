"""Whether each thing the desk depends on answers."""

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyRoute, Ask, Everybody, get
from agent_desk.web.serving import shaped
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.live import Health, ProcessHealth
from ticketing.errors import DatabaseAway


async def show_health(ask: Ask[Nothing, Nothing]) -> web.Response:
    """503 when something is away, so that a probe needs no JSON."""
    checks = [await _database(ask), _asterisk(ask)]
    ok = all(check.ok for check in checks)
    return shaped(Health(ok=ok, checks=checks), 200 if ok else 503)


async def _database(ask: Ask[Nothing, Nothing]) -> ProcessHealth:
    try:
        await ask.desk.database.read(_ping)
    except DatabaseAway:
        return ProcessHealth(name="database", ok=False, detail="数据库无法连接")
    return ProcessHealth(name="database", ok=True, detail="")


def _asterisk(ask: Ask[Nothing, Nothing]) -> ProcessHealth:
    """The reason names addresses and ports: it is in the log, not told to strangers."""
    away = bool(ask.desk.live.trouble)
    return ProcessHealth(name="asterisk", ok=not away, detail="电话系统无法连接" if away else "")


def _ping(session: Session) -> None:
    session.execute(text("SELECT 1"))


ROUTES: tuple[AnyRoute, ...] = (
    get("/health", show_health, Everybody.OPEN, Nothing, Health, "各部分是否正常"),
)
