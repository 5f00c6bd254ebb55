"""The audit: two linked rows an attempt, added and never changed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import Asked, Attempt, Ended
from bot.domain.errors import AuditUnavailable, StoreError
from bot.domain.facts import Fact
from bot.store.announcements import inserting_where_new, know_channel, owe
from bot.store.codec import ASKED, ENDED
from bot.store.database import Database
from bot.store.tables import audit, open_attempts


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
        async with self._writing() as connection:
            await connection.execute(insert(audit).values(_end(attempt, ended)))

    async def unfinished(self, before: datetime) -> Sequence[Attempt]:
        """The attempts from before then (wall) whose end was never written down, oldest first."""
        attempts = (
            select(audit.c.id, audit.c.body)
            .join(open_attempts, open_attempts.c.asked_id == audit.c.id)
            .where(open_attempts.c.at < before)
            .order_by(open_attempts.c.at, open_attempts.c.asked_id)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(attempts)).all()
        return [Attempt(row.id, ASKED.read(row.body)) for row in rows]

    async def close(self, attempt: Attempt, ended: Ended, fact: Fact | None) -> bool:
        """Write down the end of an attempt that was cut off, and owe its asker the fact.

        In one transaction; False where its end was written down meanwhile.
        """
        asked = attempt.asked
        asker = asked.origin.user_id
        async with self._writing() as connection:
            if not await _ended_first(connection, attempt, ended):
                return False
            if fact is not None:
                await know_channel(connection, asker)
                await owe(connection, asker, asked.account, fact, ended.at)
        return True

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._database.writing() as connection:
                yield connection
        except StoreError as error:
            raise AuditUnavailable(error.reason) from error


async def _ended_first(connection: AsyncConnection, attempt: Attempt, ended: Ended) -> bool:
    """Write down an end unless there is one; whether there was none."""
    # SQLite's triggers refuse even the offer of a second end, and there nobody comes between.
    if await connection.scalar(select(exists().where(audit.c.asked_id == attempt.id))):
        return False
    adding = inserting_where_new(connection, audit, audit.c.asked_id)
    added = await connection.execute(adding.values(_end(attempt.id, ended)))
    return added.rowcount == 1


def _end(attempt: int, ended: Ended) -> dict[str, Any]:
    return {
        "asked_id": attempt,
        "at": ended.at,
        "body": ENDED.write(ended),
        "outcome": ended.outcome,
    }
