"""The watcher: take what is due, look, compare with what was last recorded, record.

It is level-triggered: each look starts from what was recorded, so that a tick that is late,
repeated or cut off by a kill costs time and nothing else. A record is refused where a newer
look was recorded meanwhile, and a claim runs out by itself.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.crew import Crew
from bot.domain import cadence, changes
from bot.domain.changes import Look
from bot.domain.errors import PlatformError, Unavailable, UnknownResource
from bot.domain.facts import Vanished, WatchExpired
from bot.domain.moments import Happened
from bot.domain.ports import Clock, Platform, Watches
from bot.domain.resources import Phase
from bot.domain.watching import Duty
from bot.watcher.trouble import Troubles

log = structlog.get_logger(__name__)

#: How long a claim holds (wall time): longer than the longest look with its retries.
LEASE = timedelta(seconds=60)

#: How many times in a row Qianfan has to deny that it knows an id before that is believed.
DENIALS_BELIEVED = 3

#: How many looks may be under way at once.
AT_ONCE = 16


class Watcher:
    """Looks at each watched thing once, however many channels follow it."""

    def __init__(
        self,
        platforms: Mapping[str, Platform],
        watches: Watches,
        clock: Clock,
        pace: cadence.Pace,
    ) -> None:
        self._platforms = platforms
        self._watches = watches
        self._clock = clock
        self._pace = pace
        self._crew = Crew("look", AT_ONCE)
        self._troubles = Troubles()

    @property
    def idle(self) -> bool:
        """Whether no look is under way."""
        return self._crew.idle

    async def tick(self) -> int:
        """End the watches whose time is up, begin the looks that are due; return how many."""
        await self._expire()
        if not self._crew.room:
            return 0
        due = await self._watches.claim_due(
            self._clock.world(), self._clock.wall(), LEASE, self._crew.room
        )
        for duty in due:
            self._crew.start(self._look(duty))
        return len(due)

    async def drain(self, patience: timedelta) -> None:
        """Let the looks under way finish."""
        await self._crew.drain(patience)

    async def _expire(self) -> None:
        for watched in await self._watches.expired(self._clock.world()):
            await self._watches.end_with(watched.watch, WatchExpired(watched.look.resource))

    async def _look(self, duty: Duty) -> None:
        account = duty.thing.account
        try:
            look = await self._platform(account).look(duty.thing.id)
        except UnknownResource:
            self._troubles.over(account)
            await self._denied(duty)
        except PlatformError as error:
            self._troubles.began(account, error)
            await self._postpone(duty)
        else:
            self._troubles.over(account)
            await self._record(duty, look)

    def _platform(self, account: str) -> Platform:
        if account not in self._platforms:
            raise Unavailable(f"account {account!r} is not configured")
        return self._platforms[account]

    async def _record(self, duty: Duty, look: Look) -> None:
        running_since = _running_since(duty, look)
        told = changes.between(
            duty.last, look, running_since=running_since, stopped_by=duty.stop_asked_by
        )
        next_look = cadence.next_look(look.resource, running_since, look.at, self._pace)
        if await self._watches.record(duty, look, told, next_look, running_since):
            for moved in told:
                log.info(
                    "state changed",
                    id=str(duty.thing.id),
                    before=moved.before_state,
                    after=look.resource.state,
                )

    async def _denied(self, duty: Duty) -> None:
        """Qianfan says that it does not know the id; believed when it has said so for a while."""
        if duty.denials + 1 < DENIALS_BELIEVED:
            await self._postpone(duty, duty.denials + 1)
            return
        now = self._clock.world()
        gone = Vanished(duty.last.resource, Happened(duty.last.at, now))
        await self._watches.record(duty, duty.last, (gone,), None, duty.running_since)
        log.info("no longer known", id=str(duty.thing.id))

    async def _postpone(self, duty: Duty, denials: int = 0) -> None:
        failures = duty.failures + 1
        again = cadence.after_failure(failures, self._clock.world(), self._pace)
        await self._watches.postpone(duty, again, failures, denials)


def _running_since(duty: Duty, look: Look) -> datetime | None:
    """When it was seen to begin to run; a run that waits again begins anew.

    What ran already when it was first looked at has no such time: nobody saw it begin.
    """
    phase = look.resource.phase
    if phase is Phase.QUEUED:
        return None
    if phase is Phase.RUNNING and duty.last.resource.phase is Phase.QUEUED:
        return look.at
    return duty.running_since
