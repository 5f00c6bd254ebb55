"""The audit is kept as long as the settings say; what is removed is written down there."""

from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.ports import Clock

_PAUSE = timedelta(hours=1)


class Removable(Protocol):
    """What old attempts can be removed from."""

    async def retain(self, days: int, now: datetime) -> int: ...


class Retention:
    """Removes what is older than so many days, once an hour (wall time)."""

    def __init__(self, audit: Removable, days: int, clock: Clock) -> None:
        self._audit = audit
        self._days = days
        self._clock = clock
        self._next_at = clock.wall()

    async def tick(self) -> None:
        """Remove what is too old, where it is time."""
        now = self._clock.wall()
        if now < self._next_at:
            return
        self._next_at = now + _PAUSE
        await self._audit.retain(self._days, now)
