"""What the tests of the store speak of: a clock, a run, who follows it where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.access import Decision, Place, Right, Role, Why
from bot.domain.approvals import Request
from bot.domain.audit import Asked
from bot.domain.calls import Call, Confirmation, Origin, Way
from bot.domain.changes import Look, between
from bot.domain.facts import Actors, CardOpened, Fact, Moved, Notify, StopAsked
from bot.domain.following import Follow, Selection, What
from bot.domain.glance import first_glance, glance
from bot.domain.id_grammar import read_id
from bot.domain.ports import Posted
from bot.domain.resources import FineTuningTask, Phase
from bot.domain.track import Track
from bot.domain.watching import Announcement, Duty, Found, Thing, Watch, Window
from bot.store.leases import Now
from bot.store.opening import Store

#: Where the world begins, and the wall: far apart, so that no test can mistake one for the other.
WORLD = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WALL = datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=UTC)

LEASE = timedelta(seconds=10)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
NOT_AT_ALL = timedelta(0)
DAY = timedelta(days=1)

RUN = Thing("default", read_id("task-abcdef123456"))
OTHER_RUN = Thing("default", read_id("task-zzzzzz123456"))
ADA, BO, CY, DEE = "U0ADA", "U0BO", "U0CY", "U0DEE"
GENERAL, RANDOM = "C0GENERAL", "C0RANDOM"
ALL_RUNS = Selection(What.ALL)
NOTHING_SEEN = Track()


class HandClock:
    """Two clocks that stand still until they are moved."""

    def __init__(self) -> None:
        self._passed = timedelta(0)

    def wall(self) -> datetime:
        return WALL + self._passed

    def world(self) -> datetime:
        return WORLD + self._passed

    def passes(self, time: timedelta) -> None:
        """Move both."""
        self._passed += time


def by_hand(clock: HandClock) -> Now:
    """Leases are counted on that clock, whatever a server's own says."""

    async def now(_: AsyncConnection) -> datetime:
        return clock.wall()

    return now


def look(
    phase: Phase = Phase.QUEUED,
    progress: int | None = None,
    at: datetime = WORLD,
    thing: Thing = RUN,
) -> Look:
    """What one sees of a run."""
    state = phase.name.title()
    return Look(FineTuningTask(id=thing.id, state=state, phase=phase, progress=progress), at)


def watch(
    channel: str = GENERAL,
    thing: Thing = RUN,
    owner: str = ADA,
    notify: Notify = Notify.ALL,
    until: datetime = WORLD + DAY,
) -> Watch:
    """Somebody follows a run in a channel."""
    return Watch(thing, channel, owner, WORLD, until, notify)


def follow(
    channel: str = GENERAL,
    selection: Selection = ALL_RUNS,
    owner: str = ADA,
    notify: Notify = Notify.ALL,
    until: datetime = WORLD + DAY,
    account: str = "default",
) -> Follow:
    """Somebody wants to hear of new runs in a channel."""
    return Follow(account, channel, owner, selection, WORLD, until, notify)


def opened(thing: Thing = RUN) -> CardOpened:
    """A fact like any other."""
    return CardOpened(look(thing=thing).resource, ADA)


def stop_asked(thing: Thing = RUN) -> StopAsked:
    """A fact about a thing that need not be watched."""
    return StopAsked(look(thing=thing).resource, Actors(ADA), accepted=True)


def question() -> Confirmation:
    """Whether a run is to be stopped."""
    call = Call("stop", {"ids": (RUN.id.text,), "reason": "a\x00b, “quoted”\ud83d"})
    return Confirmation(call, ADA, GENERAL, WORLD, "Running")


def request(needed: int = 1, until: datetime = WORLD + DAY) -> Request:
    """Ada wants a run stopped, to which others have to agree."""
    call = Call("stop", {"ids": (RUN.id.text,), "reason": "a\x00b"})
    origin = Origin(ADA, Place(GENERAL), Way.TYPED, WORLD)
    return Request(0, call, origin, "prod", RUN.id.text, "Running", needed, until, "a\x00b")


def asked(command: str = "stop", user: str = ADA, at: datetime = WALL) -> Asked:
    """An attempt to run a command."""
    decision = Decision(True, Why.ROLE_SUFFICES, Right(command, Role.OPERATOR), Role.ADMIN)
    origin = Origin(user, Place(GENERAL), Way.TYPED, WORLD)
    return Asked(at, origin, "default", Call(command, {"ids": (RUN.id.text,)}), decision)


async def due(store: Store, clock: HandClock, limit: int = 10) -> list[Duty]:
    """Claim what is due."""
    return list(await store.duties.claim_due({"default": limit}, window(clock), LEASE))


def window(clock: HandClock) -> Window:
    """What is due now; whatever is planned at all was planned by a clock that was right."""
    return Window(clock.world(), clock.world() + 1000 * DAY)


def found(
    look: Look, next_look: datetime | None = WORLD + MINUTE, track: Track = NOTHING_SEEN
) -> Found:
    """What a look has brought."""
    return Found(look, track, next_look, first_glance(look))


async def saw(
    store: Store, clock: HandClock, now: Look, duty: Duty | None = None
) -> tuple[Fact, ...]:
    """Look at the one thing that is due, and record what is seen of it; the facts that follow."""
    [claimed] = [duty] if duty else await due(store, clock)
    facts: tuple[Moved, ...] = between(claimed.last, now, stopped_by=claimed.stop_asked_by)
    next_look = None if now.resource.phase.is_final else clock.world() + MINUTE
    shown = glance(now, None, (), claimed.glance)
    assert await store.duties.record(claimed, Found(now, claimed.track, next_look, shown), facts)
    return facts


async def claimed(store: Store, clock: HandClock, limit: int = 100) -> list[Announcement]:
    """Claim what may be sent."""
    return list(await store.outbox.claim(LEASE, limit))


async def send(
    store: Store, clock: HandClock, announcement: Announcement, ts: str = "1.0"
) -> Announcement:
    """Send a claimed announcement without trouble."""
    await store.outbox.attempting(announcement, LEASE)
    posted = Posted(announcement.channel_id, ts)
    await store.outbox.sent(announcement, posted, NOT_AT_ALL)
    return replace(announcement, attempts=announcement.attempts + 1)


async def send_all(store: Store, clock: HandClock) -> list[Announcement]:
    """Send everything that is owed, in the order in which it may be sent."""
    sent: list[Announcement] = []
    while batch := await claimed(store, clock):
        for announcement in batch:
            sent.append(announcement)
            await send(store, clock, announcement, f"{len(sent)}.0")
    return sent


async def show_all(store: Store) -> None:
    """Show every card anew that shows something old."""
    while stale := await store.outbox.claim_cards(LEASE, 10):
        for card in stale:
            await store.outbox.card_shown(card, NOT_AT_ALL)
