"""The audit: two linked rows an attempt, added and never changed."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import structlog
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import Asked, Attempt, Ended, Record
from bot.domain.errors import StoreError
from bot.domain.facts import Fact
from bot.store import records, retention
from bot.store.announcements import inserting_where_new, know_channel, owe
from bot.store.attempts import add_asked, add_ended, end_of, writing_audit
from bot.store.codec import ASKED
from bot.store.database import Database
from bot.store.ledgers import audit, open_attempts

log = structlog.get_logger(__name__)

# How many attempts an export has in memory at a time.
_PAGE = 500


class StoredAudit:
    """Who asked for what, and what came of it. Raises AuditUnavailable where a row is not kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asked(self, asked: Asked) -> int:
        """Write down an attempt, secrets struck out; the row's number."""
        async with writing_audit(self._database) as connection:
            return await add_asked(connection, asked)

    async def ended(self, attempt: int, ended: Ended) -> None:
        """Write down how an attempt came out, once."""
        async with writing_audit(self._database) as connection:
            await add_ended(connection, attempt, ended)

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
        return [attempt for row in rows if (attempt := _attempt(row.id, row.body))]

    async def records(
        self, *, about: str = "", user_id: str = "", since: datetime | None = None, last: int = 20
    ) -> Sequence[Record]:
        """The newest attempts, the newest first: about an id, of a person, since then (wall)."""
        async with self._database.reading() as connection:
            rows = await connection.execute(records.newest(about, user_id, since, last))
            return [records.as_record(row) for row in rows]

    async def export(self, since: datetime) -> AsyncIterator[Record]:
        """Every attempt since then (wall), the oldest first, a page in memory at a time."""
        after = 0
        while True:
            async with self._database.reading() as connection:
                rows = (await connection.execute(records.page(since, after, _PAGE))).all()
            for row in rows:
                yield records.as_record(row)
            if len(rows) < _PAGE:
                return
            after = rows[-1].id

    async def retain(self, days: int, now: datetime) -> int:
        """Remove the attempts that ended more than so many days before now (wall); how many.

        What was removed is written down as attempts of the bot itself, which `records` and
        `export` tell too. An attempt without an end stays, however old it is.
        """
        removed = 0
        while True:
            async with writing_audit(self._database) as connection:
                some = await retention.remove_some(connection, days, now)
            removed += some
            if some < retention.BATCH:
                return removed

    async def close(self, attempt: Attempt, ended: Ended, fact: Fact | None) -> bool:
        """Write down the end of an attempt that was cut off, and owe its asker the fact.

        In one transaction; False where its end was written down meanwhile.
        """
        asked = attempt.asked
        asker = asked.origin.user_id
        async with writing_audit(self._database) as connection:
            if not await _ended_first(connection, attempt, ended):
                return False
            if fact is not None:
                await know_channel(connection, asker)
                await owe(connection, asker, asked.account, fact, ended.at)
        return True


def _attempt(number: int, body: str) -> Attempt | None:
    """None for what another version of the code wrote: it must not hide the others."""
    try:
        return Attempt(number, ASKED.read(body))
    except StoreError as error:
        log.warning("attempt cannot be read", attempt=number, why=error.reason)
        return None


async def _ended_first(connection: AsyncConnection, attempt: Attempt, ended: Ended) -> bool:
    """Write down an end unless there is one; whether there was none."""
    # SQLite's triggers refuse even the offer of a second end, and there nobody comes between.
    if await connection.scalar(select(exists().where(audit.c.asked_id == attempt.id))):
        return False
    adding = inserting_where_new(connection, audit, audit.c.asked_id)
    added = await connection.execute(adding.values(end_of(attempt.id, ended)))
    return added.rowcount == 1
