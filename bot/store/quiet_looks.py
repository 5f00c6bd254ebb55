"""Looks of which nobody is told: those that are there at once are written in one transaction.

They are most of all looks, and a transaction each would cost more than all the rest of looking.
All that come while one such transaction is made are written by the next, so that nobody waits
for a clock. What they change is at most what cards show.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.domain.watching import Duty, Found
from bot.store import things as steps
from bot.store.database import Database
from bot.store.tables import cards, is_live, things, watches


@dataclass(eq=False)
class _Note:
    """A look that waits to be written, and what it changes on cards."""

    row: Mapping[str, Any]
    shown: Mapping[str, Any] | None
    written: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class QuietLooks:
    """Writes looks of which nobody is told, many at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Note] = []
        self._writer: asyncio.Task[None] | None = None

    async def note(self, duty: Duty, found: Found) -> None:
        """Write it, unless a newer look was recorded meanwhile. Raises StoreError."""
        alike = found.glance == duty.glance
        note = _Note(_row(duty, found), None if alike else _shown(duty))
        self._waiting.append(note)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all(), name="write looks")
        await note.written

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._others_come()
                notes, self._waiting = self._waiting, []
                await self._settle(notes)
        finally:
            self._writer = None

    async def _others_come(self) -> None:
        """Let the loop go round as long as that brings more of them."""
        there = 0
        while len(self._waiting) > there:
            there = len(self._waiting)
            await asyncio.sleep(0)

    async def _settle(self, notes: list[_Note]) -> None:
        """Write them, and tell those that still wait for it."""
        error: Exception | None = None
        try:
            await self._write(notes)
        except Exception as raised:
            error = raised
        for note in notes:
            if note.written.done():
                continue
            if error is None:
                note.written.set_result(None)
            else:
                note.written.set_exception(error)

    async def _write(self, notes: list[_Note]) -> None:
        shown = [note.shown for note in notes if note.shown is not None]
        # What is lost with the power is merely looked at again.
        async with self._database.writing(durable=False, alone=not shown) as connection:
            await connection.execute(_UPDATE, [note.row for note in notes])
            if shown:
                await connection.execute(_WANT, shown)


def _row(duty: Duty, found: Found) -> Mapping[str, Any]:
    return {
        **{f"to_{name}": value for name, value in steps.recorded(found).items()},
        **_named(duty),
        "for_version": duty.version,
    }


def _shown(duty: Duty) -> Mapping[str, Any]:
    return {**_named(duty), "to_version": duty.version + 1}


def _named(duty: Duty) -> Mapping[str, Any]:
    return {"for_account": duty.thing.account, "for_resource": duty.thing.id.text}


_is_named = (things.c.account == bindparam("for_account", type_=things.c.account.type)) & (
    things.c.resource_id == bindparam("for_resource", type_=things.c.resource_id.type)
)

_UPDATE = (
    update(things)
    .where(_is_named, things.c.version == bindparam("for_version", type_=things.c.version.type))
    .values(
        {name: bindparam(f"to_{name}", type_=things.c[name].type) for name in steps.RECORDED}
        | {"version": things.c.version + 1}
    )
)

# Cards of a thing whose look was refused are left alone: its version is another.
_recorded = things.c.version == bindparam("to_version", type_=things.c.version.type)
_WANT = (
    update(cards)
    .where(
        cards.c.watch_id.in_(
            select(watches.c.id)
            .join(things, things.c.id == watches.c.thing_id)
            .where(_is_named, _recorded, is_live)
        )
    )
    .values(wanted=cards.c.wanted + 1)
)
