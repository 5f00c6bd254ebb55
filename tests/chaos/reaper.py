"""Kills: while the process starts, at any moment, and as a message of its own arrives at Slack."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random

from bot.playground.slack import Entry
from bot.playground.slack.happenings import MessagePosted
from tests.chaos.processes import Bot
from tests.chaos.stage import Stage

#: How often the process dies in which way.
_WAYS = {"starting": 0.15, "any moment": 0.45, "at a post": 0.4}

#: Within how many seconds a process that starts is killed. How long others live on average, and
#: how long it is waited for that a message arrives, against how long their start took: on a busy
#: machine all that they do takes longer.
_STARTING = 2.5
_LIFE = 1.5
_PATIENCE = 2.0


class Reaper:
    """Kills the replicas, each by itself, until so many kills were made.

    `done` counts them by way, `own_ends` the exit codes of processes that ended by themselves.
    """

    def __init__(self, stage: Stage, kills: int, seed: int) -> None:
        self.done: Counter[str] = Counter()
        self.own_ends: Counter[int] = Counter()
        self._stage = stage
        self.kills = self._left = kills
        self._seed = seed
        self._victim: Bot | None = None
        stage.slack.feed.observe(self._see)

    @property
    def progress(self) -> float:
        """How much of the work is done, 0 to 1."""
        return self.done.total() / self.kills

    async def reap(self, bot: Bot) -> None:
        """Kill one replica again and again, and start it each time; in the end it lives."""
        dice = Random(f"{self._seed} {bot.name}")
        while self._left > 0:
            self._left -= 1
            way = dice.choices(list(_WAYS), list(_WAYS.values()))[0]
            await self._live(bot, way, dice)
            bot.kill()
            code = await bot.dead()
            self.done[way] += 1
            if code != -9:
                self.own_ends[code] += 1
            await bot.start()

    async def _live(self, bot: Bot, way: str, dice: Random) -> None:
        """Let it live until it is to die."""
        if way == "starting":
            await asyncio.sleep(dice.uniform(0, _STARTING))
            return
        with suppress(TimeoutError):
            await bot.ready()
        await asyncio.sleep(dice.expovariate(1 / _LIFE) * bot.start_seconds)
        if way == "at a post":
            with self._marked(bot), suppress(TimeoutError):
                await bot.dead(_PATIENCE * bot.start_seconds)

    @contextmanager
    def _marked(self, bot: Bot) -> Iterator[None]:
        self._victim = bot
        yield
        if self._victim is bot:
            self._victim = None

    def _see(self, entry: Entry) -> None:
        """Kill the victim before the local Slack answers."""
        if self._victim is not None and isinstance(entry.what, MessagePosted):
            self._victim.kill()
            self._victim = None
