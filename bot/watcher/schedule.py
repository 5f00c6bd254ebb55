"""The alarm clock: the one file that knows APScheduler."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.ports import Clock

log = structlog.get_logger(__name__)


class Schedule:
    """Calls the ticks again and again, never two of one kind at once."""

    def __init__(self, clock: Clock, every: timedelta) -> None:
        self._clock = clock
        self._every = every
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_listener(self._after, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self._failing: set[str] = set()
        self.last_tick: datetime | None = None

    def add(self, name: str, tick: Callable[[], Awaitable[None]]) -> None:
        """Have a tick called from the start on."""
        self._scheduler.add_job(
            tick,
            IntervalTrigger(seconds=self._every.total_seconds()),
            id=name,
            next_run_time=self._clock.wall(),
            # A late tick is better than none, and two at once are worse than one:
            # https://apscheduler.readthedocs.io/en/3.x/userguide.html
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        self._scheduler.shutdown(wait=False)

    def _after(self, event: JobExecutionEvent) -> None:
        """Note that a tick was made; tell trouble when it begins and when it is over."""
        if event.exception is None:
            self.last_tick = self._clock.wall()
            if event.job_id in self._failing:
                self._failing.discard(event.job_id)
                log.warning("tick works again", tick=event.job_id)
        elif event.job_id not in self._failing:
            self._failing.add(event.job_id)
            log.error("tick failed", tick=event.job_id, exc_info=event.exception)
