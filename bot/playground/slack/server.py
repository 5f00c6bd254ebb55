"""The local Slack as a whole: a server on this machine, and the people of its workspace."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

from bot.playground.slack.clock import Clock, RealClock
from bot.playground.slack.delivery import ACK_SECONDS, RETRY_DELAYS, Courier, Transport
from bot.playground.slack.events import Events
from bot.playground.slack.faults import Faults
from bot.playground.slack.feed import Feed
from bot.playground.slack.files import Files
from bot.playground.slack.installation import Installation
from bot.playground.slack.interaction import ResponseUrls, Triggers
from bot.playground.slack.people import Person
from bot.playground.slack.platform import Credentials, Platform
from bot.playground.slack.rate_limits import RateLimits
from bot.playground.slack.side_doors import SideDoors
from bot.playground.slack.signed_http import SignedHttp
from bot.playground.slack.sockets import Sockets
from bot.playground.slack.tasks import Tasks
from bot.playground.slack.values import User
from bot.playground.slack.views import Views
from bot.playground.slack.web_api import METHODS, Endpoint
from bot.playground.slack.workspace import TEAM_ID, Workspace

T = TypeVar("T")

# Requests that hang on purpose are not waited for when the server stops.
_SHUTDOWN_SECONDS = 0.1
_LARGEST_UPLOAD = 64 * 1024 * 1024


class LocalSlack:
    """One workspace with one app, on 127.0.0.1; `port` 0 takes any free one.

    `manifest` says what the app was granted (nothing is refused without one); `rate_limits` may be
    switched at any time. `ack_seconds` is how long the app has for an ack, `retry_delays` are the
    seconds before each repetition of an event. Time is `clock.wall()`.
    """

    def __init__(
        self,
        port: int = 0,
        clock: Clock | None = None,
        *,
        manifest: Mapping[str, Any] | None = None,
        rate_limits: bool = True,
        bot_name: str = "qfbot",
        ack_seconds: float = ACK_SECONDS,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        seed: int = 0,
    ) -> None:
        self.rate_limits = rate_limits
        self.events_url: str | None = None
        self._port = port
        self._ack_seconds = ack_seconds
        self._tasks = Tasks()
        self._platform = self._assembled(clock or RealClock(), manifest, bot_name, seed)
        self._courier = Courier(self.feed, self._tasks, self._transport, retry_delays)
        self._events = Events(self._platform, self._courier)
        self._people: dict[str, Person] = {}
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.application = self._routes()

    @property
    def page_url(self) -> str:
        return f"{self._platform.address}/"

    @property
    def api_url(self) -> str:
        """The base url for slack-sdk."""
        return f"{self._platform.address}/api/"

    @property
    def bot_token(self) -> str:
        return self._platform.credentials.bot_token

    @property
    def app_token(self) -> str:
        return self._platform.credentials.app_token

    @property
    def signing_secret(self) -> str:
        return self._platform.credentials.signing_secret

    @property
    def bot_user_id(self) -> str:
        return self.workspace.bot.id

    @property
    def team_id(self) -> str:
        return TEAM_ID

    @property
    def workspace(self) -> Workspace:
        return self._platform.workspace

    @property
    def feed(self) -> Feed:
        return self._platform.feed

    @property
    def faults(self) -> Faults:
        return self._platform.faults

    @property
    def installation(self) -> Installation:
        """What the workspace granted to the app."""
        return self._platform.installation

    @property
    def files(self) -> Files:
        return self._platform.files

    @property
    def open_connections(self) -> int:
        """How many Socket Mode connections the app has."""
        return self._platform.sockets.open_connections

    async def start(self) -> None:
        """Listen; the addresses are known from here on. OSError where the port is taken."""
        self._session = aiohttp.ClientSession()
        self._runner = web.AppRunner(
            self.application, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        except OSError:
            await self.stop()
            raise
        port = self._runner.addresses[0][1]
        self._platform.address = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """Close every connection, end all background work, stop listening."""
        await self._platform.sockets.close()
        await self._tasks.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()
        self._platform.address = ""

    async def __aenter__(self) -> "LocalSlack":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def person(self, who: str | User) -> Person:
        """Return the person of that name or id, to act as them; KeyError where there is none."""
        user = self.workspace.user(who)
        return self._people.setdefault(
            user.id, Person(self._platform, self._courier, self._events, user)
        )

    async def until(self, condition: Callable[[], T], timeout: float = 10.0) -> T:
        """Wait until `condition()` is true, and return it; asked again after every feed entry.

        TimeoutError where it is not true within `timeout` seconds.
        """
        with self.feed.subscribe() as news:
            try:
                async with asyncio.timeout(timeout):
                    while not (result := condition()):
                        await news.next()
            except TimeoutError:
                last = repr(self.feed.latest)[:500]
                raise TimeoutError(f"not so within {timeout:g} s; the latest: {last}") from None
            return result

    async def disconnect_sockets(self, reason: str = "warning") -> None:
        """Send every Socket Mode connection a `disconnect` frame with this reason.

        "warning" only announces the end, "refresh_requested" brings it ten seconds later, other
        reasons bring it at once.
        """
        await self._platform.sockets.disconnect(reason)

    def cut_sockets(self) -> None:
        """Break every Socket Mode connection without a word."""
        self._platform.sockets.cut()

    async def verify_events_url(self) -> bool:
        """Do the url_verification handshake with `events_url`, as Slack does when it is saved."""
        transport = self._transport()
        return isinstance(transport, SignedHttp) and await transport.verify_url()

    def _transport(self) -> Transport:
        if self.events_url is None:
            return self._platform.sockets
        if self._session is None:
            raise RuntimeError("the local Slack is not started")
        secret = self._platform.credentials.signing_secret
        return SignedHttp(
            self._session, self._platform.clock, secret, self.events_url, self._ack_seconds
        )

    def _assembled(
        self, clock: Clock, manifest: Mapping[str, Any] | None, bot_name: str, seed: int
    ) -> Platform:
        feed, faults = Feed(clock), Faults(seed)
        workspace = Workspace(feed, clock, bot_name)
        return Platform(
            clock=clock,
            feed=feed,
            faults=faults,
            tasks=self._tasks,
            credentials=Credentials.made_up(),
            installation=Installation.of(manifest),
            workspace=workspace,
            views=Views(feed, workspace),
            files=Files(feed, clock, workspace, faults),
            sockets=Sockets(clock, feed, faults, self._tasks, self._ack_seconds),
            triggers=Triggers(clock),
            response_urls=ResponseUrls(clock),
            rate_limits=RateLimits(clock, lambda: self.rate_limits),
        )

    def _routes(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST_UPLOAD)
        doors = SideDoors(self._platform)
        endpoint = Endpoint(self._platform, METHODS)
        application.router.add_route("*", "/api/{method}", endpoint.serve)
        application.router.add_post("/response/{key}", doors.respond)
        application.router.add_post("/upload/{file}", doors.upload)
        application.router.add_get("/files-pri/{key}/{name}", doors.download)
        application.router.add_get("/files-pri/{key}/download/{name}", doors.download)
        application.router.add_get("/signin", doors.sign_in)
        application.router.add_get("/link/{ticket}", self._platform.sockets.accept)
        return application
