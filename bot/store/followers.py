"""The channels that follow a thing: what each is to hear of it, and which alarms it had."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alarms import begins_anew, raised
from bot.domain.facts import Alarmed, Fact, Notify, heard_by
from bot.domain.mentions import addressed
from bot.domain.watching import Found, Thing
from bot.store.settings import SETTINGS
from bot.store.tables import channels, is_live, things, watches
from bot.store.telling import Teller
from bot.store.things import named


async def tell(
    connection: AsyncConnection,
    thing: int,
    account: str,
    facts: Sequence[Fact],
    teller: Teller,
    found: Found | None = None,
) -> None:
    """Owe each follower the facts that it wants to hear, then the alarms of what was found.

    An alarm counts as raised where nobody hears it: what a muted channel misses stays untold.
    """
    heard: list[tuple[str, Fact]] = []
    for row in (await connection.execute(_followers(thing))).all():
        had = () if begins_anew(facts) else tuple(row.alarmed.split())
        alarms = _alarms(row, found, had)
        await _note(connection, row, (*had, *(each.symptom.type for each in alarms)))
        told = (*facts, *alarms)
        world = teller.clock.world()
        heard += [
            (row.channel_id, addressed(fact, row.mention))
            for fact in told
            if _hears(row, fact, world)
        ]
    await teller.tell(connection, account, heard)


async def are_alarmed(connection: AsyncConnection, thing: Thing, found: Found) -> bool:
    """Whether what was found is an alarm for a follower that did not have it yet."""
    row = select(things.c.id).where(named(thing)).scalar_subquery()
    followers = (await connection.execute(_followers(row))).all()
    return any(_alarms(each, found, each.alarmed.split()) for each in followers)


def _followers(thing: int | ScalarSelect[int]) -> Select[Any]:
    return (
        select(watches.c.id, watches.c.channel_id, watches.c.notify)
        .add_columns(watches.c.muted_until, watches.c.alarmed, watches.c.mention)
        .add_columns(channels.c.settings)
        .join(channels, channels.c.channel_id == watches.c.channel_id)
        .where(watches.c.thing_id == thing, is_live)
        .order_by(watches.c.id)
    )


def _alarms(row: Row[*tuple[Any, ...]], found: Found | None, had: Sequence[str]) -> list[Alarmed]:
    if found is None or not found.symptoms:
        return []
    limits = SETTINGS.read(row.settings).alarms
    return [Alarmed(found.look.resource, each) for each in raised(found.symptoms, limits, had)]


def _hears(row: Row[*tuple[Any, ...]], fact: Fact, world: datetime) -> bool:
    muted = row.muted_until is not None and world < row.muted_until
    return Notify(row.notify) in heard_by(fact, muted=muted)


async def _note(
    connection: AsyncConnection, row: Row[*tuple[Any, ...]], alarmed: Sequence[str]
) -> None:
    words = " ".join(alarmed)
    if words != row.alarmed:
        this = watches.c.id == row.id
        await connection.execute(update(watches).where(this).values(alarmed=words))
