"""The live messages of watches: when one shows something old, and who shows it anew."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.glance import Glance
from bot.domain.watching import Card, Face
from bot.store import leases
from bot.store.codec import GLANCE, LOOK, TRACK
from bot.store.tables import cards, channels, is_stale, things, watches


async def open_card(
    connection: AsyncConnection, watch: int, announcement: int, *, whole: bool
) -> None:
    """A watch's card, which an announcement posts.

    What is posted shows one look. Where that is not the `whole` of what there is to show, it is to
    be shown anew.
    """
    values = {"wanted": 1, "claimed": 1, "shown": 1 if whole else 0, "ts": ""}
    await connection.execute(
        insert(cards).values(watch_id=watch, announcement_id=announcement, **values)
    )


async def want(
    connection: AsyncConnection, *which: ColumnElement[bool], at_once: bool = True
) -> None:
    """Have the cards of these watches shown anew.

    `at_once`: a card that contradicts what is told beneath it does not wait for its pause.
    """
    theirs = cards.c.watch_id.in_(select(watches.c.id).where(*which))
    values: dict[str, Any] = {"wanted": cards.c.wanted + 1}
    if at_once:
        values["next_edit_at"] = None
    await connection.execute(update(cards).where(theirs).values(values))


def glance_of(text: str) -> Glance | None:
    """What a thing's row says that its cards show; None where it says nothing."""
    return GLANCE.read(text) if text else None


async def posted(connection: AsyncConnection, announcement: int, ts: str) -> None:
    """Note where the card stands that an announcement has posted, if it is one that does."""
    await connection.execute(
        update(cards).where(cards.c.announcement_id == announcement).values(ts=ts)
    )


async def claim(
    connection: AsyncConnection, holder: str, wall: datetime, lease: timedelta, limit: int
) -> Sequence[Card]:
    """Cards that show something old and may be edited now, with the newest look of the thing."""
    stale = (
        select(cards.c.id)
        .join(watches, watches.c.id == cards.c.watch_id)
        .join(channels, channels.c.channel_id == watches.c.channel_id)
        .where(
            is_stale,
            cards.c.ts != "",
            channels.c.blocked == "",
            leases.has_come(cards.c.next_edit_at, wall),
            leases.has_come(cards.c.lease_until, wall),
        )
        .order_by(cards.c.next_edit_at.nulls_first(), cards.c.id)
        .limit(limit)
    )
    taken = await connection.scalars(
        update(cards)
        .where(cards.c.id.in_(select(leases.untaken(stale, of=cards).c.id)))
        .values(claimed=cards.c.wanted, lease_until=leases.until(wall, lease), holder=holder)
        .returning(cards.c.id)
    )
    return await _read(connection, taken.all())


async def shown(
    connection: AsyncConnection, card: int, holder: str, at: datetime, next_edit: datetime
) -> None:
    """Note that a card shows what it was claimed to show, unless another has it in hand now."""
    await connection.execute(
        update(cards)
        .where(cards.c.id == card, cards.c.holder == holder)
        .values(shown=cards.c.claimed, shown_at=at, next_edit_at=next_edit, **leases.FREE)
    )


async def rest(connection: AsyncConnection, card: int, holder: str, next_edit: datetime) -> None:
    """Leave a card as it is for now."""
    await connection.execute(
        update(cards)
        .where(cards.c.id == card, cards.c.holder == holder)
        .values(next_edit_at=next_edit, **leases.FREE)
    )


async def gone(connection: AsyncConnection, card: int, ts: str) -> None:
    """Note that a card does not stand there any more."""
    await connection.execute(
        update(cards)
        .where(cards.c.id == card, cards.c.ts == ts)
        .values(ts="", shown=cards.c.wanted, **leases.FREE)
    )


async def moved(connection: AsyncConnection, announcement: int, ts: str) -> None:
    """Note that a card stands elsewhere, where an announcement has one."""
    standing = (cards.c.announcement_id == announcement, cards.c.ts != "")
    await connection.execute(update(cards).where(*standing).values(ts=ts))


async def _read(connection: AsyncConnection, ids: Sequence[int]) -> Sequence[Card]:
    if not ids:
        return []
    rows = await connection.execute(
        select(cards.c.id, cards.c.ts, watches.c.channel_id, watches.c.owner)
        .add_columns(watches.c.muted_until, watches.c.ended_at)
        .add_columns(things.c.account, things.c.look, things.c.track, things.c.glance)
        .join(watches, watches.c.id == cards.c.watch_id)
        .join(things, things.c.id == watches.c.thing_id)
        .where(cards.c.id.in_(ids))
        .order_by(cards.c.id)
    )
    return [_card(row) for row in rows]


def _card(row: Row[*tuple[Any, ...]]) -> Card:
    look = LOOK.read(row.look)
    face = Face(
        look.resource,
        row.owner,
        look.at,
        TRACK.read(row.track),
        glance_of(row.glance),
        row.muted_until,
        row.ended_at,
    )
    return Card(row.id, row.channel_id, row.ts, row.account, face)
