"""The questions that a button answers, as the Confirmations port wants them."""

import secrets
from datetime import datetime

from sqlalchemy import insert, select, update

from bot.domain.calls import Confirmation
from bot.store.codec import CONFIRMATION
from bot.store.database import Database
from bot.store.tables import confirmations

# What the name of a question begins with, and how many random bytes follow.
_MARK = "#"
_BYTES = 16


class StoredConfirmations:
    """Questions by names that cannot be guessed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, confirmation: Confirmation) -> str:
        """Remember a question; its name cannot be guessed."""
        name = _MARK + secrets.token_urlsafe(_BYTES)
        values = {
            "name": name,
            "body": CONFIRMATION.write(confirmation),
            "asked_at": confirmation.asked_at,
        }
        async with self._database.writing() as connection:
            await connection.execute(insert(confirmations).values(values))
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
