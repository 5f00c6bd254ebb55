"""The storm: kills, weather and spells while the runs live, and then the calm."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from tests.chaos.lives import Change, enter
from tests.chaos.reaper import Reaper
from tests.chaos.skewed import set_clock
from tests.chaos.spells import SPELLS, Scene
from tests.chaos.weather import spoil

#: How long a spell lasts, and how long it is until the next, in seconds.
_SPELL = (1.0, 12.0)
_PAUSE = (1.0, 6.0)
#: How often what happens to the runs is brought up to date, in seconds.
_STEP = 0.1
#: How long about a kill takes, with the start after it, in seconds.
_PER_KILL = 8.0
#: How often whoever froze itself is thawed, in seconds.
_THAW = 15.0


@dataclass
class Storm:
    """One storm over a scene, with what came of it so far; `names` are the spells' that it has."""

    scene: Scene
    reaper: Reaper
    changes: Sequence[Change]
    names: Sequence[str]
    slack_is_spoilt: bool
    spells: Counter[str] = field(default_factory=Counter)
    happened: int = 0

    async def rage(self) -> None:
        """Until every kill is made and every run has ended; then all is well again."""
        bots = self.scene.stage.bots
        if self.slack_is_spoilt:
            spoil(self.scene.stage.slack)
        others = [asyncio.create_task(work) for work in (self._spells(), self._thaws())]
        try:
            await asyncio.gather(self._happens(), *(self.reaper.reap(bot) for bot in bots))
        finally:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            self._clears()

    async def _happens(self) -> None:
        """The runs live as the kills go on."""
        left = list(self.changes)
        seen, since = self.reaper.progress, time.monotonic()
        while left:
            progress = self.reaper.progress
            if progress != seen:
                seen, since = progress, time.monotonic()
            ahead = (time.monotonic() - since) / _PER_KILL / self.reaper.kills
            while left and (left[0].at <= progress + ahead or progress >= 1):
                enter(self.scene.stage.tasks, left.pop(0))
                self.happened += 1
            await asyncio.sleep(_STEP)

    async def _spells(self) -> None:
        dice: Random = self.scene.dice
        while self.names:
            await asyncio.sleep(dice.uniform(*_PAUSE))
            name = dice.choice(self.names)
            self.spells[name] += 1
            async with SPELLS[name](self.scene):
                await asyncio.sleep(dice.uniform(*_SPELL))

    async def _thaws(self) -> None:
        """Wake those that froze at a point of theirs."""
        while True:
            await asyncio.sleep(_THAW)
            for bot in self.scene.stage.bots:
                bot.thaw()

    def _clears(self) -> None:
        stage = self.scene.stage
        stage.slack.faults.clear()
        stage.qianfan.faults.clear()
        for bot in stage.bots:
            set_clock(self.scene.clocks[bot.name], 0.0)
            with suppress(ProcessLookupError):
                bot.thaw()
                bot.limit_files(None)
