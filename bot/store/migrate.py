"""Bringing a database to the tables that this code knows."""

from datetime import timedelta

from sqlalchemy import Connection, inspect, text

from bot.domain.errors import StoreError
from bot.store.database import Database

#: The revision of the newest of `migrations/versions`.
NEWEST = "0004"

# A large table may have to be rewritten, and another process may be doing so already.
_PATIENCE = timedelta(minutes=5)

# Any number will do, as long as nobody else in the database locks it.
_ADVISORY_LOCK = 0x71_66_62_6F_74


async def migrate(database: Database) -> None:
    """Make or renew the tables. Raises StoreError where they are newer than this code."""
    if await _revision_of(database) == NEWEST:
        return
    async with database.writing(patience=_PATIENCE) as connection:
        await connection.run_sync(_upgrade)


async def check_migrated(database: Database) -> None:
    """Raises StoreError where the tables are not exactly those that this code knows."""
    revision = await _revision_of(database)
    if revision != NEWEST:
        raise StoreError(f"the database's tables are of revision {revision}, not of {NEWEST}")


async def _revision_of(database: Database) -> str | None:
    async with database.reading() as connection:
        return await connection.run_sync(_revision)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Of several that start at once, one migrates and the others find it done.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    revision = _revision(connection)
    if revision != NEWEST:
        # Most starts find nothing to do, and need none of what it takes.
        from bot.store.upgrading import upgrade

        upgrade(connection, revision)


def _revision(connection: Connection) -> str | None:
    """What alembic has noted in its table; None where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
