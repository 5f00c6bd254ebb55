"""What is to be looked at, by whom, and what was seen: the Duties port."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.facts import Fact
from bot.domain.ports import Clock
from bot.domain.watching import Duty, Found, Load, Thing, Window
from bot.store import cards, claims, followers, leases
from bot.store import things as steps
from bot.store.codec import ACTORS, GLANCE, LOOK, TRACK
from bot.store.database import Database
from bot.store.quiet_looks import QuietLooks
from bot.store.tables import is_live, things, watches
from bot.store.telling import Teller


class StoredDuties:
    """The things that are watched, as those who look at them need them."""

    def __init__(self, database: Database, clock: Clock, now: leases.Now, teller: Teller) -> None:
        self._database = database
        self._clock = clock
        self._now = now
        self._teller = teller
        self._quiet = QuietLooks(database)

    async def load(self, world: datetime) -> Mapping[str, Load]:
        """How much there is to look at in each account."""
        async with self._database.reading() as connection:
            rows = await connection.execute(claims.LOAD, {"now": world})
            return {
                row.account: Load(row.watched, row.overdue, max(world - row.first, timedelta(0)))
                for row in rows
            }

    async def is_any_due(self, window: Window) -> bool:
        """Whether something is due, in anybody's hands or nobody's."""
        async with self._database.reading() as connection:
            given = {"now": window.now, "horizon": window.horizon}
            return bool(await connection.scalar(claims.IS_ANY_DUE, given))

    async def claim_due(
        self, rooms: Mapping[str, int], window: Window, lease: timedelta
    ) -> Sequence[Duty]:
        """Things that are due, so many of each account, each claimed for so long.

        Those that should have ended go first, then the longest overdue; channels take turns.
        """
        async with self._database.writing(durable=False, alone=True) as connection:
            wall = await self._now(connection)
            given = {
                **claims.given_rooms(rooms),
                **claims.given_times(window, wall),
                "taken_until": leases.until(wall, lease),
                "by": self._database.holder,
            }
            rows = (await connection.execute(claims.taking(len(rooms)), given)).all()
        return [_duty(row) for row in sorted(rows, key=partial(_place, window.now))]

    async def renew(self, duties: Collection[Duty], lease: timedelta) -> None:
        """They are still in hand: nobody else is to look at them for so long."""
        async with self._database.writing(durable=False, alone=True) as connection:
            wall = await self._now(connection)
            await connection.execute(
                update(things)
                .where(
                    or_(*(_is(duty) for duty in duties)),
                    things.c.holder == self._database.holder,
                )
                .values(lease_until=leases.until(wall, lease))
            )

    async def record(self, duty: Duty, found: Found, facts: Sequence[Fact]) -> bool:
        """The new state and the announcements that it causes, in one transaction.

        Where a newer look was recorded meanwhile, or the thing is to be looked at anew, nothing
        is written: False. A look of which nobody is told is written together with others, and
        nobody needs to know whether it was.
        """
        if not await self._is_told(duty, found, facts):
            await self._quiet.note(duty, found)
            return True
        # A look that tells nothing may be lost with the power: it is merely taken again, and
        # with it an alarm is raised again.
        ended = found.next_look is None
        async with self._database.writing(durable=bool(facts) or ended) as connection:
            recorded = await connection.execute(
                _of(duty).values(steps.after(found)).returning(things.c.id)
            )
            row = recorded.scalar_one_or_none()
            if row is None:
                return False
            if facts or found.symptoms:
                await followers.tell(
                    connection, row, duty.thing.account, facts, self._teller, found
                )
            if found.glance != duty.glance:
                await cards.want(connection, *_followers(row), at_once=bool(facts))
            if ended:
                await self._end_all(connection, row)
        return True

    async def postpone(
        self,
        duty: Duty,
        next_look: datetime,
        failures: int,
        denials: int = 0,
        facts: Sequence[Fact] = (),
    ) -> None:
        """A look that failed: when to try again, how often in a row, and what is told of it.

        Where something is told, the cards show it as well.
        """
        values: dict[str, Any] = {
            "next_look_at": next_look,
            "failures": failures,
            "denials": denials,
            **leases.FREE,
        }
        if facts and duty.glance is not None:
            values["glance"] = GLANCE.write(replace(duty.glance, unread=True))
        async with self._database.writing(durable=bool(facts)) as connection:
            postponed = await connection.execute(_of(duty).values(values).returning(things.c.id))
            row = postponed.scalar_one_or_none()
            if row is not None and facts:
                await followers.tell(connection, row, duty.thing.account, facts, self._teller)
                await cards.want(connection, *_followers(row))

    async def _is_told(self, duty: Duty, found: Found, facts: Sequence[Fact]) -> bool:
        """Whether somebody is to hear of it; a symptom that lasts has mostly been told before."""
        if facts or found.next_look is None:
            return True
        if not found.symptoms:
            return False
        async with self._database.reading() as connection:
            return await followers.are_alarmed(connection, duty.thing, found)

    async def _end_all(self, connection: AsyncConnection, thing: int) -> None:
        await connection.execute(
            update(watches).where(*_followers(thing)).values(ended_at=self._clock.world())
        )


def _place(world: datetime, row: Row[*tuple[Any, ...]]) -> tuple[bool, datetime, int]:
    """What should have ended goes first."""
    goes_on = row.expected_end_at is None or row.expected_end_at > world
    return goes_on, row.next_look_at, row.id


def _followers(thing: int) -> tuple[ColumnElement[bool], ...]:
    return watches.c.thing_id == thing, is_live


def _of(duty: Duty) -> Any:
    """Writing to a duty's thing, unless it is no longer what the duty was about."""
    return update(things).where(_is(duty))


def _is(duty: Duty) -> ColumnElement[bool]:
    return and_(steps.named(duty.thing), things.c.version == duty.version)


def _duty(row: Row[*tuple[Any, ...]]) -> Duty:
    look = LOOK.read(row.look)
    return Duty(
        thing=Thing(row.account, look.resource.id),
        last=look,
        version=row.version,
        track=TRACK.read(row.track),
        failures=row.failures,
        denials=row.denials,
        stop_asked_by=ACTORS.read(row.stop_asked_by) if row.stop_asked_by else None,
        glance=cards.glance_of(row.glance),
    )
