"""Channels that the bot cannot write to, and the people who should hear of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.facts import AccessGone, Undeliverable
from bot.domain.following import Selection, What
from bot.domain.gathering import ends_of
from bot.domain.watching import Announcement
from bot.store.announcements import about, know_channel, owe
from bot.store.tables import (
    channels,
    follow_is_live,
    follows,
    is_live,
    things,
    watches,
)
from bot.wording.follows import line

# A person is no channel that somebody else could open to the bot. User ids begin with U or W.
# https://docs.slack.dev/reference/objects/user-object
_PERSON = ("U", "W")


async def block(connection: AsyncConnection, channel_id: str, reason: str) -> None:
    """Note why a channel cannot be written to; with an empty reason, that it can."""
    await connection.execute(
        update(channels).where(channels.c.channel_id == channel_id).values(blocked=reason)
    )


@dataclass(frozen=True)
class _Concern:
    """Somebody to tell: the id that is watched for them, or the command line of their follow."""

    owner: str
    account: str
    about: str


async def tell_owners(
    connection: AsyncConnection, announcement: Announcement, reason: str, wall: datetime
) -> None:
    """Owe each owner of a watch or follow in the announcement's channel a word, each about one.

    A watch that the announcement speaks of counts too, where it has just ended: an end is what
    one wants least to miss.
    """
    channel_id = announcement.channel_id
    if channel_id.startswith(_PERSON):
        return
    watching = await _watching(connection, announcement)
    for concern in _one_each([*watching, *await _following(connection, channel_id)]):
        await know_channel(connection, concern.owner)
        gone = AccessGone(channel_id, concern.about, reason)
        await owe(connection, concern.owner, concern.account, gone, wall)


async def tell_of_parked(
    connection: AsyncConnection, announcement: Announcement, reason: str, wall: datetime
) -> None:
    """Owe the owner of each watch that the announcement speaks of a word, where there is one."""
    found = await connection.execute(
        select(watches.c.owner, things.c.account, things.c.resource_id)
        .join(things, things.c.id == watches.c.thing_id)
        .where(watches.c.id.in_(_spoken_of(announcement)))
        .order_by(watches.c.id)
    )
    for row in found.all():
        await know_channel(connection, row.owner)
        untold = Undeliverable(announcement.channel_id, row.resource_id, reason)
        await owe(connection, row.owner, row.account, untold, wall)


def _spoken_of(announcement: Announcement) -> Select[Any]:
    """The newest watch, in its channel, of each thing that the announcement tells of."""
    ends = ends_of(announcement.fact)
    ids = [end.resource.id.text for end in ends] or [about(announcement.fact)]
    return (
        select(func.max(watches.c.id))
        .join(things, things.c.id == watches.c.thing_id)
        .where(
            things.c.account == announcement.account,
            things.c.resource_id.in_(ids),
            watches.c.channel_id == announcement.channel_id,
        )
        .group_by(watches.c.thing_id)
    )


async def _watching(connection: AsyncConnection, announcement: Announcement) -> Sequence[_Concern]:
    found = await connection.execute(
        select(watches.c.owner, things.c.account, things.c.resource_id)
        .join(things, things.c.id == watches.c.thing_id)
        .where(
            watches.c.channel_id == announcement.channel_id,
            or_(is_live, watches.c.id.in_(_spoken_of(announcement))),
        )
        .order_by(watches.c.id)
    )
    return [_Concern(row.owner, row.account, row.resource_id) for row in found]


async def _following(connection: AsyncConnection, channel_id: str) -> Sequence[_Concern]:
    found = await connection.execute(
        select(follows.c.owner, follows.c.account, follows.c.what, follows.c.value)
        .where(follows.c.channel_id == channel_id, follow_is_live)
        .order_by(follows.c.id)
    )
    return [
        _Concern(row.owner, row.account, line(Selection(What(row.what), row.value)))
        for row in found
    ]


def _one_each(concerns: Iterable[_Concern]) -> list[_Concern]:
    """The first of each owner; in one order always, so that two such transactions never lock."""
    first: dict[str, _Concern] = {}
    for concern in concerns:
        first.setdefault(concern.owner, concern)
    return [first[owner] for owner in sorted(first)]
