"""The steps to newer tables, by alembic: imported where there are some to make, as it is large."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.domain.errors import StoreError


def upgrade(connection: Connection, revision: str | None) -> None:
    """Make the steps from a revision to the newest. Raises StoreError for one that is unknown."""
    if revision and revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise StoreError(f"the database is newer than this qfbot: its revision is {revision}")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def newest() -> str | None:
    """The revision that the newest step leads to."""
    return _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    return config
