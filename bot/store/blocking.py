"""Channels that the bot cannot write to, and the people who should hear of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.facts import AccessGone
from bot.domain.watching import Announcement
from bot.store.announcements import know_channel, owe
from bot.store.tables import announcements, channels, is_live, things, watches

# A person is no channel that somebody else could open to the bot. User ids begin with U or W.
# https://docs.slack.dev/reference/objects/user-object
_PERSON = ("U", "W")


async def block(connection: AsyncConnection, channel_id: str, reason: str) -> None:
    """Note why a channel cannot be written to; with an empty reason, that it can."""
    await connection.execute(
        update(channels).where(channels.c.channel_id == channel_id).values(blocked=reason)
    )


async def tell_owners(
    connection: AsyncConnection, announcement: Announcement, reason: str, wall: datetime
) -> None:
    """Owe each owner of a watch in the announcement's channel a word, each about one watch.

    The watch that the announcement speaks of counts too, where it has just ended: an end is
    what one wants least to miss.
    """
    channel_id = announcement.channel_id
    if channel_id.startswith(_PERSON):
        return
    for watch in _one_each(await _concerned(connection, announcement)):
        await know_channel(connection, watch.owner)
        gone = AccessGone(channel_id, watch.resource_id, reason)
        await owe(connection, watch.owner, watch.account, gone, wall)


async def _concerned(
    connection: AsyncConnection, announcement: Announcement
) -> Iterable[Row[*tuple[Any, ...]]]:
    spoken_of = (
        select(func.max(watches.c.id))
        .join(things, things.c.id == watches.c.thing_id)
        .join(
            announcements,
            and_(
                announcements.c.account == things.c.account,
                announcements.c.resource_id == things.c.resource_id,
                announcements.c.channel_id == watches.c.channel_id,
            ),
        )
        .where(announcements.c.id == announcement.id)
        .scalar_subquery()
    )
    found = await connection.execute(
        select(watches.c.owner, things.c.account, things.c.resource_id)
        .join(things, things.c.id == watches.c.thing_id)
        .where(
            watches.c.channel_id == announcement.channel_id,
            or_(is_live, watches.c.id == spoken_of),
        )
        .order_by(watches.c.id)
    )
    return found.all()


def _one_each(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Row[*tuple[Any, ...]]]:
    """One row of each owner; in one order always, so that two such transactions never lock."""
    first: dict[str, Row[*tuple[Any, ...]]] = {}
    for row in rows:
        first.setdefault(row.owner, row)
    return [first[owner] for owner in sorted(first)]
