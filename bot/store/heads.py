"""The first unsent announcement of each channel."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.attachments import NOTHING_PREPARED
from bot.domain.errors import StoreError
from bot.domain.facts import SCHEMA_VERSION
from bot.domain.watching import Announcement, Placement, own_thread, placement
from bot.store import leases
from bot.store.codec import FACT, FILES
from bot.store.tables import announcements, cards, channels, is_owed, things, watches

log = structlog.get_logger(__name__)

#: What nobody has ever tried to send.
is_fresh = is_owed & (announcements.c.state == "pending") & (announcements.c.attempts == 0)


def ready(wall: datetime, world: datetime, limit: int) -> Select[Any]:
    """The channels that nobody sends to and whose first announcement may be sent now."""
    heads = (
        select(func.min(announcements.c.id).label("id"))
        .where(_in_line(wall, world))
        .group_by(announcements.c.channel_id)
        .subquery()
    )
    return (
        select(channels.c.channel_id)
        .join(announcements, announcements.c.channel_id == channels.c.channel_id)
        .join(heads, heads.c.id == announcements.c.id)
        .where(
            leases.has_come(channels.c.lease_until, wall),
            leases.has_come(announcements.c.not_before, wall),
            # What a newer neighbour has written is its own to send.
            announcements.c.schema_version <= SCHEMA_VERSION,
        )
        .order_by(announcements.c.id)
        .limit(limit)
    )


async def read(
    connection: AsyncConnection, channel_ids: Sequence[str], wall: datetime, world: datetime
) -> Sequence[Announcement]:
    """The first announcement of each of these channels, with the thread it belongs to."""
    if not channel_ids:
        return []
    first = (
        select(func.min(announcements.c.id))
        .where(_in_line(wall, world), announcements.c.channel_id.in_(channel_ids))
        .group_by(announcements.c.channel_id)
    )
    rows = await connection.execute(
        select(announcements, thread().label("thread_ts"))
        .where(announcements.c.id.in_(first))
        .order_by(announcements.c.id)
    )
    read = [announcement for row in rows if (announcement := readable(row)) is not None]
    return [replace(each, claimed_at=wall) for each in read]


def _in_line(wall: datetime, world: datetime) -> ColumnElement[bool]:
    """Whether what comes after it has to wait for it.

    What was attempted keeps its place. What was not lets others go first while its channel wants
    quiet, or while more ends are gathered with it.
    """
    is_time = and_(
        leases.has_come(announcements.c.not_before, wall),
        leases.has_come(announcements.c.held_until, world),
    )
    return and_(is_owed, or_(not_(is_fresh), is_time))


def is_asleep(world: datetime) -> ColumnElement[bool]:
    """Whether its channel wants quiet, and does not hear it yet."""
    return is_fresh & (announcements.c.held_until > world)


def readable(row: Row[*tuple[Any, ...]]) -> Announcement | None:
    """The announcement; none where its fact cannot be read, which holds up its channel alone."""
    try:
        return _announcement(row)
    except StoreError:
        log.exception("an announcement cannot be read", key=row.key, channel=row.channel_id)
        return None


def thread() -> ScalarSelect[Any]:
    """Where the newest card stands that the channel has of the announcement's thing."""
    return (
        select(cards.c.ts)
        .join(watches, watches.c.id == cards.c.watch_id)
        .join(things, things.c.id == watches.c.thing_id)
        .where(
            watches.c.channel_id == announcements.c.channel_id,
            things.c.account == announcements.c.account,
            things.c.resource_id == announcements.c.resource_id,
            cards.c.ts != "",
        )
        .order_by(cards.c.id.desc())
        .limit(1)
        .correlate(announcements)
        .scalar_subquery()
    )


def _announcement(row: Row[*tuple[Any, ...]]) -> Announcement:
    fact = FACT.read(row.fact)
    thread_ts = own_thread(fact) or row.thread_ts or ""
    return Announcement(
        id=row.id,
        key=row.key,
        channel_id=row.channel_id,
        fact=fact,
        thread_ts="" if placement(fact) is Placement.CARD else thread_ts,
        attempts=row.attempts,
        attempted_at=row.attempted_at,
        searches=row.searches,
        account=row.account,
        about=row.resource_id,
        made_at=row.made_at,
        files=FILES.read(row.files) if row.files else NOTHING_PREPARED,
    )
