"""The two rows that an attempt to run a command has in the audit, as they are added."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import Asked, Ended
from bot.domain.errors import AuditUnavailable, StoreError
from bot.store.codec import ASKED, ENDED
from bot.store.database import Database
from bot.store.ledgers import audit


@asynccontextmanager
async def writing_audit(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction that writes to the audit. Raises AuditUnavailable where it fails."""
    try:
        async with database.writing() as connection:
            yield connection
    except StoreError as error:
        raise AuditUnavailable(error.reason) from error


async def add_asked(connection: AsyncConnection, asked: Asked) -> int:
    """Write down an attempt; the row's number."""
    values = {
        "at": asked.at,
        "body": ASKED.write(asked),
        "user_id": asked.origin.user_id,
        "channel_id": asked.origin.place.channel_id,
        "account": asked.account,
        "command": asked.call.command,
    }
    added = await connection.execute(insert(audit).values(values).returning(audit.c.id))
    return int(added.scalar_one())


async def add_ended(connection: AsyncConnection, attempt: int, ended: Ended) -> None:
    """Write down how an attempt came out."""
    await connection.execute(insert(audit).values(end_of(attempt, ended)))


def end_of(attempt: int, ended: Ended) -> dict[str, object]:
    """The row of an attempt's end."""
    return {
        "asked_id": attempt,
        "at": ended.at,
        "body": ENDED.write(ended),
        "outcome": ended.outcome,
    }
