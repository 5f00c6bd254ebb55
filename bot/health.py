"""Whether the process lives, and whether it is ready: what `/healthz` and `/readyz` say."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import StoreError
from bot.domain.ports import Clock

#: From this silence on a scheduler counts as dead, and a socket as deaf.
SILENCE = timedelta(seconds=60)

#: How long the database may take to answer, so that the other findings are told with it.
PATIENCE = timedelta(seconds=3)


@dataclass(frozen=True)
class Alive:
    """The process itself: the loop turns, and the scheduler ticks; nothing outside it."""

    clock: Clock
    last_turn: Callable[[], datetime | None]
    last_tick: Callable[[], datetime | None]

    async def __call__(self) -> Mapping[str, str | None]:
        """The findings, by name."""
        now = self.clock.wall()
        return {
            "loop": silence(self.last_turn(), now, "has not turned"),
            "scheduler": silence(self.last_tick(), now, "has not ticked"),
        }


@dataclass(frozen=True)
class Ready:
    """What the bot needs to serve: its database, Slack, and in socket mode a line to Slack.

    Slack's first `auth.test` was answered before there was anything to ask; since then
    `closed` is Slack's word for why it takes nothing any more.
    """

    clock: Clock
    ping_store: Callable[[], Awaitable[None]]
    heard_at: Callable[[], datetime | None] | None
    closed: Callable[[], str] = str

    async def __call__(self) -> Mapping[str, str | None]:
        """The findings, by name."""
        closed = self.closed()
        slack = f"takes nothing from this bot: {closed}" if closed else None
        findings: dict[str, str | None] = {"slack": slack, "database": await self._database()}
        if self.heard_at is not None:
            heard = silence(self.heard_at(), self.clock.wall(), "was not heard")
            findings["socket"] = heard
        return findings

    async def _database(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await self.ping_store()
        except (StoreError, TimeoutError):
            return "does not answer"
        return None


def silence(last: datetime | None, now: datetime, told: str) -> str | None:
    """What is wrong with something that should have been heard of lately."""
    if last is None:
        return f"{told} yet"
    if now - last > SILENCE:
        return f"{told} for {(now - last).total_seconds():.0f} s"
    return None
