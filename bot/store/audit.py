"""The audit: two linked rows an attempt, added and never changed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import Asked, Attempt, Ended
from bot.domain.errors import AuditUnavailable, StoreError
from bot.store.codec import ASKED, ENDED
from bot.store.database import Database
from bot.store.tables import audit


class StoredAudit:
    """Who asked for what, and what came of it. Raises AuditUnavailable where a row is not kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asked(self, asked: Asked) -> int:
        """Write down an attempt, secrets struck out; the row's number."""
        values = {
            "at": asked.at,
            "body": ASKED.write(asked),
            "user_id": asked.origin.user_id,
            "channel_id": asked.origin.place.channel_id,
            "account": asked.account,
            "command": asked.call.command,
        }
        async with self._writing() as connection:
            added = await connection.execute(insert(audit).values(values).returning(audit.c.id))
            return int(added.scalar_one())

    async def ended(self, attempt: int, ended: Ended) -> None:
        """Write down how an attempt came out, once."""
        values = {
            "asked_id": attempt,
            "at": ended.at,
            "body": ENDED.write(ended),
            "outcome": ended.outcome,
        }
        async with self._writing() as connection:
            await connection.execute(insert(audit).values(values))

    async def unfinished(self) -> Sequence[Attempt]:
        """The attempts whose end was never written down, the oldest first."""
        ends = audit.alias("ends")
        attempts = (
            select(audit.c.id, audit.c.body)
            .outerjoin(ends, ends.c.asked_id == audit.c.id)
            .where(audit.c.asked_id.is_(None), ends.c.id.is_(None))
            .order_by(audit.c.id)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(attempts)).all()
        return [Attempt(row.id, ASKED.read(row.body)) for row in rows]

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._database.writing() as connection:
                yield connection
        except StoreError as error:
            raise AuditUnavailable(error.reason) from error
