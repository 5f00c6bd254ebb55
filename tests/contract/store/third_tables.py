"""A database as the third step left it; its rows stay as they are, whatever the code becomes."""

import json

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.store.database import open_database
from tests.contract.store.second_tables import make_second_tables

_RUN = "task-zzzzzz123456"

_LOOK = {
    "resource": {"id": {"kind": "task", "text": _RUN}, "state": "Running", "phase": "running"},
    "at": "2026-03-01T12:00:00Z",
}

_THING = """
INSERT INTO things (account, resource_id, look, schema_version, looked_at, phase, version,
                    next_look_at, failures, denials, running_since)
VALUES ('default', 'task-zzzzzz123456', :look, 2, '2026-03-01 12:00:00.000000', 'running', 4,
        '2026-03-01 12:00:00.000000', 0, 0, '2026-03-01 11:20:00.250000')
RETURNING id
"""
_WATCH = """
INSERT INTO watches (thing_id, channel_id, owner, since, until, notify)
VALUES (:thing, 'C0GENERAL', 'U0ADA', '2026-03-01 12:00:00.000000', '2026-03-02 12:00:00.000000',
        'all')
"""


async def make_third_tables(url: str) -> None:
    """The tables of revision 0003, with the second ones' rows and a run that is seen to run."""
    await make_second_tables(url)
    async with open_database(url) as database, database.writing() as connection:
        await connection.run_sync(_make)
        thing = await connection.scalar(text(_THING), {"look": json.dumps(_LOOK)})
        await connection.execute(text(_WATCH), {"thing": thing})


def _make(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "0003")
