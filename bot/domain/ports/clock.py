"""Two clocks, which production reads off one."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Two clocks; in production they are one.

    *Wall*: signatures, leases, rate limits, Retry-After. *World*: the runs, when to look,
    expiry of watches and questions, every time that a person reads. Both are aware, in UTC.
    """

    def wall(self) -> datetime: ...

    def world(self) -> datetime: ...
