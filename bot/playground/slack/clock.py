"""The clock that the local Slack lives by: wall time only."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the local Slack needs to know of time."""

    def wall(self) -> datetime:
        """Return the present moment, with its time zone."""
        ...


class RealClock:
    """The machine's own clock."""

    def wall(self) -> datetime:
        return datetime.now(UTC)
