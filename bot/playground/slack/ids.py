"""Ids and timestamps in Slack's forms."""

import itertools
import secrets
from datetime import datetime

from bot.playground.slack.clock import Clock


class Ids:
    """Counts through ids such as U0PLAY0001: one counter a kind, the same in every run."""

    def __init__(self) -> None:
        self._counters: dict[str, itertools.count[int]] = {}

    def next(self, prefix: str) -> str:
        """Return a new id that starts with `prefix` (U, C, D, S, F, V, …)."""
        counter = self._counters.setdefault(prefix, itertools.count(1))
        return f"{prefix}0PLAY{next(counter):04d}"


class Timestamps:
    """Message timestamps: a workspace never gives the same one twice, and they only grow."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """Return the present moment as `seconds.microseconds`."""
        self._last = max(self._last + 1, microseconds(self._clock.wall()))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


def microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def ts_value(ts: str) -> int:
    """Return a message timestamp as microseconds, for comparing; ValueError where it is none."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6] or "0")


def event_id() -> str:
    return "Ev" + secrets.token_hex(5).upper()
