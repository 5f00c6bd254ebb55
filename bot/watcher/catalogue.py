"""What each account has, kept in memory, so that a menu never waits for Qianfan.

What people ask for is read once for all who wait, in a task of the catalogue's own: who has
waited long enough gets what is in memory, and the reading goes on.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.crew import Crew
from bot.domain.cadence import FRESH
from bot.domain.errors import AccessDenied, BadCredentials, Busy, PlatformError, UnknownResource
from bot.domain.ids import ResourceId
from bot.domain.listings import Job, Listed, ModelSet, completed
from bot.domain.ports import Clock, Platform
from bot.domain.resources import CompressionTask, FineTuningTask
from bot.watcher.survey import Errand, JobsList, ModelSetsList, RunsList, is_out_of_date

#: So many jobs, the newest, are listed anew for a person.
NEWEST = 10

#: What was listed longer ago is forgotten: what it says of states is most likely not true.
OLDEST = timedelta(hours=1)

#: So long after somebody asked, the lists are kept up to date in the background.
ATTENTION = timedelta(hours=1)

#: So long a person waits for a list (wall time).
PATIENCE = timedelta(seconds=15)

#: Reads a list and keeps it, or tells why it is not to be had.
_Listing = Callable[[], Coroutine[None, None, PlatformError | None]]


@dataclass
class _Question:
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
        return _lately(self.settled_at, now, FRESH)

    def is_for_menus(self, now: datetime) -> bool:
        """Whether somebody wants to know, and nobody is being told or was told just now."""
        return (
            _lately(self.asked_at, now, ATTENTION)
            and self.over is None
            and not self.is_settled(now)
        )


@dataclass
class _Shelf:
    """An account's lists as last read."""

    jobs: Listed[Job] | None = None
    runs: dict[ResourceId, Listed[FineTuningTask]] = field(default_factory=dict)
    model_sets: Listed[ModelSet] | None = None
    compressions: Listed[CompressionTask] | None = None
    about_runs: _Question = field(default_factory=lambda: _Question("DescribeFineTuningJobs"))
    about_models: _Question = field(default_factory=lambda: _Question("DescribeCustomModelSets"))
    about_compressions: _Question = field(
        default_factory=lambda: _Question("DescribeModelCompTasks")
    )
    about_jobs: dict[ResourceId, _Question] = field(default_factory=dict)

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

    def about_job(self, id: ResourceId, now: datetime) -> _Question:
        """The question after one job's runs; those that were settled long ago are dropped."""
        self.about_jobs = {
            job: each
            for job, each in self.about_jobs.items()
            if each.over is not None or each.is_settled(now)
        }
        return self.about_jobs.setdefault(id, _Question("DescribeFineTuningTasks"))

    def _suffices(self, job: Job, now: datetime) -> bool:
        runs = self.runs.get(job.id)
        if runs is None or not _lately(runs.at, now, OLDEST):
            return False
        return _lately(runs.at, now, FRESH) or not is_out_of_date(job, runs, now)


class LiveCatalogue:
    """The last lists, or why there are none. Times are the world's."""

    def __init__(
        self,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        patience: timedelta = PATIENCE,
    ) -> None:
        """`patience`: so long a person waits for a list (wall time)."""
        self._platforms = platforms
        self._now = clock.world
        self._patience = patience
        self._shelves: defaultdict[str, _Shelf] = defaultdict(_Shelf)
        self._crew = Crew("list")

    @property
    def idle(self) -> bool:
        """Whether nothing is being listed for anybody."""
        return self._crew.idle

    async def drain(self, patience: timedelta) -> None:
        """Let the lists under way be read."""
        await self._crew.drain(patience)

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

    def compressions(self, account: str) -> Listed[CompressionTask] | PlatformError | None:
        """The compression tasks as last listed for somebody, or why they cannot be."""
        shelf = self._shelves[account]
        listed = shelf.compressions
        if listed is not None and _lately(listed.at, self._now(), OLDEST):
            return listed
        return shelf.about_compressions.trouble

    def completed(
        self, account: str, job: ResourceId, listed: Listed[FineTuningTask]
    ) -> Listed[FineTuningTask]:
        """The runs of a job with what is known of the job itself."""
        return completed(listed, self._shelves[account].job(job))

    async def refresh_runs(self, account: str) -> Listed[FineTuningTask]:
        """List the jobs anew, and the runs of the newest that are likely to have changed.

        The others come from memory. Raises PlatformError, which is Busy where it takes too long.
        """
        shelf = self._shelves[account]
        await self._ask(shelf.about_runs, lambda: self._list_runs(account))
        merged = _merged(shelf, self._now() - OLDEST)
        return merged or Listed((), complete=False, at=self._now())

    async def refresh_job(self, account: str, job: ResourceId) -> Listed[FineTuningTask]:
        """List the runs of one job, where that was not done just now.

        Raises PlatformError, which is Busy where it takes too long.
        """
        shelf, now = self._shelves[account], self._now()
        runs = shelf.runs.get(job)
        if runs is None or not _lately(runs.at, now, FRESH):
            question = shelf.about_job(job, now)
            await self._ask(question, lambda: self._list_one(account, job))
            runs = shelf.runs.get(job) or Listed((), complete=False, at=self._now())
        return self.completed(account, job, runs)

    async def refresh_model_sets(self, account: str) -> Listed[ModelSet]:
        """List the models anew. Raises PlatformError, which is Busy where it takes too long."""
        shelf = self._shelves[account]
        await self._ask(shelf.about_models, lambda: self._list_models(account))
        return shelf.model_sets or Listed((), complete=False, at=self._now())

    async def refresh_compressions(self, account: str) -> Listed[CompressionTask]:
        """List the compression tasks anew.

        Raises PlatformError, which is Busy where it takes too long.
        """
        shelf = self._shelves[account]
        await self._ask(shelf.about_compressions, lambda: self._list_compressions(account))
        return shelf.compressions or Listed((), complete=False, at=self._now())

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
            shelf.jobs = replace(shelf.jobs, items=left)

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
        if shelf.about_runs.is_for_menus(now):
            if shelf.jobs is None or not _lately(shelf.jobs.at, now, old):
                return JobsList()
            for job in shelf.newest_jobs:
                runs = shelf.runs.get(job.id)
                if runs is None or not _lately(runs.at, now, old):
                    return RunsList(job.id)
        if shelf.about_models.is_for_menus(now) and (
            shelf.model_sets is None or not _lately(shelf.model_sets.at, now, old)
        ):
            return ModelSetsList()
        return None

    async def _ask(self, question: _Question, listing: _Listing) -> None:
        """Ask once for all who wait; nobody who comes later than a fresh answer asks again.

        A refusal is an answer too.
        """
        question.asked_at = now = self._now()
        if question.over is None and not question.is_settled(now):
            question.over = asyncio.Event()
            self._crew.start(self._read(question, question.over, listing))
        if question.over is not None:
            try:
                await asyncio.wait_for(question.over.wait(), self._patience.total_seconds())
            except TimeoutError:
                raise Busy(question.action) from None
        if question.trouble is not None:
            raise _told_anew(question.trouble)

    async def _read(self, question: _Question, over: asyncio.Event, listing: _Listing) -> None:
        """Whatever comes of it, nobody waits longer."""
        try:
            question.trouble = await listing()
            question.settled_at = self._now()
        finally:
            question.over = None
            over.set()

    async def _list_runs(self, account: str) -> PlatformError | None:
        platform, shelf = self._platforms[account], self._shelves[account]
        try:
            self.keep_jobs(account, await platform.jobs(urgent=True))
        except PlatformError as error:
            self.failed(account, JobsList(), error)
            return error
        outdated = shelf.outdated(self._now())
        told = await asyncio.gather(*(self._list_job(account, job) for job in outdated))
        failures = [each for each in told if each is not None]
        if not failures or len(failures) < len(told):
            return None
        self.failed(account, JobsList(), failures[0])
        return failures[0]

    async def _list_job(self, account: str, job: ResourceId) -> PlatformError | None:
        """What went wrong, if anything did: the other jobs are listed all the same."""
        error = await self._list_one(account, job)
        return None if isinstance(error, UnknownResource) else error

    async def _list_one(self, account: str, job: ResourceId) -> PlatformError | None:
        try:
            self.keep_runs(account, job, await self._platforms[account].runs(job, urgent=True))
        except PlatformError as error:
            if isinstance(error, UnknownResource):  # deleted since it was listed
                self.forget_job(account, job)
            return error
        return None

    async def _list_models(self, account: str) -> PlatformError | None:
        try:
            listed = await self._platforms[account].model_sets(urgent=True)
        except PlatformError as error:
            self.failed(account, ModelSetsList(), error)
            return error
        self.keep_model_sets(account, listed)
        return None

    async def _list_compressions(self, account: str) -> PlatformError | None:
        shelf = self._shelves[account]
        try:
            shelf.compressions = await self._platforms[account].compressions(urgent=True)
        except PlatformError as error:
            if isinstance(error, AccessDenied | BadCredentials):
                shelf.compressions = None
            return error
        return None


def _merged(shelf: _Shelf, since: datetime) -> Listed[FineTuningTask] | None:
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


def _told_anew(error: PlatformError) -> PlatformError:
    """The same for one more asker: an exception that several tasks raise mixes their traces up."""
    fresh = type(error).__new__(type(error), *error.args)
    vars(fresh).update(vars(error))
    return fresh


def _lately(then: datetime | None, now: datetime, within: timedelta) -> bool:
    return then is not None and now - then < within
