"""Watches, the things they follow, and the announcements that come of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.changes import Look
from bot.domain.facts import (
    Actors,
    ApprovalAsked,
    ApprovalEnded,
    CardOpened,
    CutOff,
    Fact,
    FollowExpired,
    JobGone,
    Moved,
    Notify,
    RightsChanged,
    RunAppeared,
    StopAsked,
    VersionAsked,
    loudest,
)
from bot.domain.ids import ResourceId

#: How long a watch lasts where nobody says otherwise.
DEFAULT_LIFETIME = timedelta(days=14)
LONGEST_LIFETIME = timedelta(days=90)


@dataclass(frozen=True)
class Thing:
    """Something at Qianfan in one account: what is looked at, however many watch it."""

    account: str
    id: ResourceId


@dataclass(frozen=True)
class Watch:
    """A channel follows a thing until its end, or until the watch's time is up (world time).

    `blocked` says why the bot cannot write there, where it cannot.
    """

    thing: Thing
    channel_id: str
    owner: str
    since: datetime
    until: datetime
    notify: Notify = Notify.ALL
    blocked: str = ""


def widened(watch: Watch, asked: Watch) -> Watch:
    """Another's watch as somebody may renew it who may not end it: longer or louder, never less."""
    notify = loudest(watch.notify, asked.notify)
    return replace(watch, until=max(watch.until, asked.until), notify=notify)


@dataclass(frozen=True)
class Watched:
    """A watch with what was last seen of its thing."""

    watch: Watch
    look: Look


@dataclass(frozen=True)
class Duty:
    """A thing that is due to be looked at, claimed by this process for a while.

    `version` grows with each recorded look, so that a late record of an older one is refused.
    `failures` and `denials` count, in a row, the looks that failed and those of them in which
    Qianfan said that it does not know the id.
    """

    thing: Thing
    last: Look
    version: int
    running_since: datetime | None = None
    failures: int = 0
    denials: int = 0
    stop_asked_by: Actors | None = None


class Placement(StrEnum):
    """Where in a channel an announcement goes."""

    CARD = "card"
    CHANNEL = "channel"
    THREAD = "thread"
    THREAD_AND_CHANNEL = "thread and channel"


def placement(fact: Fact) -> Placement:
    """Where a fact belongs: transitions in the card's thread, ends in the channel as well."""
    match fact:
        case CardOpened():
            return Placement.CARD
        case StopAsked() | VersionAsked() | RunAppeared() | FollowExpired() | CutOff():
            return Placement.CHANNEL
        case JobGone() | ApprovalAsked() | ApprovalEnded() | RightsChanged():
            return Placement.CHANNEL
        case Moved(resource=resource) if resource.phase.is_final:
            return Placement.THREAD_AND_CHANNEL
        case Moved():
            return Placement.THREAD
        case _:
            return Placement.THREAD_AND_CHANNEL


@dataclass(frozen=True)
class Announcement:
    """One message that a channel is owed, and how far it has come.

    `key` travels in the message's metadata, so that it can be found again in the channel.
    `attempted_at` is the last attempt whose outcome is not known (wall time); `searches`
    counts how often it was looked for since then, in vain.
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


def outlives_access(fact: Fact) -> bool:
    """Whether it is still worth telling when a closed channel opens again.

    A line about a command is not: the one who gave it was answered at once.
    """
    return not isinstance(fact, StopAsked | VersionAsked | RightsChanged)


def placed(announcement: Announcement) -> Announcement:
    """The announcement with a thread only where its fact belongs in one."""
    if placement(announcement.fact) in (Placement.CARD, Placement.CHANNEL):
        return replace(announcement, thread_ts="")
    return announcement


@dataclass(frozen=True)
class Card:
    """The live message of a thing in a channel, and the look it should show."""

    id: int
    channel_id: str
    ts: str
    account: str
    look: Look
    watcher: str
