"""The whole bot: what it opens, what works in it, and its lines to the world, run together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import stamina
from slack_bolt.app.async_app import AsyncApp

from bot import __version__
from bot.domain.ports import Charts, Clock
from bot.happenings import Tell, all_of
from bot.health import Alive, Ready
from bot.inside import Inside, staff
from bot.journal import Journal
from bot.metrics.readings import Sources
from bot.metrics.registry import Metrics
from bot.outside import Outside, open_outside
from bot.pulse import Pulse
from bot.settings import Mode, Settings
from bot.slack.desk import Desk
from bot.slack.listeners import bolt_app
from bot.slack.sockets import SocketLine
from bot.slack.web import WebServer
from bot.store.opening import Store
from bot.terms import ORDINARY, Ruling, Tempo
from bot.watcher.workers import Workers

#: How long work in hand may take to be finished when the process is asked to end.
PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True)
class App:
    """The whole bot, running. It works until the block that opened it is left."""

    store: Store
    desk: Desk
    workers: Workers
    line: SocketLine | None
    address: tuple[str, int]
    pulse: Pulse

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
    tempo: Tempo = ORDINARY,
    charts: Charts | None = None,
) -> AsyncIterator[App]:
    """Open everything, connect it, and run it until the block is left; then drain it.

    Where no `charts` are given, a process of their own draws them.

    Raises SettingsError where Slack does not accept the token or an account has no keys,
    StoreError where the database cannot be used, and OSError where the address is taken.
    """
    # Trouble is told once when it begins (`bot.watcher.trouble`), not at every repetition.
    stamina.instrumentation.set_on_retry_hooks([])
    metrics = Metrics()
    tell = all_of(metrics.counts, Journal())
    async with AsyncExitStack() as stack:
        pulse = await stack.enter_async_context(Pulse(clock, tell=tell))
        outside = await stack.enter_async_context(
            open_outside(settings, ruling, clock, tempo, tell, charts)
        )
        await outside.rules.refresh()
        inside = staff(outside, settings, ruling, clock, tempo, tell)
        bolt = bolt_app(outside.clients, outside.identity, _signing_secret(settings), inside.desk)
        # What is entered last is left first: no more questions, no more ticks, then the drain.
        await stack.enter_async_context(_drained(inside))
        await stack.enter_async_context(inside.schedule)
        line = _line(settings, bolt, clock, tell)
        if line is not None:
            await stack.enter_async_context(line)
        metrics.read(_sources(outside, inside, ruling, line, clock))
        web = WebServer(
            host,
            port,
            alive=Alive(clock, lambda: pulse.beat_at, lambda: inside.schedule.last_tick),
            ready=_ready(outside, line, clock),
            registry=metrics.registry,
            slack=bolt if settings.mode is Mode.HTTP else None,
            tell=tell,
        )
        await stack.enter_async_context(web)
        yield App(outside.store, inside.desk, inside.workers, line, web.address, pulse)


@asynccontextmanager
async def _drained(inside: Inside) -> AsyncIterator[None]:
    """In the end, let what is in hand be finished: answers first, they may cause messages."""
    try:
        yield
    finally:
        await inside.desk.drain(PATIENCE)
        await inside.workers.drain(PATIENCE)


def _line(settings: Settings, bolt: AsyncApp, clock: Clock, tell: Tell) -> SocketLine | None:
    if settings.mode is not Mode.SOCKET or settings.slack_app_token is None:
        return None
    return SocketLine(bolt, settings.slack_app_token.get_secret_value(), clock, tell=tell)


def _ready(outside: Outside, line: SocketLine | None, clock: Clock) -> Ready:
    heard_at = (lambda: line.heard_at) if line is not None else None
    return Ready(clock, outside.store.database.ping, heard_at, lambda: outside.mood.closed)


def _sources(
    outside: Outside, inside: Inside, ruling: Ruling, line: SocketLine | None, clock: Clock
) -> Sources:
    return Sources(
        version=__version__,
        clock=clock,
        rules_hash=ruling.hash,
        refusals=ruling.refusals,
        vitals=lambda: inside.physician.last,
        last_tick=lambda: inside.schedule.last_tick,
        line=line,
    )


def _signing_secret(settings: Settings) -> str:
    secret = settings.slack_signing_secret
    return secret.get_secret_value() if secret else ""
