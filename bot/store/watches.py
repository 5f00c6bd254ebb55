"""Who follows what, and when to look: the Watches port."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.changes import Look
from bot.domain.facts import SCHEMA_VERSION, Actors, CardOpened, Fact, Notify, heard_by
from bot.domain.ports import Clock
from bot.domain.watching import Duty, Thing, Watch, Watched
from bot.store import cards, leases
from bot.store import things as steps
from bot.store.announcements import know_channel, owe, owe_all
from bot.store.codec import ACTORS, LOOK
from bot.store.database import Database
from bot.store.tables import channels, is_live, things, watches


class StoredWatches:
    """The watches and the things that they follow."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, watch: Watch, look: Look) -> bool:
        """Follow a thing in a channel and open its card there; False where it was followed already.

        A watch that is there already gets the new time limit and level of notices.
        """
        async with self._database.writing() as connection:
            thing = await steps.meet(connection, watch.thing, look, self._clock.world())
            if await self._renewed(connection, thing.id, watch):
                return False
            await know_channel(connection, watch.channel_id)
            row = await self._insert(connection, thing.id, watch)
            opened = CardOpened(look.resource, watch.owner)
            announcement = await owe(
                connection, watch.channel_id, watch.thing.account, opened, self._clock.wall()
            )
            await cards.open_card(connection, row, announcement, thing.version)
        return True

    async def end(self, thing: Thing, channel_id: str) -> Watch | None:
        """Follow it there no more; the watch that was ended, where there was one."""
        async with self._database.writing() as connection:
            return await self._end(connection, thing, channel_id)

    async def end_with(self, watch: Watch, fact: Fact) -> None:
        """End one watch and tell its channel why, in one transaction; once, whoever calls."""
        async with self._database.writing() as connection:
            if await self._end(connection, watch.thing, watch.channel_id):
                await owe(
                    connection, watch.channel_id, watch.thing.account, fact, self._clock.wall()
                )

    async def in_channel(self, channel_id: str) -> Sequence[Watched]:
        """What a channel follows, the oldest watch first."""
        return await self._live(watches.c.channel_id == channel_id)

    async def of_owner(self, user_id: str) -> Sequence[Watched]:
        """What somebody follows, the oldest watch first."""
        return await self._live(watches.c.owner == user_id)

    async def everywhere(self) -> Sequence[Watched]:
        """Every watch, the oldest first."""
        return await self._live()

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
        return await self._live(watches.c.until <= world)

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

    async def claim_due(
        self, world: datetime, wall: datetime, lease: timedelta, limit: int
    ) -> Sequence[Duty]:
        """Things that are due, each claimed until `wall + lease`, the longest overdue first."""
        due = (
            select(things.c.id)
            .where(
                things.c.next_look_at <= world,
                leases.has_come(things.c.lease_until, wall),
                # What a newer neighbour has written is its own to look at.
                things.c.schema_version <= SCHEMA_VERSION,
            )
            .order_by(things.c.next_look_at, things.c.id)
            .limit(limit)
        )
        taken = (
            update(things)
            .where(things.c.id.in_(select(leases.untaken(due, of=things).c.id)))
            .values(lease_until=leases.until(wall, lease))
            .returning(things)
        )
        async with self._database.writing(durable=False) as connection:
            rows = (await connection.execute(taken)).all()
        return [_duty(row) for row in sorted(rows, key=lambda row: (row.next_look_at, row.id))]

    async def record(
        self,
        duty: Duty,
        look: Look,
        facts: Sequence[Fact],
        next_look: datetime | None,
        running_since: datetime | None,
    ) -> bool:
        """The new state and the announcements that it causes, in one transaction.

        False where a newer look was recorded meanwhile, or the thing is to be looked at anew:
        then nothing is written.
        """
        # A look that tells nothing may be lost with the power: it is merely taken again.
        async with self._database.writing(durable=bool(facts) or not next_look) as connection:
            recorded = await connection.execute(
                _of(duty).values(steps.after(look, next_look, running_since)).returning(things.c.id)
            )
            row = recorded.scalar_one_or_none()
            if row is None:
                return False
            if facts:
                await self._tell(connection, row, duty.thing.account, facts)
            if not cards.show_alike(duty.last, look):
                await cards.want(connection, row, duty.version + 1, at_once=bool(facts))
            if next_look is None:
                await self._end_all(connection, row)
        return True

    async def postpone(
        self, duty: Duty, next_look: datetime, failures: int, denials: int = 0
    ) -> None:
        """A look that failed: when to try again, and how often in a row it has failed."""
        values: dict[str, Any] = {
            "next_look_at": next_look,
            "failures": failures,
            "denials": denials,
        }
        values["lease_until"] = None
        async with self._database.writing(durable=False) as connection:
            await connection.execute(_of(duty).values(values))

    async def _live(self, *which: ColumnElement[bool]) -> Sequence[Watched]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(_watched(*which))).all()
        return [_as_watched(row) for row in rows]

    async def _renewed(self, connection: AsyncConnection, thing: int, watch: Watch) -> bool:
        renewed = await connection.execute(
            update(watches)
            .where(watches.c.thing_id == thing, watches.c.channel_id == watch.channel_id, is_live)
            .values(until=watch.until, notify=watch.notify)
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
        await steps.rest_if_left(connection, row)
        return _as_watched(found).watch

    async def _end_all(self, connection: AsyncConnection, thing: int) -> None:
        await connection.execute(
            update(watches)
            .where(watches.c.thing_id == thing, is_live)
            .values(ended_at=self._clock.world())
        )

    async def _tell(
        self, connection: AsyncConnection, thing: int, account: str, facts: Sequence[Fact]
    ) -> None:
        followers = await connection.execute(
            select(watches.c.channel_id, watches.c.notify)
            .where(watches.c.thing_id == thing, is_live)
            .order_by(watches.c.id)
        )
        heard = [
            (channel_id, fact)
            for channel_id, notify in followers
            for fact in facts
            if Notify(notify) in heard_by(fact)
        ]
        await owe_all(connection, account, heard, self._clock.wall())


def _of(duty: Duty) -> Any:
    """Writing to a duty's thing, unless it is no longer what the duty was about."""
    return update(things).where(steps.named(duty.thing), things.c.version == duty.version)


def _watched(*which: ColumnElement[bool]) -> Select[Any]:
    return (
        select(watches, things.c.account, things.c.look, channels.c.blocked)
        .join(things, things.c.id == watches.c.thing_id)
        .join(channels, channels.c.channel_id == watches.c.channel_id)
        .where(is_live, *which)
        .order_by(watches.c.id)
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
        ),
        look,
    )


def _duty(row: Row[*tuple[Any, ...]]) -> Duty:
    look = LOOK.read(row.look)
    return Duty(
        thing=Thing(row.account, look.resource.id),
        last=look,
        version=row.version,
        running_since=row.running_since,
        failures=row.failures,
        denials=row.denials,
        stop_asked_by=ACTORS.read(row.stop_asked_by) if row.stop_asked_by else None,
    )
