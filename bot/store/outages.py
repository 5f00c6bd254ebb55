"""Accounts that do not serve, and what their channels are told of it: the Outages port."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.facts import Outage, OutageBegan, OutageEnded
from bot.domain.ports import Trouble
from bot.store.announcements import inserting_where_new
from bot.store.database import Database
from bot.store.tables import follow_is_live, follows, is_live, things, troubles, watches
from bot.store.telling import Teller

# After a shorter one what failed is looked at again soon enough by itself.
_NOTABLE = timedelta(minutes=1)

_OPEN = select(troubles)


class StoredOutages:
    """Accounts that do not serve, as all processes know it."""

    def __init__(self, database: Database, teller: Teller) -> None:
        self._database = database
        self._teller = teller

    async def open(self) -> Mapping[str, Trouble]:
        """Those that do not serve now."""
        async with self._database.reading() as connection:
            rows = await connection.execute(_OPEN)
            return {
                row.account: Trouble(Outage(row.sort), row.since, row.told_at is not None)
                for row in rows
            }

    async def began(self, account: str, outage: Outage, at: datetime) -> None:
        """An account does not serve (world time); a newer reason takes the place of an older."""
        async with self._database.writing(durable=False) as connection:
            first = inserting_where_new(connection, troubles, troubles.c.account)
            await connection.execute(first.values(account=account, sort=outage, since=at))
            await connection.execute(
                update(troubles).where(troubles.c.account == account).values(sort=outage)
            )

    async def tell(self, account: str, at: datetime) -> None:
        """Owe the account's channels the news that it does not serve, once (world time)."""
        async with self._database.writing() as connection:
            told = await connection.execute(
                update(troubles)
                .where(troubles.c.account == account, troubles.c.told_at.is_(None))
                .values(told_at=at)
                .returning(troubles.c.sort, troubles.c.since)
            )
            for row in told.all():
                fact = OutageBegan(account, Outage(row.sort), row.since)
                heard = [(each, fact) for each in await _channels(connection, account)]
                await self._teller.tell(connection, account, heard)

    async def over(self, account: str, at: datetime) -> None:
        """It serves again (world time): whoever was told otherwise is told, and all are looked at.

        What could not be looked at meanwhile is due at once, so that what happened is told soon.
        """
        async with self._database.writing() as connection:
            ended = await connection.execute(
                delete(troubles)
                .where(troubles.c.account == account)
                .returning(troubles.c.sort, troubles.c.since, troubles.c.told_at)
            )
            for row in ended.all():
                if at - row.since >= _NOTABLE:
                    await _hurry(connection, account, at)
                if row.told_at is not None:
                    fact = OutageEnded(account, Outage(row.sort), row.since, at)
                    heard = [(each, fact) for each in await _channels(connection, account)]
                    await self._teller.tell(connection, account, heard)


async def _hurry(connection: AsyncConnection, account: str, at: datetime) -> None:
    """What could not be looked at is due at once."""
    failing = (things.c.account == account, things.c.failures > 0)
    await connection.execute(
        update(things).where(*failing, things.c.next_look_at > at).values(next_look_at=at)
    )


async def _channels(connection: AsyncConnection, account: str) -> Collection[str]:
    """Where something of the account is watched or followed; in one order always."""
    watching = (
        select(watches.c.channel_id)
        .join(things, things.c.id == watches.c.thing_id)
        .where(things.c.account == account, is_live)
    )
    following = select(follows.c.channel_id).where(follows.c.account == account, follow_is_live)
    return sorted(await connection.scalars(union(watching, following)))
