"""A database as the second step left it; its rows stay as they are, whatever the code becomes."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.store.database import open_database
from tests.contract.store.first_tables import make_first_tables

_ROWS = """
INSERT INTO follows (account, channel_id, owner, what, value, notify, since, until)
VALUES ('default', 'C0GENERAL', 'U0ADA', 'all', '', 'all', '2026-03-01 12:00:00.000000',
        '2026-03-02 12:00:00.000000')
"""


async def make_second_tables(url: str) -> None:
    """The tables of revision 0002, with the first ones' rows and a follow."""
    await make_first_tables(url)
    async with open_database(url) as database, database.writing() as connection:
        await connection.run_sync(_make)
        await connection.execute(text(_ROWS))


def _make(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "0002")
