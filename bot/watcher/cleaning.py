"""What is over is kept as long as the settings say, and then removed a little at a time."""

from datetime import timedelta
from typing import Protocol

import structlog

from bot.domain.ports import Clock

log = structlog.get_logger(__name__)

_PAUSE = timedelta(hours=1)


class Forgettable(Protocol):
    """What is over, and can be forgotten."""

    async def forget_some(self, kept: timedelta) -> int: ...


class Cleaning:
    """Removes what has been over for so many days, once an hour (wall time).

    At each tick it removes a little, until nothing is left: so others get their turn in between,
    and the end of the process has not long to wait.
    """

    def __init__(self, history: Forgettable, days: int, clock: Clock) -> None:
        self._history = history
        self._kept = timedelta(days=days)
        self._clock = clock
        self._next_at = clock.wall()
        self._removed = 0

    async def tick(self) -> None:
        """Remove some of what is too old, where it is time."""
        now = self._clock.wall()
        if now < self._next_at:
            return
        # Where it fails, it is no hurry.
        self._next_at = now + _PAUSE
        removed = await self._history.forget_some(self._kept)
        self._removed += removed
        if removed:
            self._next_at = now
        elif self._removed:
            log.info("old rows removed", rows=self._removed)
            self._removed = 0
