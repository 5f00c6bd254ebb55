"""Who wants to hear of runs that do not exist yet, and which runs are no news: the Follows port.

Every transaction that begins or ends a follow locks its channel's row first, so that on
PostgreSQL too they come one after the other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.facts import Fact, Notify
from bot.domain.following import Follow, Selection, What
from bot.domain.ids import ResourceId
from bot.domain.ports import Clock
from bot.store.announcements import inserting_where_new, know_channel
from bot.store.database import Database
from bot.store.tables import channels, follow_is_live, follows, known_runs
from bot.store.telling import Teller


class StoredFollows:
    """The follows of all channels, and the runs that were seen."""

    def __init__(self, database: Database, clock: Clock, teller: Teller) -> None:
        self._database = database
        self._clock = clock
        self._teller = teller

    async def begin(self, follow: Follow) -> bool:
        """Follow; False where the channel followed the same already.

        Then it gets the new time limit, level of notices and mention, and stays its owner's.
        """
        async with self._database.writing() as connection:
            await know_channel(connection, follow.channel_id)
            await _lock(connection, follow.channel_id)
            if await _renewed(connection, follow):
                return False
            await connection.execute(insert(follows).values(_row(follow)))
        return True

    async def end(self, account: str, channel_id: str, selection: Selection | None) -> int:
        """End the channel's follows, or the one of that selection; how many there were."""
        which = _of(account, channel_id)
        if selection is not None:
            which &= _selecting(selection)
        async with self._database.writing() as connection:
            await _lock(connection, channel_id)
            ended = await connection.execute(
                update(follows).where(which, follow_is_live).values(ended_at=self._clock.world())
            )
        return ended.rowcount

    async def in_channel(self, channel_id: str) -> Sequence[Follow]:
        """What a channel follows, the oldest first."""
        return await self._live(follows.c.channel_id == channel_id)

    async def everywhere(self) -> Sequence[Follow]:
        """Every follow, the oldest first."""
        return await self._live()

    async def expired(self, world: datetime) -> Sequence[Follow]:
        """The follows whose time is up."""
        return await self._live(follows.c.until <= world)

    async def news(self, account: str, runs: Sequence[ResourceId]) -> Sequence[ResourceId]:
        """Those of the runs that were never noted, in their order."""
        noted = select(known_runs.c.run_id).where(
            known_runs.c.account == account, known_runs.c.run_id.in_([run.text for run in runs])
        )
        async with self._database.reading() as connection:
            known = set(await connection.scalars(noted))
        return [run for run in runs if run.text not in known]

    async def note(self, account: str, runs: Sequence[ResourceId], at: datetime) -> None:
        """They are no news any more (world time); when each was first noted stays."""
        # In one order always, so that two replicas never wait for each other.
        ids = sorted({run.text for run in runs})
        rows = [{"account": account, "run_id": each, "noted_at": at} for each in ids]
        if not rows:
            return
        async with self._database.writing() as connection:
            noting = inserting_where_new(connection, known_runs, *known_runs.primary_key)
            await connection.execute(noting, rows)

    async def appeared(
        self, account: str, run: ResourceId, at: datetime, facts: Sequence[tuple[str, Fact]]
    ) -> None:
        """Note a run, and owe channels what each is to hear of it, in one transaction.

        Nothing is owed where it was noted meanwhile.
        """
        row = {"account": account, "run_id": run.text, "noted_at": at}
        async with self._database.writing() as connection:
            noting = inserting_where_new(connection, known_runs, *known_runs.primary_key)
            noted = await connection.execute(noting.values(row))
            if noted.rowcount == 1:
                await self._teller.tell(connection, account, facts)

    async def end_with(self, follow: Follow, fact: Fact) -> None:
        """End one follow and tell its channel why, in one transaction."""
        one = _of(follow.account, follow.channel_id) & _selecting(follow.selection)
        one &= follows.c.until == follow.until  # nobody has renewed it meanwhile
        async with self._database.writing() as connection:
            await _lock(connection, follow.channel_id)
            ended = await connection.execute(
                update(follows).where(one, follow_is_live).values(ended_at=self._clock.world())
            )
            if ended.rowcount == 1:
                told = [(follow.channel_id, fact)]
                await self._teller.tell(connection, follow.account, told)

    async def _live(self, *which: ColumnElement[bool]) -> Sequence[Follow]:
        found = select(follows).where(follow_is_live, *which).order_by(follows.c.id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(found)).all()
        return [_as_follow(row) for row in rows]


async def _lock(connection: AsyncConnection, channel_id: str) -> None:
    row = select(channels.c.channel_id).where(channels.c.channel_id == channel_id)
    await connection.execute(row.with_for_update(key_share=True))


async def _renewed(connection: AsyncConnection, follow: Follow) -> bool:
    same = _of(follow.account, follow.channel_id) & _selecting(follow.selection)
    renewed = await connection.execute(
        update(follows)
        .where(same, follow_is_live)
        .values(until=follow.until, notify=follow.notify, mention=follow.mention)
    )
    return renewed.rowcount == 1


def _of(account: str, channel_id: str) -> ColumnElement[bool]:
    return (follows.c.account == account) & (follows.c.channel_id == channel_id)


def _selecting(selection: Selection) -> ColumnElement[bool]:
    return (follows.c.what == selection.what) & (follows.c.value == selection.value)


def _row(follow: Follow) -> dict[str, Any]:
    return {
        "account": follow.account,
        "channel_id": follow.channel_id,
        "owner": follow.owner,
        "what": follow.selection.what,
        "value": follow.selection.value,
        "since": follow.since,
        "until": follow.until,
        "notify": follow.notify,
        "mention": follow.mention,
    }


def _as_follow(row: Row[*tuple[Any, ...]]) -> Follow:
    return Follow(
        account=row.account,
        channel_id=row.channel_id,
        owner=row.owner,
        selection=Selection(What(row.what), row.value),
        since=row.since,
        until=row.until,
        notify=Notify(row.notify),
        mention=row.mention,
    )
