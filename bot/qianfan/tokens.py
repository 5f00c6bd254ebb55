"""Where an account's tokens come from; in a process that has the account alone, out of thin air."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.domain.budget import Level, Rate
from bot.qianfan.errands import Queue


class Tokens(Protocol):
    """A source of tokens, which says when there are more."""

    @property
    def rate(self) -> Rate:
        """The rate at which they come now."""

    @property
    def left(self) -> float:
        """How many there are now."""

    @property
    def ready(self) -> bool:
        """Whether one can be had at once."""

    def spend(self) -> None:
        """Take one."""

    def put_back(self) -> None:
        """One was not needed."""

    def look_at_queue(self) -> None:
        """Who waits has changed: see to it that they are served when there are tokens for them."""

    async def aclose(self) -> None:
        """Serve nobody any more."""


class LocalTokens:
    """The tokens of an account that no other process asks."""

    def __init__(
        self, rate: Rate, wall: Callable[[], datetime], queue: Queue, serve: Callable[[], None]
    ) -> None:
        self.rate = rate
        self._wall = wall
        self._queue = queue
        self._serve = serve
        self._level = Level(rate.most, wall())
        self._timer: asyncio.TimerHandle | None = None

    @property
    def left(self) -> float:
        """How many there are now."""
        self._level = self._level.filled(self.rate, self._wall())
        return self._level.tokens

    @property
    def ready(self) -> bool:
        """Whether one can be had at once."""
        return self.left >= 1

    def spend(self) -> None:
        """Take one."""
        self._level = self._level.spent(1)

    def put_back(self) -> None:
        """One was not needed."""
        self._level = self._level.spent(-1)

    def look_at_queue(self) -> None:
        """Have those who wait served when the next token comes."""
        self._forget_timer()
        if self._queue:
            # Timers may fire a little early; what then is missing is a wait of its own.
            wait = self._level.wait(self.rate).total_seconds()
            self._timer = asyncio.get_running_loop().call_later(wait, self._serve)

    async def aclose(self) -> None:
        """Serve nobody any more."""
        self._forget_timer()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
