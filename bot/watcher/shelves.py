"""An account's lists as last read: how old each is, and what has to be read anew."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.cadence import FRESH
from bot.domain.errors import PlatformError
from bot.domain.ids import ResourceId
from bot.domain.listings import Job, Listed, ModelSet, completed
from bot.domain.resources import CompressionTask, FineTuningTask
from bot.watcher.survey import is_out_of_date

#: So many jobs, the newest, are listed anew for a person.
NEWEST = 10

#: What was listed longer ago is forgotten: what it says of states is most likely not true.
OLDEST = timedelta(hours=1)

#: So long after somebody asked, the lists are kept up to date in the background.
ATTENTION = timedelta(hours=1)


@dataclass
class Question:
    """One sort of list: who asked last, and what came of it.

    `settled_at` is when a person's question was last answered or refused; `over` is set when the
    reading under way has come to its end.
    """

    action: str
    asked_at: datetime | None = None
    settled_at: datetime | None = None
    trouble: PlatformError | None = None
    over: asyncio.Event | None = None

    def is_settled(self, now: datetime) -> bool:
        """Whether it was just answered or refused."""
        return lately(self.settled_at, now, FRESH)

    def is_for_menus(self, now: datetime) -> bool:
        """Whether somebody wants to know, and nobody is being told or was told just now."""
        return (
            lately(self.asked_at, now, ATTENTION) and self.over is None and not self.is_settled(now)
        )


@dataclass
class Shelf:
    """An account's lists as last read."""

    jobs: Listed[Job] | None = None
    runs: dict[ResourceId, Listed[FineTuningTask]] = field(default_factory=dict)
    model_sets: Listed[ModelSet] | None = None
    compressions: Listed[CompressionTask] | None = None
    about_runs: Question = field(default_factory=lambda: Question("DescribeFineTuningJobs"))
    about_models: Question = field(default_factory=lambda: Question("DescribeCustomModelSets"))
    about_compressions: Question = field(default_factory=lambda: Question("DescribeModelCompTasks"))
    about_jobs: dict[ResourceId, Question] = field(default_factory=dict)

    @property
    def newest_jobs(self) -> Sequence[Job]:
        """The jobs that are listed for a person."""
        return self.jobs.items[:NEWEST] if self.jobs else ()

    def job(self, id: ResourceId) -> Job | None:
        """What the list of jobs says of one."""
        items = self.jobs.items if self.jobs else ()
        return next((each for each in items if each.id == id), None)

    def outdated(self, now: datetime) -> Sequence[ResourceId]:
        """The newest jobs whose runs have to be listed for a person who asks now."""
        return [job.id for job in self.newest_jobs if not self._suffices(job, now)]

    def about_job(self, id: ResourceId, now: datetime) -> Question:
        """The question after one job's runs; those that were settled long ago are dropped."""
        self.about_jobs = {
            job: each
            for job, each in self.about_jobs.items()
            if each.over is not None or each.is_settled(now)
        }
        return self.about_jobs.setdefault(id, Question("DescribeFineTuningTasks"))

    def _suffices(self, job: Job, now: datetime) -> bool:
        runs = self.runs.get(job.id)
        if runs is None or not lately(runs.at, now, OLDEST):
            return False
        return lately(runs.at, now, FRESH) or not is_out_of_date(job, runs, now)


def merged(shelf: Shelf, since: datetime) -> Listed[FineTuningTask] | None:
    """All runs that were listed since then as one list; None where nothing was."""
    jobs = shelf.jobs if shelf.jobs is not None and shelf.jobs.at >= since else None
    parts = {
        job: completed(runs, shelf.job(job)) for job, runs in shelf.runs.items() if runs.at >= since
    }
    moments = [runs.at for runs in parts.values()] + ([jobs.at] if jobs else [])
    if not moments:
        return None
    complete = (
        jobs is not None
        and jobs.complete
        and all(job.id in parts for job in jobs.items)
        and all(runs.complete for runs in parts.values())
    )
    runs = {run.id: run for part in parts.values() for run in part.items}
    return Listed(tuple(sorted(runs.values(), key=_newest_first)), complete, min(moments))


def _newest_first(run: FineTuningTask) -> tuple[float, str]:
    created = run.created_at.timestamp() if run.created_at else 0.0
    return (-created, str(run.id))


def lately(then: datetime | None, now: datetime, within: timedelta) -> bool:
    """Whether it was no longer ago."""
    return then is not None and now - then < within
