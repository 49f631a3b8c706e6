"""The built front end: files with their right cache time, every other path the page itself."""

from pathlib import Path
from typing import Final

from aiohttp import web

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_NEVER_PAGES: Final = frozenset({"api", "live", "sip"})
_PUBLIC: Final = "public"
"""The public window is a page of its own, without the desk's code."""
_NOT_BUILT: Final = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<title>12328热线</title><body><h1>坐席页面尚未构建</h1>
<p>接口已可使用，但网页文件还没有生成。请在安装目录执行 <code>./hotline up</code>，
它会自动构建；或在 <code>agent_desk/frontend</code> 中执行 <code>npm ci</code> 与
<code>npm run build</code>，然后刷新本页。</p></body></html>
"""


class StaticPages:
    """Serves one folder and nothing outside it."""

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A file of the build, else the page (its router knows the rest of the path)."""
        wanted = request.match_info["path"]
        if wanted.split("/")[0] in _NEVER_PAGES:
            raise web.HTTPNotFound
        entry = "window.html" if wanted.split("/")[0] == _PUBLIC else "index.html"
        index = self._folder / entry
        if not index.is_file():
            return web.Response(status=503, text=_NOT_BUILT, content_type="text/html")
        found = self._find(wanted)
        if found is not None:
            hashed = wanted.startswith("assets/")
            return _file(found, _FOR_EVER if hashed else "no-cache")
        if wanted.startswith("assets/"):
            raise web.HTTPNotFound
        return _file(index, "no-cache")

    def _find(self, wanted: str) -> Path | None:
        parts = wanted.split("/")
        if not wanted or any(part in ("", ".", "..") or "\0" in part for part in parts):
            return None
        path = self._folder.joinpath(*parts)
        inside = path.resolve().is_relative_to(self._folder.resolve())
        return path if inside and path.is_file() else None


def _file(path: Path, cache: str) -> web.FileResponse:
    return web.FileResponse(path, headers={"Cache-Control": cache})
