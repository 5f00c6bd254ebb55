"""The built page, from within the package."""

from importlib.resources import files

from aiohttp import web

_DIST = files("bot.playground") / "page" / "dist"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

# The page needs nothing from anywhere else, and nobody may frame it.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def page_index(_: web.Request) -> web.StreamResponse:
    """The page's HTML."""
    return _served("index.html", "text/html")


async def page_asset(request: web.Request) -> web.StreamResponse:
    """A file that the HTML names."""
    name = request.match_info["name"]
    kind = next((kind for ending, kind in _KINDS.items() if name.endswith(ending)), None)
    if kind is None or "/" in name or "\\" in name:
        raise web.HTTPNotFound
    return _served(f"assets/{name}", kind)


def _served(name: str, kind: str) -> web.Response:
    found = _DIST.joinpath(*name.split("/"))
    if not found.is_file():
        raise web.HTTPNotFound
    return web.Response(
        body=found.read_bytes(), content_type=kind, charset="utf-8", headers=_HEADERS
    )
