"""How often an account may be asked: tokens that come at a rate, and lie ready up to a burst."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

_MOST_RESERVED = 2
_RESERVED_PART = 4


@dataclass(frozen=True)
class Rate:
    """`per_second` requests a second in the long run, `burst` at once after a rest.

    Both may be fractions. Raises ValueError for a rate that would never give a token.
    """

    per_second: float
    burst: float

    def __post_init__(self) -> None:
        """See to it that there will be tokens."""
        if self.per_second <= 0:
            raise ValueError("the requests per second must be more than 0")

    @property
    def most(self) -> float:
        """How many tokens lie ready at most: a request takes a whole one, so at least one."""
        return max(self.burst, 1.0)

    @property
    def reserve(self) -> int:
        """How many of them are kept for questions that persons ask."""
        return min(_MOST_RESERVED, floor(self.burst / _RESERVED_PART))


@dataclass(frozen=True)
class Level:
    """How many tokens there were at a moment (wall)."""

    tokens: float
    at: datetime

    def filled(self, rate: Rate, now: datetime) -> "Level":
        """As of now. Where the clock was set back, nothing came and nothing is lost."""
        came = max((now - self.at).total_seconds(), 0.0) * rate.per_second
        return Level(min(self.tokens + came, rate.most), now)

    def spent(self, tokens: int) -> "Level":
        """With so many less."""
        return Level(self.tokens - tokens, self.at)

    def spare(self, reserve: int = 0) -> int:
        """How many requests may be made that leave the reserve alone."""
        return max(floor(self.tokens) - reserve, 0)

    def wait(self, rate: Rate, reserve: int = 0) -> timedelta:
        """How long until one may be made, in whole milliseconds, so that it is not too short."""
        missing = max(reserve + 1 - self.tokens, 0.0)
        return timedelta(milliseconds=ceil(1000 * missing / rate.per_second))
