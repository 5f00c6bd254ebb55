"""A Slack that answers as it is told, an outbox that notes what it is told, a clock for pauses."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.attachments import Preparation
from bot.domain.facts import Actors, CardOpened, Fact, StopAsked
from bot.domain.languages import Language
from bot.domain.messages import Message
from bot.domain.ports import Posted
from bot.domain.vitals import Backlog
from bot.domain.watching import Announcement, Card, Face
from bot.watcher.mood import Allowance
from tests.unit.domain.samples import NOON, task

SECOND = timedelta(seconds=1)
PATIENCE = 5 * SECOND


def owed(number: int = 1, channel: str = "C1", claimed_at: datetime | None = NOON) -> Announcement:
    """A line about a command."""
    fact = StopAsked(task(), Actors("UADA"), accepted=True)
    return Announcement(number, f"key-{number}", channel, fact, claimed_at=claimed_at)


def opened(number: int = 1, channel: str = "C1") -> Announcement:
    """A card that is to be posted."""
    return Announcement(number, f"key-{number}", channel, CardOpened(task(), "UADA"))


def card(number: int = 1, channel: str = "C1") -> Card:
    """A card that shows something old."""
    return Card(number, channel, f"{number}.0", "default", Face(task(), "UADA"))


class Monotonic:
    """A monotonic clock that stands still until it is moved, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time.total_seconds()


async def english(_target: str) -> Language:
    """What is read everywhere."""
    return Language.ENGLISH


def plenty() -> Allowance:
    """More calls than any test makes."""
    return Allowance(1000, 1000)


@dataclass
class Ledger:
    """An outbox with what is owed and the cards that are old, which notes what it is told.

    What is to be tried again is owed again at once. `slow` keeps attempts from being written
    down; `writing` says that one is about to be.
    """

    owed: list[Announcement] = field(default_factory=list)
    stale: list[Card] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    slow: asyncio.Event | None = None
    writing: asyncio.Event = field(default_factory=asyncio.Event)

    async def add(self, channel_id: str, account: str, fact: Fact, *, once: str = "") -> None:
        raise AssertionError

    async def claim(self, lease: timedelta, limit: int) -> Sequence[Announcement]:
        taken, self.owed = self.owed[:limit], self.owed[limit:]
        return taken

    async def attempting(self, announcement: Announcement, lease: timedelta) -> None:
        self.told.append("attempting")
        self.writing.set()
        if self.slow is not None:
            await self.slow.wait()

    async def preparing(
        self, announcement: Announcement, files: Preparation, lease: timedelta
    ) -> None:
        self.told.append(f"preparing for the {files.tries}. time")

    async def prepared(
        self, announcement: Announcement, files: Preparation, pause: timedelta
    ) -> None:
        self.told.append(f"prepared, on in {pause.total_seconds():g} s")
        self.owed.append(replace(announcement, files=files))

    async def sent(self, announcement: Announcement, posted: Posted, pause: timedelta) -> None:
        self.told.append(f"sent {posted.ts}")

    async def try_after(self, announcement: Announcement, pause: timedelta) -> None:
        self.told.append(f"try in {pause.total_seconds():g} s")
        self.owed.append(announcement)

    async def search_after(
        self, announcement: Announcement, pause: timedelta, *, counts: bool
    ) -> None:
        self.told.append(f"search in {pause.total_seconds():g} s{' again' * counts}")

    async def parked(self, announcement: Announcement, reason: str) -> None:
        self.told.append(f"parked: {reason}")

    async def blocked(self, announcement: Announcement, reason: str, pause: timedelta) -> None:
        self.told.append(f"blocked: {reason}")

    async def unblocked(self, channel_id: str) -> None:
        raise AssertionError

    async def backlog(self) -> Backlog:
        return Backlog(len(self.owed))

    async def claim_cards(self, lease: timedelta, limit: int) -> Sequence[Card]:
        taken, self.stale = self.stale[:limit], self.stale[limit:]
        return taken

    async def card_shown(self, card: Card, pause: timedelta) -> None:
        self.told.append(f"card {card.id} shown, next in {pause.total_seconds():g} s")

    async def card_later(self, card: Card, pause: timedelta) -> None:
        self.told.append(f"card {card.id} in {pause.total_seconds():g} s")

    async def card_gone(self, card: Card) -> None:
        self.told.append(f"card {card.id} gone")


@dataclass
class Slack:
    """Posts, edits, finds and deletes, or fails as it is told.

    `has` is what it finds when it is searched; `hangs`: it never answers.
    """

    fails: Exception | None = None
    has: list[Posted] = field(default_factory=list)
    can_search: bool = True
    hangs: bool = False
    posted: list[str] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    searched_since: list[datetime] = field(default_factory=list)
    searched_in: list[str] = field(default_factory=list)

    async def post(
        self, announcement: Announcement, message: Message, *, broadcast: bool = False
    ) -> Posted:
        self.posted.append(str(message))
        await self._answers()
        return Posted("C1", "7.0")

    async def edit(self, card: Card, message: Message) -> None:
        self.edited.append(card.id)
        await self._answers()

    async def find(self, announcement: Announcement, since: datetime) -> Sequence[Posted]:
        self.searched_since.append(since)
        self.searched_in.append(announcement.thread_ts)
        await self._answers()
        return list(self.has)

    async def delete(self, posted: Posted) -> None:
        self.has.remove(posted)

    async def _answers(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise self.fails
