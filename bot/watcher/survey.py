"""What is known of one account's lists: what was read when, what is due, which runs are news."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import cadence
from bot.domain.cadence import Pace
from bot.domain.ids import ResourceId
from bot.domain.listings import Job, Listed
from bot.domain.resources import FineTuningTask


@dataclass(frozen=True)
class JobsList:
    """The account's jobs are to be listed."""


@dataclass(frozen=True)
class RunsList:
    """The runs of a job are to be listed."""

    job: ResourceId


@dataclass(frozen=True)
class ModelSetsList:
    """The account's models are to be listed."""


Errand = JobsList | RunsList | ModelSetsList


@dataclass(frozen=True)
class Wanted:
    """Whose runs somebody follows: those of these jobs, and perhaps every job's."""

    jobs: frozenset[ResourceId] = frozenset()
    all: bool = False


# A new run within a tenth of the time for which its job has been at rest surprises nobody.
_SHARE = 10

# Comes before all that is merely late.
_AT_ONCE = float("inf")


@dataclass
class _Job:
    """A job; `whole_at` is when all its runs were last known, so that others are new since.

    `denials` is how often in a row Qianfan has said that it does not know it.
    """

    met_at: datetime
    active_at: datetime
    whole_at: datetime | None = None
    tried_at: datetime | None = None
    denials: int = 0


class Survey:
    """Times are the world's. What is news must have been noted before it is taken here."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._jobs: dict[ResourceId, _Job] = {}
        self._jobs_tried_at: datetime | None = None
        self._jobs_whole_at: datetime | None = None
        self._failures = 0
        self._rests_until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether nothing is to be listed, after trouble."""
        return self._rests_until is not None and now < self._rests_until

    def next(self, wanted: Wanted, now: datetime) -> Errand | None:
        """What is most overdue, compared with how often it is wanted; None where nothing is."""
        late: dict[Errand, float] = {}
        if wanted.all:
            late[JobsList()] = self._jobs_lateness(now)
        for id in sorted(wanted.jobs):
            self._jobs.setdefault(id, _Job(now, now))
        for id, job in self._jobs.items():
            if wanted.all or id in wanted.jobs:
                late[RunsList(id)] = self._lateness(job, now, followed=id in wanted.jobs)
        most = max(late, key=lambda errand: late[errand], default=None)
        return most if most is not None and late[most] >= 1 else None

    def tries(self, errand: Errand, now: datetime) -> None:
        """It is being listed, well or badly."""
        match errand:
            case JobsList():
                self._jobs_tried_at = now
            case RunsList(job=id) if job := self._jobs.get(id):
                job.tried_at = now

    def failed(self, now: datetime) -> None:
        """A list was not to be had: rest, longer each time in a row."""
        self._failures += 1
        self._rests_until = cadence.after_failure(self._failures, now, self._pace)

    def answered(self) -> None:
        """A list was to be had."""
        self._failures = 0
        self._rests_until = None

    def take_jobs(self, listed: Listed[Job]) -> None:
        """What the list of jobs says. A job that was not in the one before is new with its runs."""
        for job in listed.items:
            active_at = min(job.created_at or listed.at, listed.at)
            self._jobs.setdefault(job.id, _Job(listed.at, active_at, self._jobs_whole_at))
        if listed.complete:
            there = {job.id for job in listed.items}
            self._jobs = {id: job for id, job in self._jobs.items() if id in there}
            self._jobs_whole_at = listed.at

    def take_runs(self, id: ResourceId, listed: Listed[FineTuningTask]) -> None:
        """What the list of a job's runs says."""
        job = self._jobs.setdefault(id, _Job(listed.at, listed.at))
        job.active_at = max((job.active_at, *_moments(listed)))
        job.whole_at = listed.at if listed.complete else None
        job.denials = 0

    def denied(self, id: ResourceId, now: datetime) -> int:
        """Qianfan says that it does not know the job; how often it has said so in a row."""
        job = self._jobs.setdefault(id, _Job(now, now))
        job.denials += 1
        return job.denials

    def forget(self, id: ResourceId) -> None:
        """The job is gone."""
        self._jobs.pop(id, None)

    def is_news(self, run: FineTuningTask, job: ResourceId, since: datetime) -> bool:
        """Whether a run that was never noted came up after `since`.

        It did where all runs of its job were known at a time since then. Where that is not so,
        as at the first list and after a start of the process, its own time decides.
        """
        known = self._jobs.get(job)
        if known is not None and known.whole_at is not None and known.whole_at >= since:
            return True
        return run.created_at is not None and run.created_at > since

    def _jobs_lateness(self, now: datetime) -> float:
        if self._jobs_tried_at is None:
            return _AT_ONCE
        return (now - self._jobs_tried_at) / self._pace.within(self._pace.shortest * 2)

    def _lateness(self, job: _Job, now: datetime, *, followed: bool) -> float:
        """1 where it is due; the newest and the liveliest jobs grow late soonest."""
        if job.tried_at is None and job.whole_at is not None:
            return _AT_ONCE  # it appeared since the last list of jobs
        interval = self._pace.shortest if followed else self._interval(job, now)
        if job.tried_at is None:
            return 1 + (now - job.met_at) / interval
        return (now - job.tried_at) / interval

    def _interval(self, job: _Job, now: datetime) -> timedelta:
        return self._pace.within((now - job.active_at) / _SHARE)


def is_out_of_date(job: Job, runs: Listed[FineTuningTask], now: datetime) -> bool:
    """Whether a job's runs are likely to be others than were listed, or in other states.

    They are where some went on, or where the list is as old as a tenth of their time at rest.
    """
    if any(not run.phase.is_final for run in runs.items):
        return True
    created = [job.created_at] if job.created_at else []
    active_at = max((*created, *_moments(runs)), default=runs.at)
    return now - runs.at >= (runs.at - active_at) / _SHARE


def _moments(listed: Listed[FineTuningTask]) -> Iterator[datetime]:
    """When its runs began and ended, as far as that may be believed."""
    for run in listed.items:
        for each in (run.created_at, run.finished_at):
            if each is not None and each <= listed.at:
                yield each
