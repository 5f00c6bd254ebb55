"""Removing what is over and long settled, a little at a time.

A thing is forgotten as a whole, with all its watches and cards, so that what is left of its
story never has a gap. Whatever was watched is noted as known when it is forgotten: a watch that
has ended is what keeps a run from being announced anew, and the note takes its place.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import Kind
from bot.domain.ports import Clock
from bot.store import leases
from bot.store.announcements import inserting_where_new
from bot.store.database import Database
from bot.store.tables import (
    announcements,
    cards,
    follows,
    is_owed,
    is_stale,
    known_runs,
    things,
    watches,
)

# How many are removed in one transaction, so that nobody waits long behind it. A thing counts
# once and brings a watch and a card for each of its channels.
BATCH = 200
THINGS_BATCH = 50

_other = watches.alias("other")


class StoredHistory:
    """What is over: announcements that were settled, things that nobody watches, ended follows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def forget_some(self, kept: timedelta) -> int:
        """Remove a batch of each kind of what has been over for longer than `kept`; how many rows.

        0 where nothing is left to remove, or another process has it in hand. What would merely
        be removed again need not outlive a loss of power.
        """
        world, wall = self._clock.world(), self._clock.wall()
        async with self._database.writing(durable=False) as connection:
            removed = await _forget_things(connection, world - kept, world)
        async with self._database.writing(durable=False) as connection:
            removed += await _remove(connection, announcements, _settled(wall - kept))
        async with self._database.writing(durable=False) as connection:
            removed += await _remove(connection, follows, _ended_follows(world - kept))
        return removed


async def _remove(connection: AsyncConnection, table: Table, rows: Select[Any]) -> int:
    free = select(leases.untaken(rows, of=table).c.id)
    removal = delete(table).where(table.c.id.in_(free)).returning(table.c.id)
    # Python's driver counts no rows of a statement that begins WITH
    # (https://docs.python.org/3/library/sqlite3.html#sqlite3.Cursor.rowcount).
    return len((await connection.scalars(removal)).all())


def _settled(before: datetime) -> Select[Any]:
    """The oldest announcements that nothing needs any more (wall time).

    A card's goes after the card. One that may stand twice stays until that was looked into,
    which is never done for one that was parked.
    """
    return (
        select(announcements.c.id)
        .where(
            announcements.c.settled_at < before,
            or_(announcements.c.check_at.is_(None), announcements.c.state != "sent"),
            ~exists().where(cards.c.announcement_id == announcements.c.id),
        )
        .order_by(announcements.c.settled_at)
        .limit(BATCH)
    )


def _ended_follows(before: datetime) -> Select[Any]:
    """The oldest follows that ended before then (world time)."""
    return (
        select(follows.c.id).where(follows.c.ended_at < before).order_by(follows.c.id).limit(BATCH)
    )


async def _forget_things(connection: AsyncConnection, before: datetime, world: datetime) -> int:
    over = (await connection.execute(_over(before))).all()
    if not over:
        return 0
    numbers = [row.id for row in over]
    await _note_runs(connection, over, world)
    theirs = select(watches.c.id).where(watches.c.thing_id.in_(numbers))
    removals = (
        delete(cards).where(cards.c.watch_id.in_(theirs)),
        delete(watches).where(watches.c.thing_id.in_(numbers)),
        delete(things).where(things.c.id.in_(numbers)),
    )
    return sum([(await connection.execute(removal)).rowcount for removal in removals])


async def _note_runs(connection: AsyncConnection, over: list[Row[Any]], world: datetime) -> None:
    """They are no news any more, to a follow that never came across them either."""
    runs = {(row.account, row.resource_id) for row in over if _is_run(row.resource_id)}
    # In one order always, so that two replicas never wait for each other.
    rows = [{"account": each, "run_id": run, "noted_at": world} for each, run in sorted(runs)]
    if rows:
        noting = inserting_where_new(connection, known_runs, *known_runs.primary_key)
        await connection.execute(noting, rows)


def _is_run(resource_id: str) -> bool:
    return resource_id.startswith(f"{Kind.TASK}-")


def _over(before: datetime) -> Select[Any]:
    """The things of which the last watch ended before then (world time), the oldest first.

    Whoever begins to watch a thing locks its row and makes it due, so that it is passed over
    here from then on.
    """
    old = _unneeded(before).cte("old")
    return (
        select(things.c.id, things.c.account, things.c.resource_id)
        .join(old, old.c.thing_id == things.c.id)
        .where(things.c.next_look_at.is_(None))
        .with_for_update(of=things, skip_locked=True)
    )


def _unneeded(before: datetime) -> Select[Any]:
    """Each thing is found by its newest watch, by way of the index of ended ones."""
    of_same = _other.c.thing_id == watches.c.thing_id
    return (
        select(watches.c.thing_id)
        .where(
            watches.c.ended_at < before,
            ~exists().where(of_same, _other.c.id > watches.c.id),
            ~exists().where(of_same, _is_needed(before)),
        )
        .order_by(watches.c.ended_at)
        .limit(THINGS_BATCH)
    )


def _is_needed(before: datetime) -> ColumnElement[bool]:
    """Whether a watch is live or young, or its channel is yet to be shown or told something.

    A channel that cannot be written to may be so for long, and hears then what it has missed, in
    the threads of the cards that it has.
    """
    stale = exists().where(cards.c.watch_id == _other.c.id, cards.c.ts != "", is_stale)
    owed = exists().where(is_owed, announcements.c.channel_id == _other.c.channel_id)
    return or_(_other.c.ended_at.is_(None), _other.c.ended_at >= before, stale, owed)
