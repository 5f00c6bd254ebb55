"""Work that one of several processes does for all: whose shift it is."""

import time
from collections.abc import Callable
from datetime import timedelta

from bot.domain.ports import Turns

#: How long a shift holds that is not kept (wall time), and how often it is kept or asked for.
LEASE = timedelta(seconds=10)
RENEWAL = timedelta(seconds=3)


class Shifts:
    """The shifts of this process, by the name of the work."""

    def __init__(self, turns: Turns, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._turns = turns
        self._monotonic = monotonic
        self._asked_at: dict[str, float] = {}
        self._mine: set[str] = set()

    async def has(self, work: str) -> bool:
        """Whether this process does the work now, as it was found at most three seconds ago."""
        now = self._monotonic()
        asked_at = self._asked_at.get(work)
        if asked_at is None or now - asked_at >= RENEWAL.total_seconds():
            self._asked_at[work] = now
            self._mine.discard(work)
            if await self._turns.take(work, LEASE):
                self._mine.add(work)
        return work in self._mine
