"""Bringing a database to the tables that this code knows."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog
from sqlalchemy import Connection, inspect, text

from bot.domain.errors import StoreError
from bot.store.database import Database

log = structlog.get_logger(__name__)

#: The revision of the newest of `migrations/versions`.
NEWEST = "0005"

# A large table may have to be rewritten, and another process may be doing so already.
_PATIENCE = timedelta(minutes=5)

# Any number will do, as long as nobody else in the database locks it.
_ADVISORY_LOCK = 0x71_66_62_6F_74

# https://sqlite.org/cli.html#special_commands_to_sqlite3_dot_commands_
# https://www.postgresql.org/docs/current/app-pgdump.html
_BACKUPS = {
    "sqlite": 'sqlite3 FILE ".backup COPY", or a copy of the file while no qfbot serves it',
    "postgresql": "pg_dump --format=custom --file=COPY URL",
}


class Age(StrEnum):
    """How a database's tables stand to those that this code knows."""

    MISSING = "missing"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


@dataclass(frozen=True)
class Tables:
    """The revision of a database's tables, "" where it has none, and the one of this code."""

    age: Age
    revision: str
    known: str


async def migrate(database: Database) -> None:
    """Make or renew the tables. Raises StoreError where they are newer than this code."""
    if (await tables_of(database)).age is Age.CURRENT:
        return
    async with database.writing(patience=_PATIENCE) as connection:
        await connection.run_sync(_upgrade)


async def check_migrated(database: Database) -> None:
    """Raises StoreError where the tables are not exactly those that this code knows."""
    tables = await tables_of(database)
    _refuse_newer(tables)
    if tables.age is Age.MISSING:
        raise StoreError("there are no tables of qfbot; `qfbot serve` makes them")
    if tables.age is Age.OLDER:
        raise StoreError(
            f"the database's tables are of revision {tables.revision}, not of {tables.known}; "
            "start `qfbot serve` on it once, which renews older tables"
        )


async def tables_of(database: Database) -> Tables:
    """How the tables stand to this code."""
    async with database.reading() as connection:
        return await connection.run_sync(_tables)


def backup_hint(dialect: str) -> str:
    """How a copy of the database is kept, for `sqlite` or `postgresql`."""
    return _BACKUPS[dialect]


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Of several that start at once, one migrates and the others find it done.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    tables = _tables(connection)
    _refuse_newer(tables)
    if tables.age is Age.CURRENT:
        return
    if tables.age is Age.OLDER:
        log.warning(
            "renewing the database's tables; an older qfbot cannot go back to them",
            revision=tables.revision,
            to=tables.known,
            undone="nothing is changed where it fails or is killed",
            backup=backup_hint(connection.dialect.name),
        )
    # Most starts find nothing to do, and need none of what it takes.
    from bot.store.upgrading import upgrade

    upgrade(connection)


def _refuse_newer(tables: Tables) -> None:
    if tables.age is Age.NEWER:
        raise StoreError(
            f"the database is newer than this qfbot: its revision is {tables.revision}, and this "
            f"one knows {tables.known}; start the qfbot that renewed it, or a newer one, or go "
            "back to a copy from before"
        )


def _tables(connection: Connection) -> Tables:
    revision = _revision(connection)
    return Tables(_age(revision), revision, NEWEST)


def _revision(connection: Connection) -> str:
    """What alembic has noted in its table; "" where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    noted: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return noted or ""


def _age(revision: str) -> Age:
    if not revision:
        return Age.MISSING
    if revision == NEWEST:
        return Age.CURRENT
    from bot.store.upgrading import revisions

    return Age.OLDER if revision in revisions() else Age.NEWER
