"""Watches, the things they follow, and the announcements that come of it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.attachments import NOTHING_PREPARED, Preparation
from bot.domain.changes import Look
from bot.domain.digests import Digest
from bot.domain.facts import (
    Actors,
    Alarmed,
    ApprovalAsked,
    ApprovalEnded,
    Arrived,
    CardOpened,
    ChartAsked,
    ComparisonAsked,
    CutOff,
    Fact,
    FollowExpired,
    Gathered,
    JobGone,
    Moved,
    Notify,
    OutageBegan,
    OutageEnded,
    RightsChanged,
    RunAppeared,
    StopAsked,
    Undeliverable,
    Unreadable,
    VersionAsked,
    loudest,
)
from bot.domain.glance import Glance
from bot.domain.ids import ResourceId
from bot.domain.resources import Watchable
from bot.domain.symptoms import Symptom, is_serious
from bot.domain.track import Track

#: How long a watch lasts where nobody says otherwise.
DEFAULT_LIFETIME = timedelta(days=14)
LONGEST_LIFETIME = timedelta(days=90)

#: Until when a watch is muted that is so until its thing ends: later than any watch lasts.
THE_END = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Thing:
    """Something at Qianfan in one account: what is looked at, however many watch it."""

    account: str
    id: ResourceId


@dataclass(frozen=True)
class Watch:
    """A channel follows a thing until its end, or until the watch's time is up (world time).

    `blocked` says why the bot cannot write there, where it cannot. Before `muted_until` (world
    time, perhaps `THE_END`) nothing of the thing is told there but its end. `mention` is whom to
    mention with its end: a user's or a user group's id.
    """

    thing: Thing
    channel_id: str
    owner: str
    since: datetime
    until: datetime
    notify: Notify = Notify.ALL
    blocked: str = ""
    muted_until: datetime | None = None
    mention: str = ""

    def is_muted(self, now: datetime) -> bool:
        """Whether nothing but the end is told now (world time)."""
        return self.muted_until is not None and now < self.muted_until


def widened(watch: Watch, asked: Watch) -> Watch:
    """Another's watch as somebody may renew it who may not end it: longer or louder, never less."""
    return replace(
        watch,
        until=max(watch.until, asked.until),
        notify=loudest(watch.notify, asked.notify),
        mention=watch.mention or asked.mention,
    )


@dataclass(frozen=True)
class Watched:
    """A watch with what was last seen of its thing."""

    watch: Watch
    look: Look


@dataclass(frozen=True)
class Finished:
    """A watch that lasted until its thing's end: when that was (world), and how it came out.

    `card` is the message that was its card, by its time in the channel; empty where there is none.
    """

    channel_id: str
    look: Look
    at: datetime
    card: str = ""


@dataclass(frozen=True)
class Duty:
    """A thing that is due to be looked at, claimed by this process for a while.

    `version` grows with each recorded look, so that a late record of an older one is refused.
    `failures` and `denials` count, in a row, the looks that failed and those of them in which
    Qianfan said that it does not know the id. `glance` is what its cards show.
    """

    thing: Thing
    last: Look
    version: int
    track: Track = field(default_factory=Track)
    failures: int = 0
    denials: int = 0
    stop_asked_by: Actors | None = None
    glance: Glance | None = None


@dataclass(frozen=True)
class Found:
    """What a look has brought, to be recorded; when to look again is the world's time.

    `next_look` is None where the thing's life is over; `glance` is what its cards are to show, and
    `symptoms` are what may be wrong with it.
    """

    look: Look
    track: Track
    next_look: datetime | None
    glance: Glance
    expected_end: datetime | None = None
    symptoms: tuple[Symptom, ...] = ()


@dataclass(frozen=True)
class Window:
    """What is due now (world time), and what is planned so late that a clock must have been wrong.

    A look is never planned beyond the horizon: what lies there was planned by a clock that ran
    ahead, and is due as well.
    """

    now: datetime
    horizon: datetime


@dataclass(frozen=True)
class Load:
    """How much there is to look at in an account: what is watched, and what of it is overdue.

    `late` is how long the longest overdue should have been looked at already (world time).
    """

    watched: int
    overdue: int = 0
    late: timedelta = timedelta(0)

    def share(self, per_second: float) -> timedelta:
        """The pause between two looks at each thing if all were looked at alike."""
        return timedelta(seconds=self.watched / per_second)


class Placement(StrEnum):
    """Where in a channel an announcement goes."""

    CARD = "card"
    CHANNEL = "channel"
    THREAD = "thread"
    THREAD_AND_CHANNEL = "thread and channel"


def placement(fact: Fact) -> Placement:
    """Where a fact belongs: transitions in the card's thread, ends and what is as grave as they in
    the channel as well."""
    match fact:
        case CardOpened():
            return Placement.CARD
        case StopAsked() | VersionAsked() | RunAppeared() | FollowExpired() | CutOff():
            return Placement.CHANNEL
        case Undeliverable() | OutageBegan() | OutageEnded() | Gathered() | Digest():
            return Placement.CHANNEL
        case JobGone() | ApprovalAsked() | ApprovalEnded() | RightsChanged() | Arrived():
            return Placement.CHANNEL
        case ChartAsked(thread_ts=thread_ts) | ComparisonAsked(thread_ts=thread_ts):
            return Placement.THREAD if thread_ts else Placement.CHANNEL
        case Moved(resource=resource) if resource.phase.is_final:
            return Placement.THREAD_AND_CHANNEL
        case Moved() | Unreadable():
            return Placement.THREAD
        case Alarmed(symptom=symptom) if not is_serious(symptom):
            return Placement.THREAD
        case _:
            return Placement.THREAD_AND_CHANNEL


@dataclass(frozen=True)
class Announcement:
    """One message that a channel is owed, and how far it has come.

    `key` travels in the message's metadata, so that it can be found again in the channel.
    `attempted_at` is the last attempt whose outcome is not known (wall time); `searches`
    counts how often it was looked for since then, in vain. `claimed_at` is when it was taken in
    hand, on the clock of which `attempted_at` is. `about` is the id of the thing that it tells
    of, where it tells of one, and `made_at` when it was recorded (wall). `files` are those that go
    with it.
    """

    id: int
    key: str
    channel_id: str
    fact: Fact
    thread_ts: str = ""
    attempts: int = 0
    attempted_at: datetime | None = None
    searches: int = 0
    account: str = ""
    claimed_at: datetime | None = None
    about: str = ""
    made_at: datetime | None = None
    files: Preparation = NOTHING_PREPARED


def outlives_access(fact: Fact) -> bool:
    """Whether it is still worth telling when a closed channel opens again.

    A line about a command is not: the one who gave it was answered at once. Nor is a greeting, or a
    digest, of which the next is as good.
    """
    asked = StopAsked | VersionAsked | RightsChanged | ChartAsked | ComparisonAsked
    return not isinstance(fact, asked | Arrived | Digest)


def own_thread(fact: Fact) -> str:
    """The thread that a fact names itself; empty where that of its thing's card is meant."""
    return fact.thread_ts if isinstance(fact, ChartAsked | ComparisonAsked) else ""


def placed(announcement: Announcement) -> Announcement:
    """The announcement with a thread only where its fact belongs in one."""
    if placement(announcement.fact) in (Placement.CARD, Placement.CHANNEL):
        return replace(announcement, thread_ts="")
    return announcement


@dataclass(frozen=True)
class Face:
    """What a card shows (world times).

    `seen_at` is when the thing was as it is shown, `ended_at` when the watch ended, where it did.
    """

    resource: Watchable
    watcher: str
    seen_at: datetime | None = None
    track: Track = field(default_factory=Track)
    glance: Glance | None = None
    muted_until: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Card:
    """The live message of a thing in a channel, and what it should show."""

    id: int
    channel_id: str
    ts: str
    account: str
    face: Face
