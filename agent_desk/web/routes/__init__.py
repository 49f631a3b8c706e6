"""One module per resource, each with its lines of the table of routes."""

from agent_desk.web.routes import (
    agents,
    announcements,
    audit,
    calls,
    catalogue,
    flows,
    handling_units,
    health,
    knowledge,
    live_socket,
    menu_versions,
    notices,
    prompts,
    public,
    recordings,
    road_notices,
    session,
    sip_proxy,
    sms,
    telephone,
    test_phone,
    users,
    work_orders,
)
from agent_desk.web.routing import AnyRoute

_RESOURCES = (
    session,
    users,
    audit,
    calls,
    telephone,
    recordings,
    work_orders,
    notices,
    sms,
    catalogue,
    handling_units,
    road_notices,
    announcements,
    knowledge,
    flows,
    menu_versions,
    prompts,
    agents,
    public,
    test_phone,
    health,
    live_socket,
    sip_proxy,
)


def all_routes() -> tuple[AnyRoute, ...]:
    """Every route of the desk."""
    return tuple(route for resource in _RESOURCES for route in resource.ROUTES)
