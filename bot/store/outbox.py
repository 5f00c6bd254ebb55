"""The announcements that channels are owed: the Outbox port.

A channel's row is the lease for all of its announcements, so that it has one process that
sends there and one announcement in hand. Every step locks the channel's row first. What a
process says that has lost its lease is not heeded, unless it says that it has sent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import ColumnElement, Update, and_, case, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.attachments import Preparation
from bot.domain.errors import StoreError
from bot.domain.facts import Fact
from bot.domain.ports import Clock, Posted
from bot.domain.vitals import Backlog
from bot.domain.watching import Announcement, Card, outlives_access
from bot.store import blocking, cards, heads, leases, repeats
from bot.store.announcements import know_channel, owe, owe_once
from bot.store.codec import FILES
from bot.store.columns import Moment
from bot.store.database import Database
from bot.store.tables import announcements, channels, is_owed

# What is certain again: nothing of it was posted.
_NOT_POSTED = {"attempted_at": None, "searches": 0}


class StoredOutbox:
    """The announcements that channels are owed, in order, channel by channel."""

    def __init__(self, database: Database, clock: Clock, now: leases.Now) -> None:
        self._database = database
        self._clock = clock
        self._now = now

    async def add(self, channel_id: str, account: str, fact: Fact, *, once: str = "") -> None:
        """Owe a channel, or a person by their user id, one message.

        What is owed `once`, by a name that nothing else has, is not owed again under that name.
        """
        wall = self._clock.wall()
        async with self._database.writing() as connection:
            await know_channel(connection, channel_id)
            if once:
                await owe_once(connection, channel_id, account, fact, wall, _key(once))
            else:
                await owe(connection, channel_id, account, fact, wall)

    async def claim(self, lease: timedelta, limit: int) -> Sequence[Announcement]:
        """The first announcement of each channel that may be sent now, each claimed for so long;
        no channel has two in hand."""
        async with self._database.writing(durable=False) as connection:
            wall = await self._now(connection)
            world = self._clock.world()
            ready = leases.untaken(heads.ready(wall, world, limit), of=channels)
            taken = (
                update(channels)
                .where(channels.c.channel_id.in_(select(ready.c.channel_id)))
                .values(lease_until=leases.until(wall, lease), holder=self._database.holder)
                .returning(channels.c.channel_id)
            )
            channel_ids = (await connection.scalars(taken)).all()
            return await heads.read(connection, channel_ids, wall, world)

    async def attempting(self, announcement: Announcement, lease: timedelta) -> None:
        """An attempt is about to be made, in a lease that begins now; written before the call.

        Raises StoreError where it may not be made: another process has the channel in hand
        meanwhile, or the announcement is settled, or tells something else now.
        """
        async with self._database.writing() as connection:
            wall = await self._now(connection)
            until = leases.until(wall, lease)
            await self._go_on(connection, announcement, until, _attempting(wall))

    async def preparing(
        self, announcement: Announcement, files: Preparation, lease: timedelta
    ) -> None:
        """Its files are about to be made, in a lease that begins now; written before, so that one
        over which the process ends is not begun for ever.

        Raises StoreError where another process has the channel in hand meanwhile.
        """
        async with self._database.writing() as connection:
            until = leases.until(await self._now(connection), lease)
            await self._go_on(connection, announcement, until, {"files": FILES.write(files)})

    async def prepared(
        self, announcement: Announcement, files: Preparation, pause: timedelta
    ) -> None:
        """How far its files have come; it goes on after a pause."""
        await self._put_back(announcement, pause, files=FILES.write(files))

    async def sent(self, announcement: Announcement, posted: Posted, pause: timedelta) -> None:
        """It stands in its channel, which hears nothing more for a pause.

        Where it was settled meanwhile, and stands elsewhere, it stands there twice.
        """
        async with self._database.writing() as connection:
            wall = await self._now(connection)
            await connection.execute(self._unblocking(announcement, wall + pause))
            settled = await connection.execute(
                _of(announcement).values(
                    state="sent", settled_at=wall, posted_in=posted.channel_id, ts=posted.ts
                )
            )
            if settled.rowcount:
                await cards.posted(connection, announcement.id, posted.ts)
            else:
                await repeats.suspect(connection, announcement.id, posted.ts, wall)

    async def try_after(self, announcement: Announcement, pause: timedelta) -> None:
        """Certainly nothing was posted: try again after a pause."""
        await self._put_back(announcement, pause, state="pending", **_NOT_POSTED)

    async def search_after(
        self, announcement: Announcement, pause: timedelta, *, counts: bool
    ) -> None:
        """Perhaps something was posted: look for it after a pause, before it is sent again.

        `counts`: it was just looked for in vain.
        """
        searches = announcements.c.searches + int(counts)
        await self._put_back(announcement, pause, state="unclear", searches=searches)

    async def parked(self, announcement: Announcement, reason: str) -> None:
        """It can never be sent; the channel goes on without it, and its owner is told."""
        async with self._database.writing() as connection:
            if await self._give_back(connection, announcement) is None:
                return
            settled = {"settled_at": await self._now(connection), "reason": reason}
            parked = await connection.execute(_of(announcement).values(state="parked", **settled))
            if parked.rowcount and outlives_access(announcement.fact):
                await blocking.tell_of_parked(connection, announcement, reason, self._clock.wall())

    async def blocked(self, announcement: Announcement, reason: str, pause: timedelta) -> None:
        """The channel cannot be written to: mark its watches, and tell their owners once."""
        async with self._database.writing() as connection:
            until = await self._now(connection) + pause
            before = await self._give_back(connection, announcement)
            if before is None:
                return
            unclear = announcement.attempted_at is not None
            known: dict[str, Any] = {} if unclear else _NOT_POSTED
            waiting = _of(announcement).values(state="waiting", not_before=until, **known)
            await connection.execute(waiting)
            await blocking.block(connection, announcement.channel_id, reason)
            if not before:
                await blocking.tell_owners(connection, announcement, reason, self._clock.wall())

    async def unblocked(self, channel_id: str) -> None:
        """The channel can be written to again; what waited for that is sent now."""
        async with self._database.writing() as connection:
            await blocking.block(connection, channel_id, "")
            await connection.execute(
                update(announcements)
                .where(
                    announcements.c.channel_id == channel_id,
                    announcements.c.state == "waiting",
                    is_owed,
                )
                .values(state="pending", not_before=None)
            )

    async def backlog(self) -> Backlog:
        """How many announcements are still owed that are not held back, and since when."""
        is_open = channels.c.blocked == ""
        awake = leases.has_come(announcements.c.held_until, self._clock.world())
        owed = (
            select(
                func.count(),
                func.min(announcements.c.made_at).filter(is_open),
                func.count().filter(~is_open),
            )
            .select_from(announcements)
            .join(channels, channels.c.channel_id == announcements.c.channel_id)
            .where(is_owed, awake)
        )
        async with self._database.reading() as connection:
            pending, oldest, closed = (await connection.execute(owed)).one()
        waited = self._clock.wall() - oldest if oldest else timedelta(0)
        return Backlog(pending, max(waited, timedelta(0)), closed)

    async def claim_cards(self, lease: timedelta, limit: int) -> Sequence[Card]:
        """Cards that show something old and may be edited now, each claimed."""
        async with self._database.writing(durable=False) as connection:
            wall = await self._now(connection)
            return await cards.claim(connection, self._database.holder, wall, lease, limit)

    async def card_shown(self, card: Card, pause: timedelta) -> None:
        """The card shows its look now, and is not to be edited again before a pause is over."""
        async with self._database.writing(durable=False) as connection:
            wall = await self._now(connection)
            await cards.shown(connection, card.id, self._database.holder, wall, wall + pause)

    async def card_later(self, card: Card, pause: timedelta) -> None:
        """The card shows what it showed: try again after a pause."""
        async with self._database.writing(durable=False) as connection:
            next_edit = await self._now(connection) + pause
            await cards.rest(connection, card.id, self._database.holder, next_edit)

    async def card_gone(self, card: Card) -> None:
        """Somebody deleted the card: it is left deleted, and what follows needs no thread."""
        async with self._database.writing(durable=False) as connection:
            await cards.gone(connection, card.id, card.ts)

    async def _go_on(
        self,
        connection: AsyncConnection,
        announcement: Announcement,
        until: datetime,
        values: dict[str, Any],
    ) -> None:
        """Hold the channel until then, and note something of the announcement."""
        in_hand = await connection.scalars(
            update(channels)
            .where(self._is_in_hand(announcement))
            .values(lease_until=until)
            .returning(channels.c.channel_id)
        )
        noted = await connection.execute(
            _of(announcement)
            .where(
                announcements.c.channel_id.in_(in_hand.all()),
                announcements.c.key == announcement.key,
            )
            .values(values)
        )
        if noted.rowcount == 0:
            raise StoreError(f"announcement {announcement.id} is not in hand any more")

    async def _put_back(self, announcement: Announcement, pause: timedelta, **values: Any) -> None:
        async with self._database.writing() as connection:
            if await self._give_back(connection, announcement) is not None:
                not_before = await self._now(connection) + pause
                await connection.execute(_of(announcement).values(not_before=not_before, **values))

    async def _give_back(
        self, connection: AsyncConnection, announcement: Announcement
    ) -> str | None:
        """End the lease; why the channel is blocked. None where it is not this process's."""
        given_back = await connection.execute(
            update(channels)
            .where(self._is_in_hand(announcement))
            .values(**leases.FREE)
            .returning(channels.c.blocked)
        )
        blocked: str | None = given_back.scalar_one_or_none()
        return blocked

    def _is_in_hand(self, announcement: Announcement) -> ColumnElement[bool]:
        return and_(
            channels.c.channel_id == announcement.channel_id,
            channels.c.holder == self._database.holder,
        )

    def _unblocking(self, announcement: Announcement, next_post: datetime) -> Update:
        """The channel can be written to, and is taken again for a moment, by nobody."""
        ours = channels.c.holder == self._database.holder
        return (
            update(channels)
            .where(channels.c.channel_id == announcement.channel_id)
            .values(
                blocked="",
                lease_until=case(
                    (ours, literal(next_post, Moment())), else_=channels.c.lease_until
                ),
                holder=case((ours, ""), else_=channels.c.holder),
            )
        )


def _key(name: str) -> str:
    """A key like the others, and always the same for a name."""
    return uuid5(NAMESPACE_OID, name).hex


def _attempting(wall: datetime) -> dict[str, Any]:
    """An attempt; where the one before has an unclear outcome, it may be a repeat."""
    unclear = announcements.c.attempted_at.is_not(None)
    return {
        "state": "attempting",
        "attempts": announcements.c.attempts + 1,
        "attempted_at": wall,
        "searches": 0,
        "check_at": case((unclear, literal(wall, Moment())), else_=announcements.c.check_at),
    }


def _of(announcement: Announcement) -> Update:
    """Writing to an announcement, unless it is settled."""
    return update(announcements).where(announcements.c.id == announcement.id, is_owed)
