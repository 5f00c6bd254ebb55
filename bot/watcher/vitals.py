"""How qfbot is doing, put together from the database and from what this process knows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from bot.domain.ports import Clock, Duties, Outages, Outbox
from bot.domain.vitals import AccountVitals, BudgetState, Census, Vitals
from bot.domain.watching import Load
from bot.watcher.mood import Mood
from bot.watcher.repeats import Healer

#: How often they are taken for the metrics, which are read about as often.
PAUSE = timedelta(seconds=10)


class Budgeted(Protocol):
    """An account that tells how its requests stand now."""

    @property
    def budget(self) -> BudgetState: ...


class Counted(Protocol):
    """Watches that tell how many there are, by what was seen last and by whether they are heard."""

    async def census(self) -> Census: ...


class Physician:
    """Takes the vitals, and remembers them for those who cannot wait for the database."""

    def __init__(
        self,
        watches: Counted,
        duties: Duties,
        outages: Outages,
        outbox: Outbox,
        clock: Clock,
        accounts: Mapping[str, Budgeted],
        longest: timedelta,
        mood: Mood,
        healer: Healer,
    ) -> None:
        self._watches = watches
        self._duties = duties
        self._outages = outages
        self._outbox = outbox
        self._clock = clock
        self._accounts = accounts
        self._longest = longest
        self._mood = mood
        self._healer = healer
        #: As last taken.
        self.last = Vitals({})
        self._next_at = clock.wall()

    async def tick(self) -> None:
        """Take them where it is time (wall)."""
        now = self._clock.wall()
        if not self._next_at - PAUSE <= now < self._next_at:  # or the clock was set back
            self._next_at = now + PAUSE
            await self.take()

    async def take(self) -> Vitals:
        """How it is now. Raises StoreError."""
        loads = await self._duties.load(self._clock.world())
        outages = await self._outages.open()
        accounts = {
            name: AccountVitals(
                loads.get(name, Load(0)),
                account.budget,
                self._longest,
                outages[name].outage if name in outages else None,
            )
            for name, account in self._accounts.items()
        }
        backlog = await self._outbox.backlog()
        census = await self._watches.census()
        self.last = Vitals(accounts, backlog, self._healer.healed, self._mood.closed, census)
        return self.last
