"""Discovery: runs that nobody has named yet are found, and announce themselves where followed.

It is level-triggered: each list is compared with what was noted. A watch is begun before its run
is noted, and a channel that watches a run, or ever did, is told nothing of it here; what is told
of a run that has ended is written down together with the note. So a kill in between loses nothing
and repeats nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import reduce

import structlog

from bot.crew import Crew
from bot.domain.cadence import Pace
from bot.domain.changes import Look
from bot.domain.errors import (
    AccessDenied,
    BrokenAnswer,
    PersonUnknown,
    PlatformError,
    QfbotError,
    RequestRejected,
    UnknownResource,
)
from bot.domain.facts import FollowExpired, JobGone, Notify, RunAppeared
from bot.domain.following import Follow, Selection, What
from bot.domain.id_grammar import read_id
from bot.domain.ids import ResourceId
from bot.domain.listings import Listed
from bot.domain.ports import Clock, Follows, Platform, Watches
from bot.domain.resources import FineTuningTask, Phase, Watchable
from bot.domain.watching import DEFAULT_LIFETIME, Thing, Watch, widened
from bot.watcher.catalogue import LiveCatalogue
from bot.watcher.shifts import Shifts
from bot.watcher.survey import Errand, JobsList, ModelSetsList, RunsList, Survey, Wanted
from bot.watcher.trouble import AccountTroubles
from bot.watcher.watcher import DENIALS_BELIEVED
from bot.wording import follows as wording

log = structlog.get_logger(__name__)

#: Whether a follow's owner may still have what it tells, where it tells it.
May = Callable[[Follow], Awaitable[bool]]

# A look that was answered so once is answered so again: the list has to do.
_LASTING = (UnknownResource, BrokenAnswer, RequestRejected, AccessDenied)


class Discovery:
    """Lists the accounts that somebody follows, and those that somebody asked about lately."""

    def __init__(
        self,
        platforms: Mapping[str, Platform],
        catalogue: LiveCatalogue,
        follows: Follows,
        watches: Watches,
        troubles: AccountTroubles,
        clock: Clock,
        pace: Pace,
        *,
        shifts: Shifts,
        pause: timedelta,
        may: May,
    ) -> None:
        """`pause` lies at least between two requests to one account (wall time).

        Of several processes one finds an account's runs for all of them, by `shifts`.
        `may` raises PersonUnknown where it cannot be known now.
        """
        self._platforms = platforms
        self._catalogue = catalogue
        self._follows = follows
        self._watches = watches
        self._clock = clock
        self._pace = pace
        self._shifts = shifts
        self._on_shift: set[str] = set()
        self._pause = pause
        self._may = may
        self._crew = Crew("discover")
        self._at_work: set[str] = set()
        self._surveys = {account: Survey(pace) for account in platforms}
        # The event loop's time, which no clock that is set can turn back.
        self._turns: defaultdict[str, float] = defaultdict(float)
        self._troubles = troubles
        self._refused: set[Follow] = set()
        self._unread: set[Thing] = set()

    @property
    def idle(self) -> bool:
        """Whether nothing is being listed."""
        return self._crew.idle and self._catalogue.idle

    async def tick(self) -> int:
        """End the follows whose time is up, begin to list what is due; in how many accounts."""
        await self._expire()
        follows = await self._follows.everywhere()
        await self._take_shifts(follows)
        due = [account for account in self._platforms if self._is_due(account, follows)]
        for account in due:
            self._at_work.add(account)
            self._crew.start(self._round(account))
        return len(due)

    async def drain(self, patience: timedelta) -> None:
        """Let the lists under way be read."""
        await asyncio.gather(self._crew.drain(patience), self._catalogue.drain(patience))

    async def _expire(self) -> None:
        for follow in await self._follows.expired(self._clock.world()):
            await self._follows.end_with(follow, FollowExpired(wording.line(follow.selection)))

    async def _take_shifts(self, follows: Sequence[Follow]) -> None:
        """Find runs only in accounts where no other process does."""
        followed = {follow.account for follow in follows}.intersection(self._platforms)
        taken = [each for each in followed if await self._shifts.has(f"discovery of {each}")]
        self._on_shift = set(taken)

    def _is_due(self, account: str, follows: Sequence[Follow]) -> bool:
        return account not in self._at_work and self._next(account, follows) is not None

    def _next(self, account: str, follows: Sequence[Follow]) -> Errand | None:
        survey, now = self._surveys[account], self._clock.world()
        if survey.rests(now):
            return None
        on_shift = account in self._on_shift
        followed = survey.next(_wanted(account, follows), now) if on_shift else None
        return followed or self._catalogue.next(account, self._pace.longest)

    async def _round(self, account: str) -> None:
        """List one thing after the other until nothing is due."""
        try:
            while errand := self._next(account, await self._follows.everywhere()):
                await self._turn(account)
                await self._run(account, errand)
        finally:
            self._at_work.discard(account)

    async def _turn(self, account: str) -> None:
        """Wait until the account's budget has room for discovery again."""
        loop = asyncio.get_running_loop()
        wait = self._turns[account] - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        self._turns[account] = loop.time() + self._pause.total_seconds()

    def _spent(self, account: str, requests: int) -> None:
        """A list of several pages takes the turns of several requests."""
        self._turns[account] += (requests - 1) * self._pause.total_seconds()

    async def _run(self, account: str, errand: Errand) -> None:
        survey, now = self._surveys[account], self._clock.world()
        survey.tries(errand, now)
        try:
            await self._list(account, errand)
        except UnknownResource:
            if isinstance(errand, RunsList):  # the job was deleted since it was listed
                await self._denied(account, errand.job)
        except PlatformError as error:
            await self._troubles.failed(account, error)
            self._catalogue.failed(account, errand, error)
            survey.failed(now)
            return
        await self._troubles.served(account)
        survey.answered()

    async def _denied(self, account: str, job: ResourceId) -> None:
        """Qianfan says that it does not know a job; its followers are told once that is sure."""
        survey = self._surveys[account]
        self._catalogue.forget_job(account, job)
        if survey.denied(job, self._clock.world()) < DENIALS_BELIEVED:
            return
        followed = (account, Selection(What.JOB, str(job)))
        for follow in await self._follows.everywhere():
            if (follow.account, follow.selection) == followed:
                await self._follows.end_with(follow, JobGone(str(job)))
                survey.forget(job)
                log.info("no longer known", account=account, id=str(job))

    async def _list(self, account: str, errand: Errand) -> None:
        platform = self._platforms[account]
        match errand:
            case JobsList():
                jobs = await platform.jobs()
                self._spent(account, jobs.requests)
                self._catalogue.keep_jobs(account, jobs)
                if _wanted(account, await self._follows.everywhere()).all:
                    self._surveys[account].take_jobs(jobs)
            case RunsList(job=job):
                runs = await platform.runs(job)
                self._spent(account, runs.requests)
                self._catalogue.keep_runs(account, job, runs)
                await self._compare(account, job, self._catalogue.completed(account, job, runs))
            case ModelSetsList():
                models = await platform.model_sets()
                self._spent(account, models.requests)
                self._catalogue.keep_model_sets(account, models)

    async def _compare(self, account: str, job: ResourceId, listed: Listed[FineTuningTask]) -> None:
        """Tell what is news, the oldest first, and take the list as known."""
        everywhere = await self._follows.everywhere()
        wanted = _wanted(account, everywhere)
        if not wanted.all and job not in wanted.jobs:
            return
        survey = self._surveys[account]
        follows = [follow for follow in everywhere if follow.account == account]
        unseen = set(await self._follows.news(account, [run.id for run in listed.items]))
        quiet: list[ResourceId] = []
        for run in reversed([run for run in listed.items if run.id in unseen]):
            told = [
                follow
                for follow in follows
                if follow.selection.covers(run) and survey.is_news(run, job, follow.since)
            ]
            try:
                told = await self._allowed(told)
                if told:
                    await self._introduce(account, Look(run, listed.at), told)
                else:
                    quiet.append(run.id)
            except (PlatformError, PersonUnknown) as error:
                self._leave(Thing(account, run.id), error)
        if quiet:
            await self._follows.note(account, quiet, listed.at)
        survey.take_runs(job, listed)

    def _leave(self, thing: Thing, error: QfbotError) -> None:
        """What cannot be told of a run now is told when its job is listed again."""
        if thing not in self._unread:
            self._unread.add(thing)
            trouble = type(error).__name__
            log.warning("run left for later", account=thing.account, id=str(thing.id), why=trouble)

    async def _allowed(self, told: Sequence[Follow]) -> list[Follow]:
        """Those of the follows that may still tell; of any other it is logged once."""
        allowed = [follow for follow in told if await self._may(follow)]
        for follow in set(told).difference(allowed, self._refused):
            log.warning(
                "follow tells nothing any more",
                account=follow.account,
                channel=follow.channel_id,
                owner=follow.owner,
                follows=wording.line(follow.selection),
            )
        self._refused.update(set(told).difference(allowed))
        self._refused.difference_update(allowed)
        return allowed

    async def _introduce(self, account: str, look: Look, told: Sequence[Follow]) -> None:
        """Let a run be watched where it is news, or tell of it where it has ended already."""
        if look.resource.phase.is_final:
            look = await self._look_closer(account, look)
        run = look.resource
        thing = Thing(account, run.id)
        self._unread.discard(thing)
        log.info("run appeared", account=account, id=str(run.id), state=run.state)
        knowing = await self._watches.channels_of(thing)
        told = [each for each in told if each.channel_id not in knowing]
        if run.phase.is_final:
            facts = [(channel, RunAppeared(run, who)) for channel, who in _heard(told, run).items()]
            await self._follows.appeared(account, run.id, look.at, facts)
            return
        for watch in self._watches_of(thing, told):
            await self._watches.begin(watch, look, asked=False)
        await self._follows.note(account, [run.id], look.at)

    async def _look_closer(self, account: str, look: Look) -> Look:
        """A list has not what came of a run; where no look is to be had, it has to do."""
        await self._turn(account)
        try:
            return await self._platforms[account].look(look.resource.id)
        except _LASTING:
            return look

    def _watches_of(self, thing: Thing, told: Sequence[Follow]) -> Sequence[Watch]:
        """One watch a channel, as loud as the loudest of its follows."""
        now = self._clock.world()
        asked: defaultdict[str, list[Watch]] = defaultdict(list)
        for follow in told:
            asked[follow.channel_id].append(
                Watch(
                    thing,
                    follow.channel_id,
                    follow.owner,
                    now,
                    now + DEFAULT_LIFETIME,
                    follow.notify,
                    mention=follow.mention,
                )
            )
        return [reduce(widened, watches) for watches in asked.values()]


def _wanted(account: str, follows: Sequence[Follow]) -> Wanted:
    """What the follows of an account are about."""
    selections = [follow.selection for follow in follows if follow.account == account]
    jobs = frozenset(read_id(each.value) for each in selections if each.what is What.JOB)
    return Wanted(jobs, all=any(each.what is not What.JOB for each in selections))


def _heard(told: Sequence[Follow], run: Watchable) -> Mapping[str, str]:
    """The channels that want to hear of a run that has ended, and whom to mention there."""
    heard: dict[str, str] = {}
    for follow in told:
        if follow.notify is not Notify.FAILURES or run.phase is Phase.FAILED:
            heard[follow.channel_id] = heard.get(follow.channel_id) or follow.mention
    return heard
