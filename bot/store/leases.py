"""Whose turn it is: whether a lease has run out or a wait is over, by the clock that all share."""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, BindParameter, Column, ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ports import Clock
from bot.store.database import Database
from bot.store.tables import (
    announcements,
    cards,
    channels,
    is_owed,
    is_stale,
    things,
    turns,
)

#: What a row says that nobody has in hand.
FREE: Mapping[str, Any] = {"lease_until": None, "holder": ""}

#: What a channel's row says to which nothing is being sent.
AT_REST: Mapping[str, Any] = {**FREE, "gathers_until": None}

_ON_SERVER = select(func.clock_timestamp())

#: The present moment (wall) on the clock that leases, pauses and attempts are counted on.
Now = Callable[[AsyncConnection], Awaitable[datetime]]


def shared_clock(clock: Clock) -> Now:
    """The clock of all who share a database: a server's own, else the only process's.

    A server's moment is that of the call, not of the transaction's begin: a transaction may
    have waited for a lock meanwhile. A process that is alone counts from its start, so that
    nothing waits for a wall clock that was set back.
    """
    began, mark = clock.wall(), time.monotonic()

    async def now(connection: AsyncConnection) -> datetime:
        if connection.dialect.name != "postgresql":
            return began + timedelta(seconds=time.monotonic() - mark)
        present: datetime = (await connection.execute(_ON_SERVER)).scalar_one()
        return present

    return now


def has_come(moment: Column[Any], now: datetime | BindParameter[Any]) -> ColumnElement[bool]:
    """Whether a time is past, or none was set: a lease has run out, a wait is over."""
    return or_(moment.is_(None), moment <= now)


def until(wall: datetime, lease: timedelta) -> datetime:
    """When a lease that is taken now runs out."""
    return wall + lease


def untaken(rows: Select[Any], of: Any) -> CTE:
    """The rows that no other process is about to claim, locked until the transaction ends.

    PostgreSQL passes over rows that others have locked; SQLite has one writer at a time
    and needs no locks. As a common table expression it is run once: as a subquery it could
    be run again for each row and lock more than its limit
    (https://www.postgresql.org/docs/current/sql-select.html, The Locking Clause).
    """
    return rows.with_for_update(skip_locked=True, key_share=True, of=of).cte("untaken")


async def release_all(database: Database) -> None:
    """Give back what an earlier process had in hand; for who has the database alone.

    What it was doing when it was killed is then looked into at once, and not when its leases
    have run out. What was to wait is tried at once as well: its clock may have been another.
    """
    async with database.writing() as connection:
        await connection.execute(update(channels).values(**AT_REST))
        for table in (things, cards, turns):
            await connection.execute(update(table).values(**FREE))
        waits = announcements.c.not_before.is_not(None)
        await connection.execute(
            update(announcements).where(waits, is_owed).values(not_before=None)
        )
        await connection.execute(update(cards).where(is_stale).values(next_edit_at=None))
