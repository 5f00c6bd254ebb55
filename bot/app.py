"""The wiring: the only module that names concrete classes."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypedDict

import aiohttp
import stamina
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackClientError

from bot import __version__
from bot.account_settings import AccountSettings
from bot.accounts import Accounts, open_accounts
from bot.commands.contents import COMMANDS
from bot.commands.context import Services
from bot.commands.follow import follow
from bot.commands.router import Router
from bot.commands.shares import ASKS_PER_MINUTE
from bot.commands.watch import watch
from bot.domain.access import Rules
from bot.domain.cadence import Pace
from bot.domain.ports import Budgets, Clock
from bot.health import Alive, Ready
from bot.live_rules import LiveRules
from bot.metrics import registry
from bot.settings import Mode, Settings, SettingsError
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
from bot.store.cleaning import StoredHistory
from bot.store.opening import Store, open_store
from bot.watcher.aftermath import Aftermath
from bot.watcher.approved import Approved
from bot.watcher.cards import Cards
from bot.watcher.catalogue import LiveCatalogue
from bot.watcher.cleaning import Cleaning
from bot.watcher.discovery import Discovery
from bot.watcher.mood import Allowance, Mood
from bot.watcher.owners import Owners
from bot.watcher.repeats import CHECKS, Healer
from bot.watcher.retention import Retention
from bot.watcher.schedule import Schedule, Tick
from bot.watcher.sender import Sender
from bot.watcher.shifts import Shifts
from bot.watcher.trouble import AccountTroubles
from bot.watcher.vitals import Physician
from bot.watcher.watcher import Account, Watcher
from bot.watcher.workers import Workers

#: How long work in hand may take to be finished when the process is asked to end.
PATIENCE = timedelta(seconds=10)

#: How much may go out at once after a rest, beyond what Slack takes in the long run.
POSTS_AT_ONCE = 20
EDITS_AT_ONCE = 10

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
    may be on its way. `checks` are the pauses between looks for a repeat. `posts_a_second` and
    `edits_a_minute` are for the whole workspace, `asks_per_minute` is how often one person may ask.
    """

    tick: timedelta = timedelta(seconds=1)
    posts: timedelta = timedelta(seconds=1)
    card_edits: timedelta = timedelta(minutes=1)
    settle: timedelta = timedelta(seconds=10)
    checks: tuple[timedelta, ...] = CHECKS
    posts_a_second: float = 5
    edits_a_minute: float = 45
    acks: timedelta = timedelta(seconds=0.5)
    asks_per_minute: int = ASKS_PER_MINUTE


@dataclass(frozen=True)
class Ruling:
    """The team's decisions that the bot runs under.

    `rules` are those of the file at any time and `hash` is theirs; `tick` reads the file again,
    and `refusals` counts how often it was refused then.
    `accounts` are opened beside the default one, with keys that may be in `environ`.
    """

    rules: Callable[[], Rules]
    hash: Callable[[], str] = lambda: ""
    tick: Tick | None = None
    refusals: Callable[[], int] = lambda: 0
    accounts: tuple[AccountSettings, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class App:
    """The whole bot, running. It works until the block that opened it is left."""

    store: Store
    desk: Desk
    workers: Workers
    line: SocketLine | None
    address: tuple[str, int]

    @property
    def idle(self) -> bool:
        """Whether nobody waits for an answer, and nothing is being looked at or sent."""
        return self.desk.idle and self.workers.idle

    async def tick(self) -> int:
        """Have everything that is due begin at once; how many things that were."""
        return await self.workers.tick()


@asynccontextmanager
async def open_app(
    settings: Settings,
    ruling: Ruling,
    clock: Clock,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tempo: Tempo = Tempo(),
) -> AsyncIterator[App]:
    """Open everything, connect it, and run it until the block is left; then drain it.

    Raises SettingsError where Slack does not accept the token or an account has no keys,
    StoreError where the database cannot be used, and OSError where the address is taken.
    """
    # Trouble is told once when it begins (`bot.watcher.trouble`), not at every repetition.
    stamina.instrumentation.set_on_retry_hooks([])
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(_outside(settings, ruling, clock))
        await outside.rules.refresh()
        inside = _inside(outside, settings, ruling, clock, tempo)
        bolt = bolt_app(outside.clients, outside.identity, _signing_secret(settings), inside.desk)
        # What is entered last is left first: no more questions, no more ticks, then the drain.
        await stack.enter_async_context(_drained(inside))
        await stack.enter_async_context(inside.schedule)
        line = _line(settings, bolt, clock)
        if line is not None:
            await stack.enter_async_context(line)
        slack = bolt if settings.mode is Mode.HTTP else None
        web = _web(host, port, outside, inside, line, slack, clock, ruling)
        await stack.enter_async_context(web)
        yield App(outside.store, inside.desk, inside.workers, line, web.address)


@dataclass(frozen=True)
class _Outside:
    """What is opened and closed: Slack's clients, the database, the Qianfan accounts."""

    clients: Clients
    identity: Identity
    store: Store
    accounts: Accounts
    rules: LiveRules
    direct: DirectMessages
    people: SlackPeople
    mood: Mood


class _Sending(TypedDict):
    """The workers that write in Slack."""

    send: Sender
    show: Cards
    heal: Healer


@dataclass(frozen=True)
class _Inside:
    """What works with it."""

    desk: Desk
    workers: Workers
    schedule: Schedule
    physician: Physician


@asynccontextmanager
async def _outside(settings: Settings, ruling: Ruling, clock: Clock) -> AsyncIterator[_Outside]:
    token = settings.slack_bot_token.get_secret_value()
    database_url = settings.qfbot_database_url.get_secret_value()
    async with (
        open_clients(token, settings.slack_api_url) as clients,
        open_store(database_url, clock) as store,
        open_accounts(
            settings, ruling.accounts, ruling.environ, clock, _shared_budgets(store)
        ) as accounts,
    ):
        identity = await _identify(clients, settings)
        rules = LiveRules(ruling.rules, store.grants)
        direct = DirectMessages(clients.reads, clock.wall)
        people = SlackPeople(clients, direct, clock, identity, lambda: rules.current().groups)
        yield _Outside(clients, identity, store, accounts, rules, direct, people, Mood())


def _shared_budgets(store: Store) -> Budgets | None:
    """Where no other process can ask the accounts, they need no trip to the database."""
    return None if store.database.is_ours_alone else store.budgets


def _inside(
    outside: _Outside, settings: Settings, ruling: Ruling, clock: Clock, tempo: Tempo
) -> _Inside:
    schedule = Schedule(clock, tempo.tick)
    catalogue = LiveCatalogue(outside.accounts.clients, clock)
    sending = _sending(outside, clock, tempo)
    physician = _physician(outside, sending["heal"], _pace(settings).longest, clock)
    services = _services(outside, ruling, catalogue, schedule, physician, clock, tempo)
    router = Router(COMMANDS, services, tempo.asks_per_minute)
    patience = Patience(ack=tempo.acks.total_seconds())
    desk = Desk(router, outside.people, Replies(outside.clients), clock, patience)
    troubles = AccountTroubles(outside.store.outages, clock)
    workers = Workers(
        watch=_watcher(outside, settings, troubles, clock),
        discover=_discovery(outside, settings, catalogue, troubles, clock),
        run_approved=Approved(router, outside.store.approvals, clock, desk.deliver),
        look_into=_aftermath(outside, clock, tempo),
        **sending,
    )
    for name, tick in workers.ticks.items():
        schedule.add(name, tick)
    schedule.add("take the vitals", physician.tick)
    schedule.add("read grants", outside.rules.refresh)
    schedule.add("read keys", outside.accounts.tick)
    if settings.qfbot_audit_days:
        retention = Retention(outside.store.audit, settings.qfbot_audit_days, clock)
        schedule.add("clear the audit", retention.tick)
    if settings.qfbot_history_days:
        history = StoredHistory(outside.store.database, clock)
        cleaning = Cleaning(history, settings.qfbot_history_days, clock)
        schedule.add("clear the history", cleaning.tick)
    if ruling.tick is not None:
        schedule.add("read rules", ruling.tick)
    return _Inside(desk, workers, schedule, physician)


def _services(
    outside: _Outside,
    ruling: Ruling,
    catalogue: LiveCatalogue,
    schedule: Schedule,
    physician: Physician,
    clock: Clock,
    tempo: Tempo,
) -> Services:
    store = outside.store
    return Services(
        platforms=outside.accounts.clients,
        people=outside.people,
        files=SlackFiles(outside.clients),
        watches=store.watches,
        follows=store.follows,
        channels=store.channels,
        catalogue=catalogue,
        outbox=store.outbox,
        confirmations=store.confirmations,
        audit=store.audit,
        grants=store.grants,
        approvals=store.approvals,
        clock=clock,
        rules=outside.rules.current,
        rules_hash=ruling.hash,
        refresh_rules=outside.rules.refresh,
        last_tick=lambda: schedule.last_tick,
        vitals=physician.take,
        settle=tempo.settle,
    )


def _physician(outside: _Outside, healer: Healer, longest: timedelta, clock: Clock) -> Physician:
    store = outside.store
    return Physician(
        store.watches,
        store.outages,
        store.outbox,
        clock,
        outside.accounts.clients,
        longest,
        outside.mood,
        healer,
    )


def _watcher(
    outside: _Outside, settings: Settings, troubles: AccountTroubles, clock: Clock
) -> Watcher:
    accounts = {
        name: Account(client, (1 - DISCOVERY_SHARE) * outside.accounts.rates[name])
        for name, client in outside.accounts.clients.items()
    }
    return Watcher(accounts, outside.store.watches, troubles, clock, _pace(settings))


def _discovery(
    outside: _Outside,
    settings: Settings,
    catalogue: LiveCatalogue,
    troubles: AccountTroubles,
    clock: Clock,
) -> Discovery:
    rate = DISCOVERY_SHARE * settings.qfbot_requests_per_second
    owners = Owners(outside.people, outside.rules.current, follow.right, watch.right)
    return Discovery(
        outside.accounts.clients,
        catalogue,
        outside.store.follows,
        outside.store.watches,
        troubles,
        clock,
        _pace(settings),
        shifts=Shifts(outside.store.turns),
        may=owners.may_follow,
        pause=timedelta(seconds=1 / rate),
    )


def _aftermath(outside: _Outside, clock: Clock, tempo: Tempo) -> Aftermath:
    return Aftermath(
        {each.name: each for each in COMMANDS},
        outside.accounts.clients,
        outside.store.audit,
        outside.store.outbox,
        clock,
        # A request may be on its way for as long as it is waited for, and appear after that.
        settle=2 * tempo.settle,
        alone=outside.store.database.is_ours_alone,
    )


def _sending(outside: _Outside, clock: Clock, tempo: Tempo) -> _Sending:
    announcer = SlackAnnouncer(
        outside.clients, outside.direct, clock, outside.identity.user_id, outside.people.place
    )
    mood, store = outside.mood, outside.store
    posts = Allowance(tempo.posts_a_second, POSTS_AT_ONCE)
    edits = Allowance(tempo.edits_a_minute / 60, EDITS_AT_ONCE)
    settle = tempo.settle
    return {
        "send": Sender(
            store.outbox, announcer, clock, mood, posts, pause=tempo.posts, settle=settle
        ),
        "show": Cards(store.outbox, announcer, mood, edits, pause=tempo.card_edits),
        "heal": Healer(store.repeats, announcer, mood, tempo.checks),
    }


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


@asynccontextmanager
async def _drained(inside: _Inside) -> AsyncIterator[None]:
    """In the end, let what is in hand be finished: answers first, they may cause messages."""
    try:
        yield
    finally:
        await inside.desk.drain(PATIENCE)
        await inside.workers.drain(PATIENCE)


def _line(settings: Settings, bolt: AsyncApp, clock: Clock) -> SocketLine | None:
    if settings.mode is not Mode.SOCKET or settings.slack_app_token is None:
        return None
    return SocketLine(bolt, settings.slack_app_token.get_secret_value(), clock)


def _web(
    host: str,
    port: int,
    outside: _Outside,
    inside: _Inside,
    line: SocketLine | None,
    slack: AsyncApp | None,
    clock: Clock,
    ruling: Ruling,
) -> WebServer:
    heard_at = (lambda: line.heard_at) if line is not None else None
    return WebServer(
        host,
        port,
        alive=Alive(clock, lambda: inside.schedule.last_tick),
        ready=Ready(clock, outside.store.database.ping, heard_at, lambda: outside.mood.closed),
        registry=registry(__version__, ruling.hash, ruling.refusals, lambda: inside.physician.last),
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
