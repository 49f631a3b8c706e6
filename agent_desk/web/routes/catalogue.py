"""What the forms choose from."""

from agent_desk.web.problems import BadRequest
from agent_desk.web.routing import AnyRoute, Ask, Everybody, get
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.orders import Catalogue


async def show_catalogue(ask: Ask[Nothing, Nothing]) -> Catalogue:
    raise BadRequest("目录接口尚未接通", 501)


ROUTES: tuple[AnyRoute, ...] = (
    get("/catalogue", show_catalogue, Everybody.SIGNED_IN, Nothing, Catalogue, "各类目录"),
)
