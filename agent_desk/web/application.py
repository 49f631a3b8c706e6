"""The aiohttp application: the table of routes, errors as problems, headers, the front end."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web

from agent_desk.web import openapi
from agent_desk.web.desk import DESK, Desk
from agent_desk.web.headers import add_headers
from agent_desk.web.problems import problem, problem_of, problem_of_http
from agent_desk.web.routes import all_routes
from agent_desk.web.routing import API, AnyRoute
from agent_desk.web.serving import serve
from agent_desk.web.sockets import OPEN_SOCKETS, OpenSockets
from agent_desk.web.static import StaticPages
from ticketing.errors import BusinessError

LARGEST_BODY: Final = 256 * 1024
"""Bytes; the longest field of a work order has 5 000 characters."""
STATIC: Final = Path(__file__).parents[1] / "static"

log = logging.getLogger(__name__)


def application(desk: Desk, version: str, static: Path = STATIC) -> web.Application:
    """Everything the desk serves. The live side runs as long as the application does."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[refusals_as_problems])
    app[DESK] = desk
    app[OPEN_SOCKETS] = OpenSockets()
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_close_sockets)
    app.cleanup_ctx.append(_live_side)
    routes = all_routes()
    for route in routes:
        app.router.add_route(route.method, route.full_path, serve(route))
    _add_document(app, routes, version)
    pages = StaticPages(static)
    app.router.add_get("/{path:.*}", pages.serve)
    return app


@web.middleware
async def refusals_as_problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The one place where an error becomes an answer."""
    try:
        return await handler(request)
    except BusinessError as error:
        return problem_of(error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return problem_of_http(error)
    except (ConnectionResetError, TimeoutError):
        raise
    except Exception:  # the last net: a fault of ours is logged, the person gets a clear answer
        log.exception("%s %s failed", request.method, request.path)
        return problem(500, "fault", "系统出错", "系统内部错误，已记录，请联系管理员")


def _add_document(app: web.Application, routes: Sequence[AnyRoute], version: str) -> None:
    whole = openapi.document(routes, version)

    async def api_document(_request: web.Request) -> web.Response:
        return web.json_response(whole)

    app.router.add_get(f"{API}/openapi.json", api_document)


async def _live_side(app: web.Application) -> AsyncIterator[None]:
    async with app[DESK].live.running():
        yield


async def _close_sockets(app: web.Application) -> None:
    await app[OPEN_SOCKETS].close_all()
