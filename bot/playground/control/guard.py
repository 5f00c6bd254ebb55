"""Who may use the control interface: programs and pages of this machine, and no web page elsewhere.

A page of another site can make a browser send requests to 127.0.0.1, and can even give its own
name that address. Its Origin and the Host that the browser names give both away.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OWN_NAMES = ("127.0.0.1", "localhost")


def only_from_here(handler: Handler) -> Handler:
    """The same handler, which refuses whatever a page of another site could have sent."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if why := _objection(request):
            return web.json_response({"ok": False, "error": why}, status=403)
        return await handler(request)

    return guarded


def _objection(request: web.Request) -> str:
    """Why the request is refused; nothing where it is not."""
    name = request.host.rpartition(":")[0] or request.host
    if name not in _OWN_NAMES:
        return "The playground is reached at 127.0.0.1 alone."
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return "Pages of another origin may not use the playground."
    return ""
