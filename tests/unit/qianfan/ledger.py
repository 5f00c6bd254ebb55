"""The budgets that processes share, in memory."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.domain.budget import Level, Rate
from bot.domain.errors import StoreError
from bot.domain.ports import Drawn

#: How long a trip to it takes, in seconds.
TRIP = 0.004


class Ledger:
    """One account's tokens; `down` says after how many seconds each trip fails."""

    def __init__(self, wall: Callable[[], datetime]) -> None:
        self._wall = wall
        self._level: Level | None = None
        self.down: float | None = None
        #: The lots that were wanted, with what was to be left.
        self.wanted: list[tuple[int, int]] = []
        self.back = 0

    async def draw(self, account: str, rate: Rate, wanted: int, reserve: int = 0) -> Drawn:
        """Take tokens."""
        await self._trip()
        self.wanted.append((wanted, reserve))
        level = self._filled(rate)
        tokens = min(wanted, level.spare(reserve))
        self._level = level.spent(tokens)
        await asyncio.sleep(TRIP)
        return Drawn(tokens, self._level.tokens, self._level.wait(rate, reserve))

    async def give_back(self, account: str, rate: Rate, tokens: int) -> None:
        """Hand some back."""
        await self._trip()
        self.back += tokens
        self._level = self._filled(rate).spent(-tokens)

    def _filled(self, rate: Rate) -> Level:
        level = self._level or Level(rate.most, self._wall())
        return level.filled(rate, self._wall())

    async def _trip(self) -> None:
        if self.down is not None:
            await asyncio.sleep(self.down)
            raise StoreError("no answer")
        await asyncio.sleep(TRIP)
