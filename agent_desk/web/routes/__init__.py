"""One module per resource, each with its lines of the table of routes."""

from agent_desk.web.routes import (
    agents,
    alike,
    announcements,
    audit,
    calls,
    catalogue,
    catalogue_versions,
    flows,
    handling_units,
    health,
    imports,
    knowledge,
    live_socket,
    menu_versions,
    notices,
    order_export,
    public,
    quality,
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
    order_export,
    work_orders,
    alike,
    quality,
    notices,
    sms,
    catalogue,
    catalogue_versions,
    imports,
    handling_units,
    road_notices,
    announcements,
    knowledge,
    flows,
    menu_versions,
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
