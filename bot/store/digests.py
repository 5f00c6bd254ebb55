"""The digests that channels are owed, one a local day: the Digests port.

A row, unique by channel and local date, is written in the transaction that owes the message: of
several processes, of one before and one after a restart, and whatever a clock says, one makes it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.digesting import LONGEST_TOLD, Seen, digest
from bot.domain.digests import Digest
from bot.domain.facts import SCHEMA_VERSION
from bot.domain.hours import DailyTime
from bot.domain.ports import Clock
from bot.domain.resources import Phase
from bot.store.announcements import inserting_where_new, owe
from bot.store.codec import LOOK, TRACK
from bot.store.database import Database
from bot.store.settings import SETTINGS
from bot.store.tables import channels, digests, is_live, things, watches

# No digest is planned further ahead: what is was planned by a clock that ran ahead.
_HORIZON = timedelta(days=3)

# How far back the first digest of a channel looks.
_A_DAY = timedelta(days=1)

_FINAL = [phase for phase in Phase if phase.is_final]


class StoredDigests:
    """Makes the digests that are due."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def due(self, world: datetime) -> Sequence[str]:
        """The channels that are owed a digest by now (world time)."""
        found = select(channels.c.channel_id).where(_is_due(world)).order_by(channels.c.digest_at)
        async with self._database.reading() as connection:
            return (await connection.scalars(found)).all()

    async def make(self, channel_id: str, world: datetime) -> bool:
        """Owe a channel the digest that is due, and plan the next; False where none was due.

        One digest a local day, and one after an outage of days. Nothing is told where there is
        nothing to tell, or where the channel cannot be written to.
        """
        channel = (
            select(channels.c.channel_id, channels.c.settings, channels.c.blocked)
            .where(channels.c.channel_id == channel_id, _is_due(world))
            .with_for_update(key_share=True)
        )
        async with self._database.writing() as connection:
            row = (await connection.execute(channel)).one_or_none()
            daily = SETTINGS.read(row.settings).digest if row else None
            if row is None or daily is None:
                return False
            told = await self._turn_page(connection, channel_id, daily, world)
            if told is None or told.is_empty or row.blocked:
                return False
            # No account of its own: the things are named, each with what it is.
            await owe(connection, channel_id, "", told, self._clock.wall())
        return True

    async def _turn_page(
        self, connection: AsyncConnection, channel_id: str, daily: DailyTime, world: datetime
    ) -> Digest | None:
        """Note that the day's digest is made, and what it tells; None where it was made before."""
        earlier = (digests.c.channel_id == channel_id, digests.c.made_at < world)
        last = await connection.scalar(select(func.max(digests.c.made_at)).where(*earlier))
        day = daily.last_day(world)
        row = {"channel_id": channel_id, "local_date": day.isoformat(), "made_at": world}
        noting = inserting_where_new(connection, digests, *digests.primary_key)
        noted = await connection.execute(noting.values(row))
        await connection.execute(
            update(channels)
            .where(channels.c.channel_id == channel_id)
            .values(digest_at=daily.next_after(world, day))
        )
        if noted.rowcount != 1:
            return None
        since = max(last or world - _A_DAY, world - LONGEST_TOLD)
        ended = await _seen(connection, channel_id, _has_ended(since))
        return digest(since, world, ended, await _seen(connection, channel_id, is_live))


def _is_due(world: datetime) -> ColumnElement[bool]:
    return or_(channels.c.digest_at <= world, channels.c.digest_at > world + _HORIZON)


def _has_ended(since: datetime) -> ColumnElement[bool]:
    return (watches.c.ended_at > since) & things.c.phase.in_(_FINAL)


async def _seen(
    connection: AsyncConnection, channel_id: str, which: ColumnElement[bool]
) -> Sequence[Seen]:
    """The things of a channel's watches, in the order in which they came."""
    found = (
        select(things.c.look, things.c.track, things.c.failures)
        .where(
            things.c.id.in_(
                select(watches.c.thing_id)
                .join(things, things.c.id == watches.c.thing_id)
                .where(watches.c.channel_id == channel_id, which)
            ),
            # What a newer neighbour has written only it can tell.
            things.c.schema_version <= SCHEMA_VERSION,
        )
        .order_by(things.c.id)
    )
    return [_as_seen(row) for row in await connection.execute(found)]


def _as_seen(row: Row[*tuple[Any, ...]]) -> Seen:
    look = LOOK.read(row.look)
    return Seen(look.resource, look.at, TRACK.read(row.track), row.failures)
