"""One question is asked once: looks that are on their way, or young enough, are shared."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.changes import Look
from bot.domain.ids import ResourceId
from bot.qianfan.budget import Errand

# Only answers of the last seconds are of use to anyone, and an account that is asked once a
# second cannot have more of them.
_REMEMBERED = 256

Fetch = Callable[[ResourceId, Errand], Coroutine[None, None, Look]]


@dataclass(eq=False)
class _Flight(Errand):
    """A look on its way, and how many wait for it."""

    passengers: int = 0
    task: asyncio.Task[Look] = field(init=False)


class SharedLooks:
    """Fetches looks, remembers the last, and gives one answer to all who ask at once."""

    def __init__(self, fetch: Fetch, world: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._world = world
        self._flights: dict[ResourceId, _Flight] = {}
        self._tasks: set[asyncio.Task[Look]] = set()
        self._seen: OrderedDict[ResourceId, Look] = OrderedDict()

    async def look(self, resource: ResourceId, max_age: timedelta, urgent: bool) -> Look:
        """A remembered look younger than `max_age`, or a new one; urgent hastens one under way."""
        seen = self._seen.get(resource)
        if seen is not None and timedelta(0) <= self._world() - seen.at < max_age:
            return seen
        flight = self._flights.get(resource) or self._depart(resource)
        flight.urgent = flight.urgent or urgent
        return await self._arrival(resource, flight)

    def forget(self, resource: ResourceId) -> None:
        """What was seen, or is just being seen, is about to be no longer true."""
        self._seen.pop(resource, None)
        self._flights.pop(resource, None)

    async def aclose(self) -> None:
        """Give up every look under way; whoever waits for one is cancelled."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _depart(self, resource: ResourceId) -> _Flight:
        flight = self._flights[resource] = _Flight()
        flight.task = asyncio.create_task(self._fetch(resource, flight))
        self._tasks.add(flight.task)
        flight.task.add_done_callback(lambda task: self._land(resource, flight, task))
        return flight

    def _land(self, resource: ResourceId, flight: _Flight, task: asyncio.Task[Look]) -> None:
        self._tasks.discard(task)
        failed = task.cancelled() or task.exception() is not None
        if self._withdraw(resource, flight) and not failed:
            self._remember(resource, task.result())

    def _withdraw(self, resource: ResourceId, flight: _Flight) -> bool:
        """Nobody may join it any more; False where it was forgotten before."""
        if self._flights.get(resource) is not flight:
            return False
        del self._flights[resource]
        return True

    def _remember(self, resource: ResourceId, look: Look) -> None:
        self._seen[resource] = look
        self._seen.move_to_end(resource)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    async def _arrival(self, resource: ResourceId, flight: _Flight) -> Look:
        flight.passengers += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.passengers -= 1
            if not flight.passengers and not flight.task.done():
                self._withdraw(resource, flight)
                flight.task.cancel()
