"""The steps to newer tables, by alembic: imported where there are some to make, as it is large."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Make the steps from where the tables are to the newest."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revisions() -> frozenset[str]:
    """Those that this code has a step to."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def newest() -> str | None:
    """The revision that the newest step leads to."""
    return _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    return config
