"""The wiring: the only module that names concrete classes."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import stamina
from prometheus_client import CollectorRegistry, Info
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackClientError

from bot import __version__
from bot.commands.aftermath import Aftermath
from bot.commands.contents import COMMANDS
from bot.commands.context import DEFAULT_ACCOUNT, Services
from bot.commands.router import Router
from bot.domain.access import Rules
from bot.domain.cadence import Pace
from bot.domain.ports import Clock
from bot.health import Alive, Ready
from bot.qianfan.client import QianfanClient, open_account
from bot.settings import REQUESTS_BURST, Mode, Settings, SettingsError
from bot.slack.announcer import SlackAnnouncer
from bot.slack.clients import Clients, Identity, open_clients
from bot.slack.desk import Desk, Patience
from bot.slack.direct import DirectMessages
from bot.slack.errors import INSTALLATION, slack_word
from bot.slack.files import SlackFiles
from bot.slack.listeners import bolt_app
from bot.slack.people import SlackPeople
from bot.slack.replies import Replies
from bot.slack.sockets import SocketLine
from bot.slack.web import WebServer
from bot.store.opening import Store, open_store
from bot.watcher.catalogue import LiveCatalogue
from bot.watcher.discovery import Discovery
from bot.watcher.schedule import Schedule
from bot.watcher.sender import Sender
from bot.watcher.watcher import Watcher

#: How long work in hand may take to be finished when the process is asked to end.
PATIENCE = timedelta(seconds=10)


#: How much of an account's requests may go into finding runs that nobody has named yet.
DISCOVERY_SHARE = 0.2


class RealClock:
    """The two clocks in production, where they are one."""

    def wall(self) -> datetime:
        """Now."""
        return datetime.now(UTC)

    def world(self) -> datetime:
        """Now."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Tempo:
    """How fast the bot's own clockwork runs (wall time).

    `posts` and `card_edits` lie between two of them in one channel, on one card; `settle` is how
    long a post whose answer was lost may take to appear, and `acks` how long an acknowledgement
    may be on its way.
    """

    tick: timedelta = timedelta(seconds=1)
    posts: timedelta = timedelta(seconds=1)
    card_edits: timedelta = timedelta(minutes=1)
    settle: timedelta = timedelta(seconds=10)
    acks: timedelta = timedelta(seconds=0.5)


@dataclass(frozen=True)
class App:
    """The whole bot, running. It works until the block that opened it is left."""

    store: Store
    desk: Desk
    watcher: Watcher
    discovery: Discovery
    sender: Sender
    line: SocketLine | None
    address: tuple[str, int]

    @property
    def idle(self) -> bool:
        """Whether nobody waits for an answer, and nothing is being looked at or sent."""
        workers = (self.desk, self.watcher, self.discovery, self.sender)
        return all(worker.idle for worker in workers)


@asynccontextmanager
async def open_app(
    settings: Settings,
    rules: Callable[[], Rules],
    clock: Clock,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tempo: Tempo = Tempo(),
) -> AsyncIterator[App]:
    """Open everything, connect it, and run it until the block is left; then drain it.

    Raises SettingsError where Slack does not accept the token, StoreError where the database
    cannot be used, and OSError where the address is taken.
    """
    # Trouble is told once when it begins (`bot.watcher.trouble`), not at every repetition.
    stamina.instrumentation.set_on_retry_hooks([])
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(_outside(settings, clock))
        inside = _inside(outside, settings, rules, clock, tempo)
        bolt = bolt_app(outside.clients, outside.identity, _signing_secret(settings), inside.desk)
        # What is entered last is left first: no more questions, no more ticks, then the drain.
        await stack.enter_async_context(_drained(inside))
        await stack.enter_async_context(inside.schedule)
        line = _line(settings, bolt, clock)
        if line is not None:
            await stack.enter_async_context(line)
        slack = bolt if settings.mode is Mode.HTTP else None
        web = _web(host, port, outside.store, inside.schedule, line, slack, clock)
        await stack.enter_async_context(web)
        yield App(
            outside.store,
            inside.desk,
            inside.watcher,
            inside.discovery,
            inside.sender,
            line,
            web.address,
        )


@dataclass(frozen=True)
class _Outside:
    """What is opened and closed: Slack's clients, the database, the Qianfan account."""

    clients: Clients
    identity: Identity
    store: Store
    account: QianfanClient


@dataclass(frozen=True)
class _Inside:
    """What works with it."""

    desk: Desk
    watcher: Watcher
    discovery: Discovery
    sender: Sender
    schedule: Schedule


@asynccontextmanager
async def _outside(settings: Settings, clock: Clock) -> AsyncIterator[_Outside]:
    token = settings.slack_bot_token.get_secret_value()
    database_url = settings.qfbot_database_url.get_secret_value()
    async with (
        open_clients(token, settings.slack_api_url) as clients,
        open_store(database_url, clock) as store,
        aclosing(_account(settings, clock)) as account,
    ):
        yield _Outside(clients, await _identify(clients, settings), store, account)


def _inside(
    outside: _Outside,
    settings: Settings,
    rules: Callable[[], Rules],
    clock: Clock,
    tempo: Tempo,
) -> _Inside:
    store, clients, identity = outside.store, outside.clients, outside.identity
    platforms = {DEFAULT_ACCOUNT: outside.account}
    direct = DirectMessages(clients.reads, clock.wall)
    people = SlackPeople(clients, direct, clock, identity, lambda: rules().groups)
    watcher = Watcher(platforms, store.watches, clock, _pace(settings))
    sender = Sender(
        store.outbox,
        SlackAnnouncer(clients, direct, clock, identity.user_id),
        clock,
        post_pause=tempo.posts,
        edit_pause=tempo.card_edits,
        settle=tempo.settle,
    )
    catalogue = LiveCatalogue(platforms, clock)
    discovery = Discovery(
        platforms,
        catalogue,
        store.follows,
        store.watches,
        clock,
        _pace(settings),
        pause=timedelta(seconds=1 / (DISCOVERY_SHARE * settings.qfbot_requests_per_second)),
    )
    commands = {each.name: each for each in COMMANDS}
    aftermath = Aftermath(
        commands, platforms, store.audit, clock, alone=store.database.is_ours_alone
    )
    schedule = Schedule(clock, tempo.tick)
    schedule.add("watch", watcher.tick)
    schedule.add("discover", discovery.tick)
    schedule.add("send", sender.tick)
    schedule.add("look into what was cut off", aftermath.tick)
    services = Services(
        platforms=platforms,
        people=people,
        files=SlackFiles(clients),
        watches=store.watches,
        follows=store.follows,
        catalogue=catalogue,
        outbox=store.outbox,
        confirmations=store.confirmations,
        audit=store.audit,
        clock=clock,
        rules=rules,
        last_tick=lambda: schedule.last_tick,
        settle=tempo.settle,
    )
    patience = Patience(ack=tempo.acks.total_seconds())
    desk = Desk(Router(COMMANDS, services), people, Replies(clients), clock, patience)
    return _Inside(desk, watcher, discovery, sender, schedule)


async def _identify(clients: Clients, settings: Settings) -> Identity:
    """Whom the token belongs to: the one thing that has to answer for the start."""
    try:
        return await clients.identify()
    except SlackClientError as error:
        word = slack_word(error)
        if word in INSTALLATION:
            told = (
                f"SLACK_BOT_TOKEN is not accepted: Slack answers {word}; copy it anew from "
                "api.slack.com/apps, your app, OAuth & Permissions."
            )
        else:
            told = f"Slack at {settings.slack_api_url} does not serve now: {word or 'no word'}."
        raise SettingsError([told]) from None
    except (aiohttp.ClientError, TimeoutError):
        raise SettingsError(
            [f"SLACK_API_URL names {settings.slack_api_url}, and nothing answers there."]
        ) from None


def _account(settings: Settings, clock: Clock) -> QianfanClient:
    return open_account(
        settings.qianfan_console_api_base_url,
        settings.qianfan_access_key.get_secret_value(),
        settings.qianfan_secret_key,
        clock,
        requests_per_second=settings.qfbot_requests_per_second,
        burst=REQUESTS_BURST,
        also_send_step=settings.qfbot_also_send_step,
    )


@asynccontextmanager
async def _drained(inside: _Inside) -> AsyncIterator[None]:
    """In the end, let what is in hand be finished: answers first, they may cause messages."""
    try:
        yield
    finally:
        await inside.desk.drain(PATIENCE)
        await inside.watcher.drain(PATIENCE)
        await inside.discovery.drain(PATIENCE)
        await inside.sender.drain(PATIENCE)


def _line(settings: Settings, bolt: AsyncApp, clock: Clock) -> SocketLine | None:
    if settings.mode is not Mode.SOCKET or settings.slack_app_token is None:
        return None
    return SocketLine(bolt, settings.slack_app_token.get_secret_value(), clock)


def _web(
    host: str,
    port: int,
    store: Store,
    schedule: Schedule,
    line: SocketLine | None,
    slack: AsyncApp | None,
    clock: Clock,
) -> WebServer:
    heard_at = (lambda: line.heard_at) if line is not None else None
    return WebServer(
        host,
        port,
        alive=Alive(clock, lambda: schedule.last_tick),
        ready=Ready(clock, store.database.ping, heard_at),
        registry=_registry(),
        slack=slack,
    )


def _pace(settings: Settings) -> Pace:
    return Pace(
        timedelta(seconds=settings.qfbot_poll_min_seconds),
        timedelta(seconds=settings.qfbot_poll_max_seconds),
    )


def _signing_secret(settings: Settings) -> str:
    secret = settings.slack_signing_secret
    return secret.get_secret_value() if secret else ""


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    Info("qfbot_build", "The version of qfbot.", registry=registry).info({"version": __version__})
    return registry
