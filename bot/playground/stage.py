"""The real bot between the local Slack and the local Qianfan."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic

from pydantic import SecretStr

from bot.account_settings import AccountSettings
from bot.app import App, open_app
from bot.domain.access import Rules
from bot.domain.ports import Charts, Clock
from bot.playground.clock import WorldClock
from bot.playground.control import Control
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.scene import Prop, Scene, small_team
from bot.playground.slack import LocalSlack
from bot.settings import LogLevel, Mode, Settings
from bot.slack.manifest import manifest
from bot.terms import Ruling, Tempo

#: The bot's clockwork runs as fast as a watching person can follow.
TEMPO = Tempo(
    tick=timedelta(seconds=0.1),
    card_edits=timedelta(seconds=2),
    settle=timedelta(seconds=2),
    homes=timedelta(seconds=0.2),
    checks=(timedelta(seconds=2), timedelta(seconds=10)),
    gathering=timedelta(seconds=2),
    # A world that runs sixty times as fast has so much more to tell.
    posts_a_second=50,
    edits_a_minute=600,
    # Lines of a pipe come faster than anybody types.
    asks_per_minute=10_000,
)

#: How long `wait` waits for the bot to have done all that is due (wall time, in seconds).
PATIENCE = 30.0

_GLANCE = 0.02
_LONGEST_STEP = timedelta(minutes=5)
_SHORTEST_STEP = timedelta(seconds=15)
_STEPS = 100


@dataclass
class RuleBook:
    """The rules in force; they may change while the bot runs."""

    rules: Rules

    def __call__(self) -> Rules:
        """The rules now."""
        return self.rules


@dataclass(frozen=True)
class Stage:
    """All that plays: the two servers, their world, and the bot."""

    slack: LocalSlack
    qianfan: LocalQianfan
    world: World
    clock: WorldClock
    app: App
    rule_book: RuleBook
    props: tuple[Prop, ...]
    walking: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def settle(self, patience: float = PATIENCE) -> str:
        """Wait until the bot has nothing more to do; what is pending, where it takes too long."""
        deadline = monotonic() + patience
        while monotonic() < deadline:
            if not await self._busy():
                return ""
            await asyncio.sleep(_GLANCE)
        owed = (await self.app.store.outbox.backlog()).pending
        return f"{owed} messages are still waiting to be sent" if owed else "the bot is still busy"

    async def wait(self, length: timedelta) -> str:
        """Let the world move on in steps, so that the bot sees what happens on the way.

        What is still pending in the end, where anything is.
        """
        async with self.walking:
            speed = self.clock.speed
            self.clock.stop()
            try:
                return await self._walk(length)
            finally:
                self.clock.set_speed(speed)

    async def _walk(self, length: timedelta) -> str:
        step = max(_SHORTEST_STEP, min(_LONGEST_STEP, length / _STEPS))
        pending = ""
        while length > timedelta(0) and not pending:
            self.clock.jump(min(step, length))
            length -= step
            pending = await self.settle()
        return pending

    async def _busy(self) -> bool:
        # What is in hand before the ticks may give them something to do after they have looked.
        at_rest = self.app.idle
        begun = await self.app.tick()
        owed = (await self.app.store.outbox.backlog()).pending
        return not at_rest or bool(begun or owed) or not self.app.idle


@asynccontextmanager
async def open_stage(
    scene: Scene = small_team,
    *,
    clock: WorldClock | None = None,
    slack_port: int = 0,
    qianfan_port: int = 0,
    data: Path | None = None,
    mode: Mode = Mode.SOCKET,
    tempo: Tempo = TEMPO,
    rate_limits: bool = True,
    control: Control | None = None,
    charts: Charts | None = None,
) -> AsyncIterator[Stage]:
    """Open both servers with their scene, and the bot between them.

    Where no `charts` are given, the bot draws its own.

    `control` is served at the local Slack's address; the caller says what it is to play.
    """
    clock = clock or WorldClock()
    world = World(clock)
    slack = LocalSlack(slack_port, clock, manifest=manifest(), rate_limits=rate_limits)
    if control is not None:
        control.add_to(slack.application)
    async with slack, LocalQianfan(world, qianfan_port) as qianfan:
        rules, props = scene(slack, world)
        rule_book = RuleBook(rules)
        with _folder(data) as folder:
            settings = playground_settings(slack, qianfan, folder, mode)
            async with open_bot(slack, settings, rule_book, clock, tempo, charts=charts) as app:
                yield Stage(slack, qianfan, world, clock, app, rule_book, props)


@asynccontextmanager
async def open_bot(
    slack: LocalSlack,
    settings: Settings,
    rules: Callable[[], Rules],
    clock: Clock,
    tempo: Tempo,
    accounts: tuple[AccountSettings, ...] = (),
    charts: Charts | None = None,
) -> AsyncIterator[App]:
    """The bot, open, and reachable for the local Slack."""
    ruling = Ruling(rules, accounts=accounts)
    async with open_app(settings, ruling, clock, tempo=tempo, charts=charts) as app:
        if settings.mode is Mode.HTTP:
            slack.events_url = "http://{}:{}/slack/events".format(*app.address)
        else:
            await slack.until(lambda: slack.open_connections > 0)
        yield app


def playground_settings(
    slack: LocalSlack, qianfan: LocalQianfan, folder: Path, mode: Mode
) -> Settings:
    """Made directly, so that neither the environment nor an `.env` has a say."""
    return Settings(
        mode=mode,
        slack_bot_token=SecretStr(slack.bot_token),
        slack_app_token=SecretStr(slack.app_token),
        slack_signing_secret=SecretStr(slack.signing_secret),
        slack_api_url=slack.api_url,
        qianfan_access_key=SecretStr(qianfan.access_key),
        qianfan_secret_key=SecretStr(qianfan.secret_key),
        qianfan_console_api_base_url=qianfan.url,
        qfbot_database_url=SecretStr(f"sqlite:///{folder / 'qfbot.db'}"),
        # The budget is of the wall, and the world may run sixty times as fast.
        qfbot_requests_per_second=100,
        qfbot_log_level=LogLevel.WARNING,
    )


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """The folder of the database: the one asked for, else one that goes with the playground."""
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="qfbot-") as folder:
        yield Path(folder)
