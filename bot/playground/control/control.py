"""The routes of the control interface, and the page in front of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from bot.playground.control.acts import ACTS
from bot.playground.control.faults import FAULTS
from bot.playground.control.feed import Feed
from bot.playground.control.files import picture
from bot.playground.control.guard import Handler, only_from_here
from bot.playground.control.page import page_asset, page_index
from bot.playground.control.playing import Playing
from bot.playground.control.readings import Readings
from bot.playground.control.verbs import Setting, Verb, Visited, nobody_is_told
from bot.playground.control.world import WORLD

#: Where the interface is found below the local Slack's address.
PREFIX = "/control"

_JSON = "application/json"
_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (PermissionError, 403),
    (LookupError, 404),
    (ValueError, 400),
)


#: A handler that needs the playground.
Played = Callable[[web.Request, Setting], Coroutine[Any, Any, web.StreamResponse]]


class Control:
    """The interface to one playground; it answers 503 outside of a `play` that says which."""

    def __init__(self, *, page_wanted: bool = True) -> None:
        self._page_wanted = page_wanted
        self._setting: Setting | None = None
        self._at_work: set[asyncio.Task[Any]] = set()

    def add_to(self, application: web.Application) -> None:
        """Add the routes; before the application starts."""
        router = application.router
        if self._page_wanted:
            router.add_get("/", only_from_here(page_index))
            router.add_get("/assets/{name}", only_from_here(page_asset))
        router.add_get(f"{PREFIX}/feed", self._with_setting(self._feed))
        router.add_get(f"{PREFIX}/files/{{file}}", self._with_setting(picture))
        verbs: dict[str, TypeAdapter[Any]] = {"act": ACTS, "world": WORLD, "faults": FAULTS}
        for name, adapter in verbs.items():
            router.add_post(f"{PREFIX}/{name}", self._with_setting(_doing(adapter)))

    @asynccontextmanager
    async def play(
        self, playing: Playing, visited: Visited = nobody_is_told
    ) -> AsyncIterator[None]:
        """Meanwhile this is the playground that is meant; each visitor is told to `visited`.

        In the end nothing is left at work that could still ask the bot for something.
        """
        self._setting = Setting(playing, Readings(), visited)
        try:
            yield
        finally:
            self._setting = None
            for task in (left := list(self._at_work)):
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _feed(self, request: web.Request, setting: Setting) -> web.StreamResponse:
        return await Feed(setting).serve(request)

    async def _done(self, work: asyncio.Task[web.StreamResponse]) -> web.StreamResponse:
        """What the work comes to; it ends with the request, and with the playground."""
        try:
            return await work
        except asyncio.CancelledError:
            if self._setting is None and work.cancelled():
                return _refusal("The playground is being closed.", 503)
            raise

    def _with_setting(self, handler: Played) -> Handler:
        async def served(request: web.Request) -> web.StreamResponse:
            if self._setting is None:
                return _refusal("The playground is still being opened.", 503)
            work = asyncio.create_task(handler(request, self._setting))
            self._at_work.add(work)
            work.add_done_callback(self._at_work.discard)
            return await self._done(work)

        return only_from_here(served)


def _doing(
    adapter: TypeAdapter[Verb],
) -> Played:
    """A handler that does what a JSON verb says."""

    async def do(request: web.Request, setting: Setting) -> web.StreamResponse:
        if request.content_type != _JSON:
            # What a form of another page can send without being asked is never this.
            return _refusal(f"Send JSON, with Content-Type: {_JSON}.", 415)
        try:
            verb = adapter.validate_json(await request.read())
            return web.json_response({"ok": True, **await verb.do(setting)})
        except ValidationError as error:
            return _refusal(_told(error), 400)
        except (LookupError, PermissionError, ValueError) as error:
            status = next(code for kind, code in _STATUSES if isinstance(error, kind))
            return _refusal(_sentence(error), status)

    return do


def _refusal(why: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": why}, status=status)


def _told(error: ValidationError) -> str:
    """What is wrong with the verb, field by field."""
    return "; ".join(
        f"{'.'.join(map(str, each['loc'])) or 'the body'}: {each['msg']}"
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    )


def _sentence(error: Exception) -> str:
    told = str(error.args[0]) if error.args else type(error).__name__
    return f"There is no {told!r} here." if type(error) is KeyError else told
