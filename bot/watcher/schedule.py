"""The alarm clock: the one file that knows APScheduler."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.errors import StoreError
from bot.domain.ports import Clock

log = structlog.get_logger(__name__)

# A tick that takes longer than the pause between two is no trouble: the next one is left out.
logging.getLogger("apscheduler").setLevel(logging.ERROR)

Tick = Callable[[], Awaitable[object]]


class Schedule:
    """Calls the ticks again and again while it is entered, never two of one kind at once."""

    def __init__(self, clock: Clock, every: timedelta) -> None:
        self._clock = clock
        self._every = every
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._ticks: dict[str, _Guarded] = {}

    @property
    def last_tick(self) -> datetime | None:
        """When the tick that has rested longest was last made, well or badly."""
        return min((tick.made_at for tick in self._ticks.values()), default=None)

    def add(self, name: str, tick: Tick) -> None:
        """Have a tick called from the start on."""
        self._ticks[name] = guarded = _Guarded(name, tick, self._clock)
        self._scheduler.add_job(
            guarded.run,
            IntervalTrigger(seconds=self._every.total_seconds()),
            id=name,
            next_run_time=self._clock.wall(),
            # A late tick is better than none, and two at once are worse than one:
            # https://apscheduler.readthedocs.io/en/3.x/userguide.html
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    async def __aenter__(self) -> Self:
        """Begin to tick."""
        self._scheduler.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Tick no more. APScheduler's own shutdown would cancel a tick in its middle."""
        self._scheduler.pause()
        # A tick that was just called for gets to its first line, and so to be waited for.
        await asyncio.sleep(0)
        for tick in self._ticks.values():
            await tick.finished()
        self._scheduler.shutdown(wait=False)


class _Guarded:
    """A tick whose trouble is told when it begins and when it is over, and not each time."""

    def __init__(self, name: str, tick: Tick, clock: Clock) -> None:
        self._name = name
        self._tick = tick
        self._clock = clock
        #: Set at the start, so that a process that begins is not taken for a dead one.
        self.made_at = clock.wall()
        self._failing = False
        self._at_rest = asyncio.Event()
        self._at_rest.set()

    async def run(self) -> None:
        """Tick once; an error is logged and harms no later tick."""
        self._at_rest.clear()
        try:
            await self._tick()
        except StoreError as error:
            if not self._failing:
                log.warning("tick failed", tick=self._name, why=error.reason)
            self._failing = True
        except Exception:
            if not self._failing:
                log.exception("tick failed", tick=self._name)
            self._failing = True
        else:
            if self._failing:
                log.warning("tick works again", tick=self._name)
            self._failing = False
        finally:
            self.made_at = self._clock.wall()
            self._at_rest.set()

    async def finished(self) -> None:
        """Wait until the tick in hand, if there is one, is over."""
        await self._at_rest.wait()
