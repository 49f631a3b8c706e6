"""The demo's public test phone: whoever opens its page may dial 12328 from the browser."""

from agent_desk.web.routes.agents import sip_realm
from agent_desk.web.routing import AnyRoute, Ask, Everybody, get
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.live import TestPhone
from asterisk_conf.names import PUBLIC_ENDPOINT
from asterisk_conf.secrets import seat_password
from ticketing.errors import NotFound

_HOTLINE = "12328"


async def show_test_phone(ask: Ask[Nothing, Nothing]) -> TestPhone:
    """Raises NotFound outside a demo."""
    settings = ask.desk.settings
    if not settings.demo:
        raise NotFound("test_phone", "demo")
    realm = sip_realm(ask)
    return TestPhone(
        ws_url="/sip",
        uri=f"sip:{PUBLIC_ENDPOINT}@{realm}",
        password=seat_password(settings.installation_secret, PUBLIC_ENDPOINT),
        realm=realm,
        number=_HOTLINE,
        ice_servers=[],
    )


ROUTES: tuple[AnyRoute, ...] = (
    get(
        "/test-phone",
        show_test_phone,
        Everybody.OPEN,
        Nothing,
        TestPhone,
        "公众测试电话（仅演示）",
    ),
)
