"""What each account has, kept in memory, so that a menu never waits for Qianfan.

What people ask for is read once for all who wait, in a task of the catalogue's own: who has
waited long enough gets what is in memory, and the reading goes on.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.crew import Crew
from bot.domain.cadence import FRESH
from bot.domain.errors import AccessDenied, BadCredentials, Busy, PlatformError, UnknownResource
from bot.domain.ids import ResourceId
from bot.domain.listings import Job, Listed, ModelSet, completed
from bot.domain.ports import Clock, Platform
from bot.domain.resources import CompressionTask, FineTuningTask
from bot.watcher.shelves import OLDEST, Question, Shelf, lately, merged
from bot.watcher.survey import Errand, JobsList, ModelSetsList, RunsList

#: So long a person waits for a list (wall time).
PATIENCE = timedelta(seconds=15)

#: Reads a list and keeps it, or tells why it is not to be had.
_Listing = Callable[[], Coroutine[None, None, PlatformError | None]]


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
        self._shelves: defaultdict[str, Shelf] = defaultdict(Shelf)
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
        return merged(shelf, self._now() - OLDEST) or shelf.about_runs.trouble

    def compressions(self, account: str) -> Listed[CompressionTask] | PlatformError | None:
        """The compression tasks as last listed for somebody, or why they cannot be."""
        shelf = self._shelves[account]
        listed = shelf.compressions
        if listed is not None and lately(listed.at, self._now(), OLDEST):
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
        runs = merged(shelf, self._now() - OLDEST)
        return runs or Listed((), complete=False, at=self._now())

    async def refresh_job(self, account: str, job: ResourceId) -> Listed[FineTuningTask]:
        """List the runs of one job, where that was not done just now.

        Raises PlatformError, which is Busy where it takes too long.
        """
        shelf, now = self._shelves[account], self._now()
        runs = shelf.runs.get(job)
        if runs is None or not lately(runs.at, now, FRESH):
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
            if shelf.jobs is None or not lately(shelf.jobs.at, now, old):
                return JobsList()
            for job in shelf.newest_jobs:
                runs = shelf.runs.get(job.id)
                if runs is None or not lately(runs.at, now, old):
                    return RunsList(job.id)
        if shelf.about_models.is_for_menus(now) and (
            shelf.model_sets is None or not lately(shelf.model_sets.at, now, old)
        ):
            return ModelSetsList()
        return None

    async def _ask(self, question: Question, listing: _Listing) -> None:
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

    async def _read(self, question: Question, over: asyncio.Event, listing: _Listing) -> None:
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


def _told_anew(error: PlatformError) -> PlatformError:
    """The same for one more asker: an exception that several tasks raise mixes their traces up."""
    fresh = type(error).__new__(type(error), *error.args)
    vars(fresh).update(vars(error))
    return fresh
