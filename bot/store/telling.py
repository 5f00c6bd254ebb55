"""Telling channels what was found, as each wants to hear it: at once, together, or when it wakes.

A channel's row is locked before anything is added to what it is owed, or taken from that; where
there are several, in one order always. An announcement that was never attempted may be changed or
removed: its key goes with it, so that whoever has just claimed it does not send what it was.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, Select, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.facts import SCHEMA_VERSION, Fact, Moved, Vanished, is_end, is_failure
from bot.domain.gathering import MOST_GATHERED, gathered
from bot.domain.holding import is_held, net
from bot.domain.ports import Clock
from bot.domain.watching import Thing
from bot.store import heads, leases
from bot.store.announcements import about, owe
from bot.store.codec import FACT
from bot.store.settings import SETTINGS
from bot.store.tables import announcements, cards, channels

#: Whether something is told all the same.
Keeps = Callable[[Fact], bool]


def _nothing(_fact: Fact) -> bool:
    return False


@dataclass(frozen=True)
class Teller:
    """Adds to what channels, whose rows are there, are owed.

    Ends that come within `gathering` after another one of the channel are told together (wall).
    """

    clock: Clock
    now: leases.Now
    gathering: timedelta

    async def tell(
        self, connection: AsyncConnection, account: str, heard: Iterable[tuple[str, Fact]]
    ) -> None:
        """Owe channels what each is to hear; each channel's in this order."""
        for channel_id, fact in sorted(heard, key=lambda each: each[0]):
            channel = await _locked(connection, channel_id)
            await self._tell(connection, channel, account, fact)

    async def quiet_until(self, connection: AsyncConnection, channel_id: str) -> datetime | None:
        """Until when (world) a channel wants quiet, whose row is locked from now on."""
        return _quiet_until(await _locked(connection, channel_id), self.clock.world())

    async def withdraw(
        self, connection: AsyncConnection, channel_id: str, thing: Thing, *, but: Keeps = _nothing
    ) -> None:
        """A channel is not told any more what it does not hear yet of a thing, `but` some of it."""
        await _locked(connection, channel_id)
        for row in (await connection.execute(self._asleep(channel_id, thing))).all():
            if not but(FACT.read(row.fact)):
                await _remove(connection, row.id)

    async def wake(self, connection: AsyncConnection, channel_id: str, thing: Thing) -> None:
        """A channel is told at once what it does not hear yet of a thing: somebody asks for it."""
        await _locked(connection, channel_id)
        numbers = (await connection.scalars(self._asleep(channel_id, thing))).all()
        await connection.execute(
            update(announcements).where(announcements.c.id.in_(numbers)).values(held_until=None)
        )

    def _asleep(self, channel_id: str, thing: Thing) -> Select[Any]:
        return _sleeping(channel_id, thing.account, thing.id.text, self.clock.world())

    async def _tell(
        self, connection: AsyncConnection, channel: Row[Any], account: str, fact: Fact
    ) -> None:
        world = self.clock.world()
        left = await _overtaking(connection, channel.channel_id, account, fact, world)
        if left is None:
            return
        held_until = _quiet_until(channel, world) if is_held(left) else None
        if is_end(left):
            await self._tell_end(connection, channel, account, left, held_until)
        else:
            await owe(
                connection,
                channel.channel_id,
                account,
                left,
                self.clock.wall(),
                held_until=held_until,
            )

    async def _tell_end(
        self,
        connection: AsyncConnection,
        channel: Row[Any],
        account: str,
        end: Moved | Vanished,
        held_until: datetime | None,
    ) -> None:
        now = await self.now(connection)
        takes = _takes(channel, account, end, now, held_until)
        # Where nothing is gathered, what is held is told together all the same.
        fresh = await _fresh_ends(connection, takes) if self.gathering or held_until else None
        if fresh is not None:
            await _add_end(connection, fresh, end)
            return
        gathers = channel.gathers_until is not None and now < channel.gathers_until
        waits = gathers and held_until is None and not is_failure(end)
        await owe(
            connection,
            channel.channel_id,
            account,
            end,
            self.clock.wall(),
            held_until=held_until,
            not_before=channel.gathers_until if waits else None,
        )
        if self.gathering and not gathers and held_until is None:
            await connection.execute(
                update(channels)
                .where(channels.c.channel_id == channel.channel_id)
                .values(gathers_until=now + self.gathering)
            )


async def _locked(connection: AsyncConnection, channel_id: str) -> Row[Any]:
    row = select(channels).where(channels.c.channel_id == channel_id)
    return (await connection.execute(row.with_for_update(key_share=True))).one()


def _quiet_until(channel: Row[Any], world: datetime) -> datetime | None:
    quiet = SETTINGS.read(channel.settings).quiet
    return quiet.end_of(world) if quiet else None


async def _overtaking(
    connection: AsyncConnection, channel_id: str, account: str, fact: Fact, world: datetime
) -> Fact | None:
    """What is left to be told of a fact, beside what the channel does not hear yet; that is cut
    down to what is left of it."""
    asleep = _sleeping(channel_id, account, about(fact), world)
    newer, is_told = fact, True
    for row in (await connection.execute(asleep)).all():
        older = FACT.read(row.fact)
        left, rest = net(older, newer)
        await _leave(connection, row.id, older, left)
        newer, is_told = rest or newer, is_told and rest is not None
    return newer if is_told else None


def _sleeping(channel_id: str, account: str, resource_id: str, world: datetime) -> Select[Any]:
    """What a channel does not hear yet of a thing, in order."""
    return (
        select(announcements.c.id, announcements.c.fact)
        .where(
            announcements.c.channel_id == channel_id,
            announcements.c.account == account,
            announcements.c.resource_id == resource_id,
            announcements.c.schema_version <= SCHEMA_VERSION,
            heads.is_asleep(world),
        )
        .order_by(announcements.c.id)
    )


async def _leave(connection: AsyncConnection, row: int, older: Fact, left: Fact | None) -> None:
    if left is None:
        await _remove(connection, row)
    elif left != older:
        await _rewrite(connection, row, fact=FACT.write(left))


async def _remove(connection: AsyncConnection, row: int) -> None:
    await connection.execute(delete(cards).where(cards.c.announcement_id == row))
    await connection.execute(delete(announcements).where(announcements.c.id == row))


def _takes(
    channel: Row[Any],
    account: str,
    end: Moved | Vanished,
    now: datetime,
    held_until: datetime | None,
) -> Sequence[ColumnElement[bool]]:
    """What may take in one more end: nobody has it in hand, and the end waits no longer with it
    than it has to."""
    waits = announcements.c.not_before > now
    others = announcements.alias()
    behind = exists().where(
        others.c.settled_at.is_(None),
        others.c.channel_id == channel.channel_id,
        others.c.account == account,
        others.c.resource_id == end.resource.id.text,
        others.c.id > announcements.c.id,
    )
    conditions = [
        heads.is_fresh,
        announcements.c.channel_id == channel.channel_id,
        announcements.c.account == account,
        announcements.c.ends.between(1, MOST_GATHERED - 1),
        announcements.c.held_until.is_not_distinct_from(held_until),
        announcements.c.schema_version <= SCHEMA_VERSION,
        # An end is not told before what came before it.
        ~behind,
    ]
    if held_until is not None:
        return conditions
    if channel.holder and channel.lease_until is not None and now < channel.lease_until:
        conditions.append(waits)
    if is_failure(end):
        conditions.append(or_(announcements.c.not_before.is_(None), ~waits))
    return conditions


async def _fresh_ends(
    connection: AsyncConnection, conditions: Sequence[ColumnElement[bool]]
) -> Row[Any] | None:
    found = select(announcements).where(*conditions).order_by(announcements.c.id.desc()).limit(1)
    return (await connection.execute(found)).one_or_none()


async def _add_end(connection: AsyncConnection, row: Row[Any], end: Moved | Vanished) -> None:
    together = FACT.write(gathered(FACT.read(row.fact), end))
    await _rewrite(connection, row.id, fact=together, resource_id="", ends=row.ends + 1, files=None)


async def _rewrite(connection: AsyncConnection, row: int, **values: Any) -> None:
    """Have a fresh announcement tell something else, as if it were a new one."""
    new = {"key": uuid4().hex, "schema_version": SCHEMA_VERSION, **values}
    await connection.execute(update(announcements).where(announcements.c.id == row).values(new))
