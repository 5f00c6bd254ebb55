"""Drawing from a budget that may be out of reach: then little is spent, and nobody is asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.budget import Level, Rate
from bot.domain.errors import StoreError
from bot.domain.ports import Budgets, Drawn

log = structlog.get_logger(__name__)

#: Of an account's rate, while the others cannot be known: right for two processes.
ALONE = 0.5

#: How long it is done without the shared budget before it is tried again.
RETRY = timedelta(seconds=5)


@dataclass(frozen=True)
class Shared:
    """An account's place among the budgets that all processes share."""

    budgets: Budgets
    account: str


class SteadyDraws:
    """Draws that never fail: from the shared budget, or else from a small one of this process."""

    def __init__(self, shared: Shared, rate: Rate, wall: Callable[[], datetime]) -> None:
        self._shared = shared
        self._rate = rate
        self._wall = wall
        self._own_rate = Rate(ALONE * rate.per_second, burst=1)
        self._own = Level(self._own_rate.most, wall())
        self._retry_at: float | None = None

    @property
    def rate(self) -> Rate:
        """The rate that is drawn at now."""
        return self._rate if self._retry_at is None else self._own_rate

    async def draw(self, wanted: int, reserve: int) -> Drawn:
        """Draw up to so many; where the budget is this process's own, there is no reserve."""
        if self._retry_at is not None and _now() < self._retry_at:
            return self._draw_own(wanted)
        try:
            drawn = await self._shared.budgets.draw(
                self._shared.account, self._rate, wanted, reserve
            )
        except StoreError as error:
            self._lost(error)
            return self._draw_own(wanted)
        self._found()
        return drawn

    async def give_back(self, tokens: int) -> None:
        """Some were not needed. They are lost where the shared budget is out of reach."""
        if self._retry_at is not None:
            return
        try:
            await self._shared.budgets.give_back(self._shared.account, self._rate, tokens)
        except StoreError as error:
            self._lost(error)

    def _draw_own(self, wanted: int) -> Drawn:
        level = self._own.filled(self._own_rate, self._wall())
        tokens = min(wanted, level.spare())
        self._own = level.spent(tokens)
        wait = self._own.wait(self._own_rate)
        return Drawn(tokens, self._own.tokens, min(wait, RETRY))

    def _lost(self, error: StoreError) -> None:
        if self._retry_at is None:
            log.warning(
                "the shared budget is out of reach: this process asks at a part of the rate",
                account=self._shared.account,
                part=ALONE,
                why=error.reason,
            )
        self._retry_at = _now() + RETRY.total_seconds()

    def _found(self) -> None:
        if self._retry_at is not None:
            log.warning("the shared budget is within reach again", account=self._shared.account)
        self._retry_at = None


def _now() -> float:
    """Seconds, on the clock that tasks sleep by."""
    return asyncio.get_running_loop().time()
