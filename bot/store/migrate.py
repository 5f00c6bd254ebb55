"""Bringing a database to the tables that this code knows."""

from datetime import timedelta

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.domain.errors import StoreError
from bot.store.database import Database

# A large table may have to be rewritten, and another process may be doing so already.
_PATIENCE = timedelta(minutes=5)

# Any number will do, as long as nobody else in the database locks it.
_ADVISORY_LOCK = 0x71_66_62_6F_74


async def migrate(database: Database) -> None:
    """Make or renew the tables. Raises StoreError where they are newer than this code."""
    async with database.writing(patience=_PATIENCE) as connection:
        await connection.run_sync(_upgrade)


async def check_migrated(database: Database) -> None:
    """Raises StoreError where the tables are not exactly those that this code knows."""
    async with database.reading() as connection:
        revision = await connection.run_sync(_revision)
    known = _scripts().get_current_head()
    if revision != known:
        raise StoreError(f"the database's tables are of revision {revision}, not of {known}")


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Of several that start at once, one migrates and the others find it done.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    scripts = _scripts()
    revision = _revision(connection)
    if revision and revision not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(f"the database is newer than this qfbot: its revision is {revision}")
    if revision != scripts.get_current_head():
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    return config
