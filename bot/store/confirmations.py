"""The questions that a button answers, as the Confirmations port wants them."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, insert, select, update

from bot.domain.calls import Confirmation
from bot.store import leases
from bot.store.codec import CONFIRMATION
from bot.store.database import Database
from bot.store.ledgers import confirmations

# What the name of a question begins with, and how many random bytes follow.
_MARK = "#"
_BYTES = 16

# How long a question is kept, used up or not, so that a late click is told what it was (world).
_KEPT = timedelta(days=2)

# How many old ones each new one clears away at most: many more than come, and a short work.
_CLEARED = 100


class StoredConfirmations:
    """Questions by names that cannot be guessed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, confirmation: Confirmation) -> str:
        """Remember a question; its name cannot be guessed. Those of long ago are forgotten."""
        name = _MARK + secrets.token_urlsafe(_BYTES)
        values = {
            "name": name,
            "body": CONFIRMATION.write(confirmation),
            "asked_at": confirmation.asked_at,
        }
        async with self._database.writing() as connection:
            await connection.execute(insert(confirmations).values(values))
            await connection.execute(_clearing(before=confirmation.asked_at - _KEPT))
        return name

    async def find(self, name: str) -> Confirmation | None:
        """The question of that name, used up or not."""
        async with self._database.reading() as connection:
            body = await connection.scalar(
                select(confirmations.c.body).where(confirmations.c.name == name)
            )
        return CONFIRMATION.read(body) if body else None

    async def use(self, name: str, at: datetime) -> bool:
        """Use it up; False where that was done before, or there is none."""
        async with self._database.writing() as connection:
            used = await connection.execute(
                update(confirmations)
                .where(confirmations.c.name == name, confirmations.c.used_at.is_(None))
                .values(used_at=at)
            )
        return used.rowcount == 1


def _clearing(before: datetime) -> Delete:
    old = (
        select(confirmations.c.name)
        .where(confirmations.c.asked_at < before)
        .order_by(confirmations.c.asked_at)
        .limit(_CLEARED)
    )
    free = leases.untaken(old, of=confirmations)
    return delete(confirmations).where(confirmations.c.name.in_(select(free.c.name)))
