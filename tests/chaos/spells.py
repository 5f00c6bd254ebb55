"""Spells of trouble: each is entered, lasts a while, and is over when it is left."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.playground.slack.faults import EVERY_METHOD
from tests.chaos.databases import PostgresServer, sqlite_size
from tests.chaos.processes import Bot
from tests.chaos.skewed import set_clock
from tests.chaos.stage import Stage

#: How far a clock jumps, either way, in seconds.
LARGEST_JUMP = 240.0


@dataclass(frozen=True)
class Scene:
    """What a spell may touch; `clocks` are the files that move each replica's."""

    stage: Stage
    dice: Random
    clocks: Mapping[str, Path]
    server: PostgresServer | None = None

    @property
    def bot(self) -> Bot:
        """One of the replicas."""
        return self.dice.choice(self.stage.bots)


Spell = Callable[[Scene], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def frozen(scene: Scene) -> AsyncIterator[None]:
    """SIGSTOP and, later, SIGCONT."""
    bot = scene.bot
    bot.freeze()
    try:
        yield
    finally:
        bot.thaw()


@asynccontextmanager
async def throttled(scene: Scene) -> AsyncIterator[None]:
    """Every call of Slack's comes too soon."""
    scene.stage.slack.faults.ratelimit(retry_after=(1.0, 5.0))
    try:
        yield
    finally:
        scene.stage.slack.faults.clear(EVERY_METHOD)


@asynccontextmanager
async def cut(scene: Scene) -> AsyncIterator[None]:
    """The socket breaks, and what it says is not heard for a while."""
    scene.stage.slack.cut_sockets()
    scene.stage.slack.faults.deaf = True
    try:
        yield
    finally:
        scene.stage.slack.faults.deaf = False


@asynccontextmanager
async def qianfan_down(scene: Scene) -> AsyncIterator[None]:
    """Qianfan answers 500, or nothing, or breaks the connection."""
    faults = scene.stage.qianfan.faults
    match scene.dice.choice(("500", "nothing", "broken")):
        case "500":
            fault = faults.answers(500)
        case "nothing":
            fault = faults.hangs()
        case _:
            fault = faults.drops()
    try:
        yield
    finally:
        fault.end()


@asynccontextmanager
async def disk_full(scene: Scene) -> AsyncIterator[None]:
    """No file of a replica's can grow any more."""
    bot = scene.bot
    with suppress(ProcessLookupError, ValueError):
        bot.limit_files(sqlite_size(scene.stage.folder))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            bot.limit_files(None)


@asynccontextmanager
async def database_restarted(scene: Scene) -> AsyncIterator[None]:
    """PostgreSQL crashes and comes back."""
    assert scene.server is not None
    await scene.server.restart()
    yield


@asynccontextmanager
async def clock_wrong(scene: Scene) -> AsyncIterator[None]:
    """A replica's clock jumps, by minutes, and jumps back."""
    clock = scene.clocks[scene.bot.name]
    set_clock(clock, scene.dice.uniform(-LARGEST_JUMP, LARGEST_JUMP))
    try:
        yield
    finally:
        set_clock(clock, 0.0)


#: By the names under which they can be chosen; the last two are for one kind of database each.
SPELLS: Mapping[str, Spell] = {
    "freeze": frozen,
    "throttle": throttled,
    "socket": cut,
    "qianfan": qianfan_down,
    "clock": clock_wrong,
    "disk": disk_full,
    "database": database_restarted,
}
