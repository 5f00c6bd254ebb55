"""Everything that the bot does by itself, in the order in which one gives the next work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.watcher.aftermath import Aftermath
from bot.watcher.approved import Approved
from bot.watcher.cards import Cards
from bot.watcher.digests import DigestMaker
from bot.watcher.discovery import Discovery
from bot.watcher.repeats import Healer
from bot.watcher.sender import Sender
from bot.watcher.watcher import Watcher


class Worker(Protocol):
    """Begins at each tick what is due then, in tasks of its own."""

    @property
    def idle(self) -> bool: ...

    async def tick(self) -> int: ...

    async def drain(self, patience: timedelta) -> None: ...


@dataclass(frozen=True)
class Workers:
    """All of them."""

    watch: Watcher
    discover: Discovery
    run_approved: Approved
    look_into: Aftermath
    make_digests: DigestMaker
    send: Sender
    show: Cards
    heal: Healer

    @property
    def all(self) -> Mapping[str, Worker]:
        """The workers by what they do; those that send come last: all others give them work."""
        return vars(self)

    @property
    def ticks(self) -> Mapping[str, Callable[[], Awaitable[object]]]:
        """What the alarm clock calls."""
        return {name: worker.tick for name, worker in self.all.items()}

    @property
    def idle(self) -> bool:
        """Whether nothing is being done."""
        return all(worker.idle for worker in self.all.values())

    async def tick(self) -> int:
        """Have everything that is due begin; how many things that were."""
        return sum([await worker.tick() for worker in self.all.values()])

    async def drain(self, patience: timedelta) -> None:
        """Let what is in hand be finished: first by those that give the senders work, then by
        these, each for so long at most."""
        senders: tuple[Worker, ...] = (self.send, self.show, self.heal)
        others = [worker for worker in self.all.values() if worker not in senders]
        for crew in (others, senders):
            await asyncio.gather(*(worker.drain(patience) for worker in crew))
