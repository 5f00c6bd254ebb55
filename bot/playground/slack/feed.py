"""Everything that happened in the local Slack, in order: for transcripts, pages and tests."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

from bot.playground.slack.clock import Clock
from bot.playground.slack.happenings import Happening

# Enough for a long evening at the prompt; a page that joins later sees this much of the past.
REMEMBERED_ENTRIES = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One happening with its place and moment in the log."""

    number: int
    at: datetime
    what: Happening


class Subscription:
    """A reader's own queue of entries, without a bound; `close` it, or use it in `with`."""

    def __init__(self, leave: Callable[["Subscription"], None]) -> None:
        self._leave = leave
        self._queue: asyncio.Queue[Entry] = asyncio.Queue()

    def put(self, entry: Entry) -> None:
        self._queue.put_nowait(entry)

    async def next(self) -> Entry:
        """Return the next entry, waiting for it."""
        return await self._queue.get()

    def waiting(self) -> list[Entry]:
        """Take the entries that are there already, without waiting."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]

    def close(self) -> None:
        self._leave(self)

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def __aiter__(self) -> AsyncIterator[Entry]:
        while True:
            yield await self.next()


class Feed:
    """The log: written by the local Slack, read by whoever subscribes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=REMEMBERED_ENTRIES)
        self._count = 0
        self._subscriptions: list[Subscription] = []
        self._observers: list[Callable[[Entry], None]] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is remembered, oldest first."""
        return tuple(self._entries)

    @property
    def latest(self) -> Happening | None:
        """What happened last."""
        return self._entries[-1].what if self._entries else None

    def write(self, what: Happening) -> Entry:
        """Log `what`, and tell observers and subscribers."""
        self._count += 1
        entry = Entry(self._count, self._clock.wall(), what)
        self._entries.append(entry)
        for observe in self._observers:
            observe(entry)
        for subscription in self._subscriptions:
            subscription.put(entry)
        return entry

    def subscribe(self) -> Subscription:
        """Return a queue of the entries to come."""
        subscription = Subscription(self._subscriptions.remove)
        self._subscriptions.append(subscription)
        return subscription

    def observe(self, observer: Callable[[Entry], None]) -> None:
        """Call `observer` with every entry at once, before `write` returns."""
        self._observers.append(observer)
