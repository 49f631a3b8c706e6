"""Headers that tell a browser what the desk's pages may do, on every answer."""

from typing import Final

from aiohttp import web

from agent_desk.web.desk import DESK
from agent_desk.web.forwarded import arrival

# Scripts only from our own files. Inline styles: Element Plus positions its pop-ups with them.
# blob: for sound that the page itself made or fetched. connect-src 'self' covers the WebSockets.
_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_ONE_YEAR: Final = 31_536_000


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal `on_response_prepare`: also reaches errors, files and WebSocket answers."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    settings = request.app[DESK].settings
    if arrival(request, settings.proxies, own_tls=settings.tls is not None).secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_ONE_YEAR}")
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)
