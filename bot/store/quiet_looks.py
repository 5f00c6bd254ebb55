"""Looks that tell nothing new: those that are there at once are written in one transaction.

They are most of all looks, and a transaction each would cost more than all the rest of looking.
Whoever comes first writes for all who come while it waits for its turn, so that nobody waits for
a clock.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, update

from bot.domain.watching import Duty, Found
from bot.store import things as steps
from bot.store.database import Database
from bot.store.tables import things

_THING = {
    "for_account": things.c.account,
    "for_resource": things.c.resource_id,
    "for_version": things.c.version,
}


@dataclass(eq=False)
class _Note:
    """A look that waits to be written."""

    row: Mapping[str, Any]
    written: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class QuietLooks:
    """Writes looks that tell nothing, many at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Note] = []
        self._turn = asyncio.Lock()

    async def note(self, duty: Duty, found: Found) -> None:
        """Write it, unless a newer look was recorded meanwhile. Raises StoreError."""
        note = _Note(_row(duty, found))
        self._waiting.append(note)
        async with self._turn:
            if not note.written.done():
                await self._write_all()
        note.written.result()

    async def _write_all(self) -> None:
        notes, self._waiting = self._waiting, []
        try:
            await self._write([note.row for note in notes])
        except asyncio.CancelledError:
            # The others are written by the next of them.
            self._waiting = notes + self._waiting
            raise
        except Exception as error:
            for note in notes:
                note.written.set_exception(error)
        else:
            for note in notes:
                note.written.set_result(None)

    async def _write(self, rows: list[Mapping[str, Any]]) -> None:
        # What is lost with the power is merely looked at again.
        async with self._database.writing(durable=False) as connection:
            await connection.execute(_UPDATE, rows)


def _row(duty: Duty, found: Found) -> Mapping[str, Any]:
    return {f"to_{name}": value for name, value in steps.recorded(found).items()} | {
        "for_account": duty.thing.account,
        "for_resource": duty.thing.id.text,
        "for_version": duty.version,
    }


_UPDATE = (
    update(things)
    .where(*(column == bindparam(name, type_=column.type) for name, column in _THING.items()))
    .values(
        {name: bindparam(f"to_{name}", type_=things.c[name].type) for name in steps.RECORDED}
        | {"version": things.c.version + 1}
    )
)
