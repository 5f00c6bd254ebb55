"""Announcements that perhaps stand twice in their channel: the Repeats port.

Where the outcome of an attempt was unclear, the channel was searched in vain and the announcement
was sent again, the first attempt may still take effect, or have been there all along. Such a
message is looked after when it was sent, and a repeat is taken away.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.facts import SCHEMA_VERSION
from bot.domain.ports import Posted, Repeated
from bot.store import cards, heads, leases
from bot.store.database import Database
from bot.store.tables import announcements


async def suspect(connection: AsyncConnection, announcement: int, ts: str, wall: datetime) -> None:
    """An announcement stands at `ts` too: look after it at once where another place is noted."""
    await connection.execute(
        update(announcements)
        .where(
            announcements.c.id == announcement,
            announcements.c.state == "sent",
            announcements.c.ts != ts,
        )
        .values(check_at=wall)
    )


class StoredRepeats:
    """Announcements that were sent again after an unclear outcome."""

    def __init__(self, database: Database, now: leases.Now) -> None:
        self._database = database
        self._now = now

    async def claim(self, lease: timedelta, limit: int) -> Sequence[Repeated]:
        """Those that it is time to look after, each claimed for so long."""
        async with self._database.writing(durable=False) as connection:
            wall = await self._now(connection)
            ripe = (
                select(announcements.c.id)
                .where(
                    announcements.c.state == "sent",
                    announcements.c.check_at <= wall,
                    # What a newer neighbour has written is its own to look after.
                    announcements.c.schema_version <= SCHEMA_VERSION,
                )
                .order_by(announcements.c.check_at)
                .limit(limit)
            )
            taken = await connection.scalars(
                update(announcements)
                .where(announcements.c.id.in_(select(leases.untaken(ripe, of=announcements).c.id)))
                .values(check_at=leases.until(wall, lease))
                .returning(announcements.c.id)
            )
            rows = await connection.execute(
                select(announcements, heads.thread().label("thread_ts"))
                .where(announcements.c.id.in_(taken.all()))
                .order_by(announcements.c.id)
            )
            return [repeated for row in rows if (repeated := _repeated(row)) is not None]

    async def checked(self, repeated: Repeated, kept: Posted, next_check: timedelta | None) -> None:
        """It was looked after, and stands where `kept` says; look again then, or never."""
        async with self._database.writing() as connection:
            again = None if next_check is None else await self._now(connection) + next_check
            await connection.execute(
                update(announcements)
                .where(announcements.c.id == repeated.announcement.id)
                .values(ts=kept.ts, check_at=again, checks=announcements.c.checks + 1)
            )
            await cards.moved(connection, repeated.announcement.id, kept.ts)

    async def put_off(self, repeated: Repeated, pause: timedelta) -> None:
        """It could not be looked after: try again after a pause."""
        async with self._database.writing(durable=False) as connection:
            again = await self._now(connection) + pause
            await connection.execute(
                update(announcements)
                .where(announcements.c.id == repeated.announcement.id)
                .values(check_at=again)
            )


def _repeated(row: Row[tuple[object, ...]]) -> Repeated | None:
    announcement = heads.readable(row)
    if announcement is None:
        return None
    posted = Posted(row.posted_in, row.ts)
    return Repeated(announcement, posted, since=row.made_at, checks=row.checks)
