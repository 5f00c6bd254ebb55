"""Who follows what, and where: the Watches port."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Row,
    Select,
    Update,
    bindparam,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.changes import Look
from bot.domain.facts import Actors, CardOpened, Fact, Notify
from bot.domain.glance import Known, first_glance
from bot.domain.holding import heard_though_muted
from bot.domain.ports import Clock
from bot.domain.resources import Phase
from bot.domain.vitals import Census
from bot.domain.watching import Thing, Watch, Watched
from bot.store import cards
from bot.store import things as steps
from bot.store.announcements import know_channel, owe
from bot.store.codec import ACTORS, LOOK, TRACK
from bot.store.database import Database
from bot.store.tables import channels, is_live, things, watches
from bot.store.telling import Teller


class StoredWatches:
    """The watches and the things that they follow."""

    def __init__(self, database: Database, clock: Clock, teller: Teller) -> None:
        self._database = database
        self._clock = clock
        self._teller = teller

    async def begin(self, watch: Watch, look: Look, *, asked: bool = True) -> bool:
        """Follow a thing in a channel and open its card there; False where it was followed already.

        A watch that is there already gets the new time limit, level of notices and mention. The
        card of one that nobody `asked` for just now waits where the channel wants quiet.
        """
        async with self._database.writing() as connection:
            thing = await steps.meet(connection, watch.thing, look, self._clock.world())
            if await self._renewed(connection, thing.id, watch):
                if asked:
                    await self._teller.wake(connection, watch.channel_id, watch.thing)
                return False
            await know_channel(connection, watch.channel_id)
            row = await self._insert(connection, thing.id, watch)
            opened = CardOpened(look.resource, watch.owner, look.at)
            held = None if asked else await self._teller.quiet_until(connection, watch.channel_id)
            announcement = await owe(
                connection,
                watch.channel_id,
                watch.thing.account,
                opened,
                self._clock.wall(),
                held_until=held,
            )
            whole = cards.glance_of(thing.glance) == first_glance(look)
            await cards.open_card(connection, row, announcement, whole=whole)
        return True

    async def end(self, thing: Thing, channel_id: str) -> Watch | None:
        """Follow it there no more; the watch that was ended, where there was one."""
        async with self._database.writing() as connection:
            ended = await self._end(connection, thing, channel_id)
            if ended is not None:
                await self._teller.withdraw(connection, channel_id, thing)
            return ended

    async def end_with(self, watch: Watch, fact: Fact) -> None:
        """End one watch and tell its channel why, in one transaction; once, whoever calls."""
        async with self._database.writing() as connection:
            if await self._end(connection, watch.thing, watch.channel_id):
                told = [(watch.channel_id, fact)]
                await self._teller.tell(connection, watch.thing.account, told)

    async def mute(self, thing: Thing, channel_id: str, until: datetime | None) -> Watch | None:
        """Tell nothing of it there but its end until then (world time), or all again.

        The watch as it is from now on; None where the channel does not follow the thing.
        """
        async with self._database.writing() as connection:
            row = await steps.lock(connection, thing)
            here = (watches.c.thing_id == row, watches.c.channel_id == channel_id)
            await connection.execute(
                update(watches).where(*here, is_live).values(muted_until=until)
            )
            await cards.want(connection, *here, is_live)
            found = (await connection.execute(_watched(*here))).one_or_none()
            if found is not None and until is not None:
                await self._teller.withdraw(connection, channel_id, thing, but=heard_though_muted)
        return _as_watched(found).watch if found else None

    async def known(self, thing: Thing) -> Known | None:
        """What is known of a thing that is watched; None where it is not."""
        followed = exists().where(watches.c.thing_id == things.c.id, is_live)
        sought = select(things.c.look, things.c.track, things.c.glance)
        async with self._database.reading() as connection:
            found = await connection.execute(sought.where(steps.named(thing), followed))
            row = found.one_or_none()
        if row is None:
            return None
        return Known(LOOK.read(row.look), TRACK.read(row.track), cards.glance_of(row.glance))

    async def in_channel(self, channel_id: str) -> Sequence[Watched]:
        """What a channel follows, the oldest watch first."""
        return await self._live(watches.c.channel_id == channel_id)

    async def of_owner(self, user_id: str) -> Sequence[Watched]:
        """What somebody follows, the oldest watch first."""
        return await self._live(watches.c.owner == user_id)

    async def everywhere(self) -> Sequence[Watched]:
        """Every watch, the oldest first."""
        return await self._live()

    async def census(self) -> Census:
        """How many there are, by what was seen last and by whether their channels are open."""
        is_blocked = channels.c.blocked != ""
        live = (
            select(things.c.phase, func.count(), func.count().filter(is_blocked))
            .select_from(watches)
            .join(things, things.c.id == watches.c.thing_id)
            .join(channels, channels.c.channel_id == watches.c.channel_id)
            .where(is_live)
            .group_by(things.c.phase)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(live)).all()
        by_phase = {Phase(phase): number for phase, number, _ in rows}
        return Census(by_phase, sum(blocked for *_, blocked in rows))

    async def channels_of(self, thing: Thing) -> Collection[str]:
        """The channels that follow a thing, or ever did."""
        ever = (
            select(watches.c.channel_id)
            .distinct()
            .join(things, things.c.id == watches.c.thing_id)
            .where(steps.named(thing))
        )
        async with self._database.reading() as connection:
            return frozenset(await connection.scalars(ever))

    async def expired(self, world: datetime) -> Sequence[Watched]:
        """The watches whose time is up."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_EXPIRED, {"world": world})).all()
        return [_as_watched(row) for row in rows]

    async def note_stop(self, thing: Thing, by: Actors, *, accepted: bool) -> None:
        """Remember who asks to stop a thing, and have it looked at soon.

        Before it is `accepted`, nobody takes the place of one who asked before.
        """
        noted = update(things).values(stop_asked_by=ACTORS.write(by))
        if not accepted:
            noted = noted.where(things.c.stop_asked_by.is_(None))
        await self._note(thing, noted)

    async def forget_stop(self, thing: Thing, by: Actors) -> None:
        """It was not stopped at this person's request; who else asked stays noted."""
        ours = things.c.stop_asked_by == ACTORS.write(by)
        await self._note(thing, update(things).values(stop_asked_by=None).where(ours))

    async def _note(self, thing: Thing, noted: Update) -> None:
        async with self._database.writing() as connection:
            row = await steps.lock(connection, thing)
            if row is not None:
                await connection.execute(noted.where(things.c.id == row))
                await steps.hurry(connection, row, self._clock.world())

    async def _live(self, *which: ColumnElement[bool]) -> Sequence[Watched]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(_watched(*which))).all()
        return [_as_watched(row) for row in rows]

    async def _renewed(self, connection: AsyncConnection, thing: int, watch: Watch) -> bool:
        renewed = await connection.execute(
            update(watches)
            .where(watches.c.thing_id == thing, watches.c.channel_id == watch.channel_id, is_live)
            .values(until=watch.until, notify=watch.notify, mention=watch.mention)
        )
        return renewed.rowcount == 1

    async def _insert(self, connection: AsyncConnection, thing: int, watch: Watch) -> int:
        added = await connection.execute(
            insert(watches)
            .values(
                thing_id=thing,
                channel_id=watch.channel_id,
                owner=watch.owner,
                since=watch.since,
                until=watch.until,
                notify=watch.notify,
                mention=watch.mention,
            )
            .returning(watches.c.id)
        )
        return int(added.scalar_one())

    async def _end(
        self, connection: AsyncConnection, thing: Thing, channel_id: str
    ) -> Watch | None:
        row = await steps.lock(connection, thing)
        here = (watches.c.thing_id == row, watches.c.channel_id == channel_id)
        found = (await connection.execute(_watched(*here))).one_or_none()
        if row is None or found is None:
            return None
        await connection.execute(
            update(watches).where(*here, is_live).values(ended_at=self._clock.world())
        )
        await cards.want(connection, watches.c.id == found.id)
        await steps.rest_if_left(connection, row)
        return _as_watched(found).watch


def _watched(*which: ColumnElement[bool], first: Column[Any] = watches.c.id) -> Select[Any]:
    return (
        select(watches, things.c.account, things.c.look, channels.c.blocked)
        .join(things, things.c.id == watches.c.thing_id)
        .join(channels, channels.c.channel_id == watches.c.channel_id)
        .where(is_live, *which)
        .order_by(first, watches.c.id)
    )


# In the order of the index that has them: the planner would read all watches else.
_EXPIRED = _watched(
    watches.c.until <= bindparam("world", type_=watches.c.until.type), first=watches.c.until
)


def _as_watched(row: Row[*tuple[Any, ...]]) -> Watched:
    look = LOOK.read(row.look)
    thing = Thing(row.account, look.resource.id)
    return Watched(
        Watch(
            thing,
            row.channel_id,
            row.owner,
            row.since,
            row.until,
            Notify(row.notify),
            row.blocked,
            row.muted_until,
            row.mention,
        ),
        look,
    )
