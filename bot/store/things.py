"""The things that are looked at: the steps of which the Watches port's transactions are made.

Every transaction that begins or ends a watch locks the thing's row first, so that on
PostgreSQL too they come one after the other.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.changes import Look
from bot.domain.facts import SCHEMA_VERSION
from bot.domain.glance import first_glance
from bot.domain.watching import Found, Thing
from bot.store import leases
from bot.store.announcements import inserting_where_new
from bot.store.codec import GLANCE, LOOK, TRACK
from bot.store.tables import is_live, things, watches


def named(thing: Thing) -> Any:
    """The condition that picks a thing's row."""
    return (things.c.account == thing.account) & (things.c.resource_id == thing.id.text)


async def lock(connection: AsyncConnection, thing: Thing) -> int | None:
    """The number of a thing's row, locked until the transaction ends; None where it has none."""
    row: int | None = await connection.scalar(_locking(thing, things.c.id))
    return row


async def meet(
    connection: AsyncConnection, thing: Thing, look: Look, world: datetime
) -> Row[tuple[int, str]]:
    """The id of a thing that is to be followed, and what is to be shown of it; it is due now.

    The look is taken over where nobody follows the thing yet. Else the stored one stays, so
    that the channels that follow it already miss no transition.
    """
    seen = _seen(look)
    new = {"account": thing.account, "resource_id": thing.id.text, "version": 0}
    unfailed = {"failures": 0, "denials": 0}
    adding = inserting_where_new(connection, things, things.c.account, things.c.resource_id)
    row = None
    while row is None:  # it may be cleared away between the two
        await connection.execute(adding.values(**new, **unfailed, **seen))
        row = await lock(connection, thing)
    followed = await connection.scalar(select(_is_followed(row)))
    glance = GLANCE.write(first_glance(look))
    unknown = {"track": "{}", "expected_end_at": None, "glance": glance}
    taken_over: dict[str, Any] = {} if followed else {**seen, **unfailed, **unknown}
    met = await connection.execute(
        update(things)
        .where(things.c.id == row)
        .values(**taken_over, **_hurried(world))
        .returning(things.c.id, things.c.glance)
    )
    return met.one()


async def hurry(connection: AsyncConnection, row: int, world: datetime) -> None:
    """Have a thing that is followed looked at now, and refuse what is being seen of it."""
    await connection.execute(
        update(things).where(things.c.id == row, _is_followed(row)).values(_hurried(world))
    )


async def rest_if_left(connection: AsyncConnection, row: int) -> None:
    """Look at a thing no more where the last watch of it has ended."""
    await connection.execute(
        update(things)
        .where(things.c.id == row, ~_is_followed(row))
        .values(next_look_at=None, **leases.FREE, version=things.c.version + 1)
    )


def after(found: Found) -> dict[str, Any]:
    """What a thing's row holds after a look."""
    forgotten = {"stop_asked_by": None} if found.look.resource.phase.is_final else {}
    return {**forgotten, **recorded(found), "version": things.c.version + 1}


def recorded(found: Found) -> dict[str, Any]:
    """What every look writes down."""
    return {
        **_seen(found.look),
        "next_look_at": found.next_look,
        "track": TRACK.write(found.track),
        "expected_end_at": found.expected_end,
        "glance": GLANCE.write(found.glance),
        "failures": 0,
        "denials": 0,
        **leases.FREE,
    }


#: The columns that every look writes.
RECORDED = (
    "look",
    "schema_version",
    "looked_at",
    "phase",
    "next_look_at",
    "track",
    "expected_end_at",
    "glance",
    "failures",
    "denials",
    *leases.FREE,
)


def _seen(look: Look) -> dict[str, Any]:
    return {
        "look": LOOK.write(look),
        "schema_version": SCHEMA_VERSION,
        "looked_at": look.at,
        "phase": look.resource.phase,
    }


def _hurried(world: datetime) -> dict[str, Any]:
    # The version refuses a look that is in flight: it may have begun before what we know now.
    return {"next_look_at": world, **leases.FREE, "version": things.c.version + 1}


def _locking(thing: Thing, *columns: Any) -> Select[Any]:
    return select(*columns).where(named(thing)).with_for_update(key_share=True)


def _is_followed(row: int | None) -> Any:
    return exists(select(watches.c.id).where(watches.c.thing_id == row, is_live))
