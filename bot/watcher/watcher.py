"""The watcher: take what is due, look, compare with what was last recorded, record.

It is level-triggered: each look starts from what was recorded, so that a tick that is late,
repeated or cut off by a kill costs time and nothing else. A record is refused where a newer
look was recorded meanwhile, and a claim that is not renewed runs out by itself.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil

import structlog

from bot.crew import Crew
from bot.domain import cadence, changes
from bot.domain.alarms import symptoms
from bot.domain.changes import Look
from bot.domain.errors import PlatformError, UnknownResource
from bot.domain.facts import Moved, Unreadable, Vanished, WatchExpired
from bot.domain.glance import Glance, first_glance, glance
from bot.domain.id_grammar import read_id
from bot.domain.moments import Happened
from bot.domain.ports import Clock, Duties, Platform, Watches
from bot.domain.resources import FineTuningTask
from bot.domain.track import follow
from bot.domain.watching import Duty, Found, Thing
from bot.happenings import Looked, StateChanged, Tell, nobody
from bot.watcher.demand import Demand
from bot.watcher.together import grouped, listed_look, price
from bot.watcher.trouble import AccountTroubles

log = structlog.get_logger(__name__)

#: How long a claim holds that is not renewed (wall time), and how often it is renewed.
LEASE = timedelta(seconds=10)
RENEWAL = timedelta(seconds=3)

#: How many times in a row Qianfan has to deny that it knows an id before that is believed.
DENIALS_BELIEVED = 3

#: After so many failed looks in a row, while others of the account are answered, channels hear
#: that nothing can be learned of this one.
FAILURES_TOLD = 6

#: How many looks of one account may be under way at once, at the least and at the most.
_FEWEST, _MOST = 4, 16


@dataclass(frozen=True)
class Account:
    """One Qianfan account, and how often a second it may be asked for looks in the long run."""

    platform: Platform
    per_second: float

    @property
    def at_once(self) -> int:
        """How many looks may be under way: what an answer of four seconds leaves in flight.

        More would only wait for their turn, while what is more urgent comes due behind them.
        """
        return min(max(_FEWEST, ceil(4 * self.per_second)), _MOST)


class Watcher:
    """Looks at each watched thing once, however many channels follow it."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        watches: Watches,
        duties: Duties,
        troubles: AccountTroubles,
        clock: Clock,
        pace: cadence.Pace,
        *,
        tell: Tell = nobody,
    ) -> None:
        self._tell = tell
        self._accounts = accounts
        self._watches = watches
        self._duties = duties
        self._clock = clock
        self._pace = pace
        self._troubles = troubles
        rates = {name: each.per_second for name, each in accounts.items()}
        self._demand = Demand(duties, clock, pace, rates)
        self._crews = {name: Crew("look", each.at_once) for name, each in accounts.items()}
        self._in_hand: dict[Thing, Duty] = {}
        #: How many requests the list of a job's runs takes.
        self._pages: dict[str, int] = {}
        self._renewed_at = clock.wall()

    @property
    def idle(self) -> bool:
        """Whether no look is under way."""
        return all(crew.idle for crew in self._crews.values())

    async def tick(self) -> int:
        """End the watches whose time is up, begin the looks that are due; return how many."""
        await self._expire()
        await self._renew()
        await self._troubles.tick()
        duties = await self._claim()
        for group in grouped(duties):
            self._crews[group[0].thing.account].start(self._serve(group))
        return len(duties)

    async def drain(self, patience: timedelta) -> None:
        """Let the looks under way finish."""
        await asyncio.gather(*(crew.drain(patience) for crew in self._crews.values()))

    async def _expire(self) -> None:
        for watched in await self._watches.expired(self._clock.world()):
            await self._watches.end_with(watched.watch, WatchExpired(watched.look.resource))

    async def _renew(self) -> None:
        """Looks that take long are still ours."""
        now = self._clock.wall()
        if self._in_hand and abs(now - self._renewed_at) >= RENEWAL:
            self._renewed_at = now
            await self._duties.renew(list(self._in_hand.values()), LEASE)

    async def _claim(self) -> Sequence[Duty]:
        rooms = {name: crew.room for name, crew in self._crews.items() if crew.room}
        await self._demand.tick()
        window = self._demand.window(self._clock.world())
        if not rooms or not await self._duties.is_any_due(window):
            return ()
        return await self._duties.claim_due(rooms, window, LEASE)

    async def _serve(self, duties: Sequence[Duty]) -> None:
        self._in_hand |= {duty.thing: duty for duty in duties}
        left: Sequence[Duty] = ()
        try:
            left = await self._serve_together(duties)
        finally:
            for duty in duties:
                if duty not in left:
                    self._in_hand.pop(duty.thing, None)
        for duty in left[1:]:
            self._crews[duty.thing.account].start(self._serve_alone(duty))
        if left:
            await self._serve_alone(left[0])

    async def _serve_alone(self, duty: Duty) -> None:
        try:
            await self._look(duty)
        finally:
            self._in_hand.pop(duty.thing, None)

    async def _serve_together(self, duties: Sequence[Duty]) -> Sequence[Duty]:
        """Serve what one list can serve, where that saves requests; what is left to be served."""
        first = duties[0]
        run = first.last.resource
        if not isinstance(run, FineTuningTask) or len(duties) <= self._pages.get(run.job_id, 1):
            return duties
        try:
            platform = self._accounts[first.thing.account].platform
            listed = await platform.runs(read_id(run.job_id))
        except PlatformError:
            return duties
        await self._troubles.served(first.thing.account)
        self._pages[run.job_id] = price(listed, duties)
        looks = {duty.thing: listed_look(listed, duty) for duty in duties}
        for duty in duties:
            if (look := looks[duty.thing]) is not None:
                await self._record(duty, look)
        return [duty for duty in duties if looks[duty.thing] is None]

    async def _look(self, duty: Duty) -> None:
        account = duty.thing.account
        try:
            look = await self._accounts[account].platform.look(duty.thing.id)
        except UnknownResource as error:
            self._tell(Looked(account, type(error).__name__))
            await self._troubles.served(account)
            await self._denied(duty)
        except PlatformError as error:
            self._tell(Looked(account, type(error).__name__))
            alone = account not in self._troubles.open
            await self._troubles.failed(account, error)
            await self._failed(duty, alone)
        else:
            await self._troubles.served(account)
            await self._record(duty, look)

    async def _record(self, duty: Duty, look: Look) -> None:
        track = follow(duty.track, duty.last, look)
        told = changes.between(
            duty.last,
            look,
            queued_since=track.queued_since,
            running_since=track.running_since,
            stopped_by=duty.stop_asked_by,
        )
        plan = cadence.plan(
            look.resource, track, look.at, self._pace, self._demand.share(duty.thing.account)
        )
        signs = symptoms(track, look.resource, look.at)
        shown = glance(look, plan.expected if plan else None, signs, duty.glance)
        found = Found(
            look,
            track,
            plan.at if plan else None,
            _with_end(shown, told),
            plan.expected_end if plan else None,
            signs,
        )
        if not await self._duties.record(duty, found, told):
            self._tell(Looked(duty.thing.account, "outdated"))
            return
        self._tell(Looked(duty.thing.account, "changed" if told else "same"))
        for moved in told:
            now = look.resource
            changed = StateChanged(
                duty.thing, moved.before_state, now.state, now.phase, moved.happened
            )
            self._tell(changed)

    async def _denied(self, duty: Duty) -> None:
        """Qianfan says that it does not know the id; believed when it has said so for a while."""
        if duty.denials + 1 < DENIALS_BELIEVED:
            await self._postpone(duty, duty.denials + 1)
            return
        now = self._clock.world()
        gone = Vanished(duty.last.resource, Happened(duty.last.at, now))
        shown = replace(duty.glance or first_glance(duty.last), gone=True)
        await self._duties.record(duty, Found(duty.last, duty.track, None, shown), (gone,))
        log.info("no longer known", id=str(duty.thing.id))

    async def _failed(self, duty: Duty, alone: bool) -> None:
        """It is told once where this thing alone cannot be read, and its account serves."""
        told = alone and duty.failures + 1 == FAILURES_TOLD
        facts = (Unreadable(duty.last.resource, duty.last.at),) if told else ()
        await self._postpone(duty, facts=facts)

    async def _postpone(
        self, duty: Duty, denials: int = 0, facts: tuple[Unreadable, ...] = ()
    ) -> None:
        failures = duty.failures + 1
        again = cadence.after_failure(failures, self._clock.world(), self._pace)
        await self._duties.postpone(duty, again, failures, denials, facts)


def _with_end(shown: Glance, told: Sequence[Moved]) -> Glance:
    """What is shown of an end is what was told of it."""
    for moved in told:
        if moved.resource.phase.is_final:
            return replace(shown, ended=moved.happened, stopped_by=moved.stopped_by)
    return shown
