"""The playground's two clocks: the wall is real, the world can run fast, stand still or jump."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

# Far below the shortest interval that can be told apart in an answer (whole seconds).
_SOON = 0.0005


class WorldClock:
    """Two clocks: the wall's time is real, the world's runs `speed` times as fast.

    The world's time never goes back, except by a negative `jump`. With speed 0 it stands still
    and only `jump` moves it, which is what tests want.
    """

    def __init__(self, speed: float = 60.0, start: datetime | None = None) -> None:
        """`speed` is world seconds in a real second; `start` (aware, default now) is the world's
        first moment. Raises ValueError for a negative speed or a moment without a time zone.
        """
        self._speed = _possible(speed)
        self._speed_when_going = self._speed
        self._anchor = _aware(start or datetime.now(UTC))
        self._anchored_at = time.monotonic()
        self._changed = asyncio.Event()

    @property
    def speed(self) -> float:
        """World seconds in a real second now; 0 while the world stands still."""
        return self._speed

    def wall(self) -> datetime:
        """The real time, in UTC: for signatures, timeouts and rate limits."""
        return datetime.now(UTC)

    def world(self) -> datetime:
        """The world's time, in UTC: for runs, and for every time that a person reads."""
        return self._anchor + timedelta(
            seconds=(time.monotonic() - self._anchored_at) * self._speed
        )

    def set_speed(self, speed: float) -> None:
        """From now on the world runs `speed` times as fast as the wall. ValueError if negative."""
        self._move(self.world(), _possible(speed))
        self._speed_when_going = self._speed or self._speed_when_going

    def stop(self) -> None:
        """The world stands still until `go`, `set_speed` or a jump."""
        self._move(self.world(), 0.0)

    def go(self) -> None:
        """The world runs again, as fast as it last did."""
        self._move(self.world(), self._speed_when_going)

    def jump(self, by: timedelta) -> None:
        """Move the world's time at once; back too, where `by` is negative."""
        self._move(self.world() + by, self._speed)

    async def sleep_until(self, moment: datetime) -> None:
        """Return when the world's time has reached `moment`; jumps and new speeds are noticed."""
        while (left := (moment - self.world()).total_seconds()) > 0:
            changed = self._changed
            seconds = max(left / self._speed, _SOON) if self._speed else None
            try:
                async with asyncio.timeout(seconds):
                    await changed.wait()
            except TimeoutError:
                continue

    def _move(self, world: datetime, speed: float) -> None:
        self._anchor, self._anchored_at = world, time.monotonic()
        self._speed = speed
        self._changed.set()
        self._changed = asyncio.Event()


def _possible(speed: float) -> float:
    if speed < 0:
        raise ValueError("the world's speed must not be negative: move it back by a jump")
    return float(speed)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the world's start needs a time zone")
    return moment.astimezone(UTC)
