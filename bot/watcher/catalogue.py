"""What each account has, kept in memory, so that a menu never waits for Qianfan."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.errors import AccessDenied, BadCredentials, PlatformError, UnknownResource
from bot.domain.ids import ResourceId
from bot.domain.listings import Job, Listed, ModelSet
from bot.domain.ports import Clock, Platform
from bot.domain.resources import FineTuningTask
from bot.watcher.survey import Errand, JobsList, ModelSetsList, RunsList

#: A person's question may be answered from a list this young.
FRESH = timedelta(seconds=15)

#: So many jobs, the newest, are listed anew for a person.
NEWEST = 10

#: What was listed longer ago is forgotten: what it says of states is most likely not true.
OLDEST = timedelta(hours=1)

#: So long after somebody asked, the lists are kept up to date in the background.
ATTENTION = timedelta(hours=1)


@dataclass
class _Question:
    """One sort of list: who asked last, what came of it, and that it is asked once at a time."""

    asked_at: datetime | None = None
    answered_at: datetime | None = None
    trouble: PlatformError | None = None
    answers: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class _Shelf:
    """An account's lists as last read."""

    jobs: Listed[Job] | None = None
    runs: dict[ResourceId, Listed[FineTuningTask]] = field(default_factory=dict)
    model_sets: Listed[ModelSet] | None = None
    about_runs: _Question = field(default_factory=_Question)
    about_models: _Question = field(default_factory=_Question)

    @property
    def newest_jobs(self) -> Sequence[ResourceId]:
        """The jobs that are listed for a person."""
        return [job.id for job in self.jobs.items[:NEWEST]] if self.jobs else []


class LiveCatalogue:
    """The last lists, or why there are none. Times are the world's."""

    def __init__(self, platforms: Mapping[str, Platform], clock: Clock) -> None:
        self._platforms = platforms
        self._now = clock.world
        self._shelves: defaultdict[str, _Shelf] = defaultdict(_Shelf)

    def model_sets(self, account: str) -> Listed[ModelSet] | PlatformError | None:
        """The models as last listed, or why they cannot be; None where nobody asked yet."""
        shelf = self._shelves[account]
        shelf.about_models.asked_at = self._now()
        return shelf.model_sets or shelf.about_models.trouble

    def runs(self, account: str) -> Listed[FineTuningTask] | PlatformError | None:
        """The runs as last listed, the newest first, or why they cannot be.

        Their `at` is that of the part that was read longest ago.
        """
        shelf = self._shelves[account]
        shelf.about_runs.asked_at = self._now()
        return _merged(shelf, self._now() - OLDEST) or shelf.about_runs.trouble

    async def refresh_runs(self, account: str) -> Listed[FineTuningTask]:
        """List the newest jobs' runs anew; those of other jobs come from memory.

        Raises PlatformError.
        """
        shelf = self._shelves[account]
        await self._ask(shelf.about_runs, lambda: self._list_runs(account))
        merged = _merged(shelf, self._now() - OLDEST)
        return merged or Listed((), complete=False, at=self._now())

    async def refresh_model_sets(self, account: str) -> Listed[ModelSet]:
        """List the models anew. Raises PlatformError."""
        shelf = self._shelves[account]
        await self._ask(shelf.about_models, lambda: self._list_models(account))
        return shelf.model_sets or Listed((), complete=False, at=self._now())

    def keep_jobs(self, account: str, listed: Listed[Job]) -> None:
        """Remember a list of jobs."""
        shelf = self._shelves[account]
        shelf.jobs = listed
        if listed.complete:
            there = {job.id for job in listed.items}
            shelf.runs = {job: runs for job, runs in shelf.runs.items() if job in there}

    def keep_runs(self, account: str, job: ResourceId, listed: Listed[FineTuningTask]) -> None:
        """Remember a list of a job's runs."""
        shelf = self._shelves[account]
        shelf.runs[job] = listed
        shelf.about_runs.trouble = None

    def keep_model_sets(self, account: str, listed: Listed[ModelSet]) -> None:
        """Remember a list of models."""
        shelf = self._shelves[account]
        shelf.model_sets = listed
        shelf.about_models.trouble = None

    def forget_job(self, account: str, job: ResourceId) -> None:
        """Qianfan knows the job no more."""
        shelf = self._shelves[account]
        shelf.runs.pop(job, None)
        if shelf.jobs is not None:
            left = tuple(each for each in shelf.jobs.items if each.id != job)
            shelf.jobs = Listed(left, shelf.jobs.complete, shelf.jobs.at)

    def failed(self, account: str, errand: Errand, error: PlatformError) -> None:
        """Remember why a list was not to be had."""
        shelf = self._shelves[account]
        barred = isinstance(error, AccessDenied | BadCredentials)
        match errand:
            case ModelSetsList():
                shelf.about_models.trouble = error
                shelf.model_sets = None if barred else shelf.model_sets
            case JobsList() | RunsList():
                shelf.about_runs.trouble = error
                if barred:
                    shelf.jobs, shelf.runs = None, {}

    def next(self, account: str, old: timedelta) -> Errand | None:
        """What is to be listed for the menus, where somebody used one lately and it is so old."""
        shelf, now = self._shelves[account], self._now()
        if _lately(shelf.about_runs.asked_at, now, ATTENTION):
            if shelf.jobs is None or not _lately(shelf.jobs.at, now, old):
                return JobsList()
            for job in shelf.newest_jobs:
                runs = shelf.runs.get(job)
                if runs is None or not _lately(runs.at, now, old):
                    return RunsList(job)
        if _lately(shelf.about_models.asked_at, now, ATTENTION) and (
            shelf.model_sets is None or not _lately(shelf.model_sets.at, now, old)
        ):
            return ModelSetsList()
        return None

    async def _ask(self, question: _Question, listing: Callable[[], Awaitable[None]]) -> None:
        """Ask once for all who wait; nobody who comes later than a fresh answer asks again."""
        question.asked_at = self._now()
        before = question.answers
        async with question.lock:
            if question.answers != before:
                if question.trouble is not None:
                    raise question.trouble
                return
            if question.trouble is None and _lately(question.answered_at, self._now(), FRESH):
                return
            try:
                await listing()
            except PlatformError:
                question.answers += 1
                raise
            question.answers += 1
            question.answered_at = self._now()

    async def _list_runs(self, account: str) -> None:
        platform = self._platforms[account]
        try:
            self.keep_jobs(account, await platform.jobs(urgent=True))
            self._shelves[account].about_runs.trouble = None
            newest = self._shelves[account].newest_jobs
            told = await asyncio.gather(*(self._list_job(account, job) for job in newest))
            failures = [each for each in told if each is not None]
            if failures and len(failures) == len(told):
                raise failures[0]
        except PlatformError as error:
            self.failed(account, JobsList(), error)
            raise

    async def _list_job(self, account: str, job: ResourceId) -> PlatformError | None:
        """What went wrong, if anything did: the other jobs are listed all the same."""
        try:
            self.keep_runs(account, job, await self._platforms[account].runs(job, urgent=True))
        except UnknownResource:
            self.forget_job(account, job)  # deleted while the list was read
        except PlatformError as error:
            return error
        return None

    async def _list_models(self, account: str) -> None:
        try:
            listed = await self._platforms[account].model_sets(urgent=True)
        except PlatformError as error:
            self.failed(account, ModelSetsList(), error)
            raise
        self.keep_model_sets(account, listed)


def _merged(shelf: _Shelf, since: datetime) -> Listed[FineTuningTask] | None:
    """All runs that were listed since then as one list; None where nothing was."""
    jobs = shelf.jobs if shelf.jobs is not None and shelf.jobs.at >= since else None
    parts = {job: runs for job, runs in shelf.runs.items() if runs.at >= since}
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


def _lately(then: datetime | None, now: datetime, within: timedelta) -> bool:
    return then is not None and now - then < within
