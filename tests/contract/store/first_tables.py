"""A database as the first release left it; its rows stay as they are, whatever the code becomes."""

import json
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.store.database import open_database

_WORLD, _WALL = "2026-03-01T12:00:00Z", "2026-11-20T09:00:00Z"
_RUN = "task-abcdef123456"

_LOOK = {
    "resource": {"id": {"kind": "task", "text": _RUN}, "state": "Queued", "phase": "queued"},
    "at": _WORLD,
}
_QUESTION = {
    "call": {"command": "stop", "arguments": {"ids": [_RUN]}},
    "asker": "U0ADA",
    "channel_id": "C0GENERAL",
    "asked_at": _WORLD,
    "seen": "Running",
}
_GONE = {
    "channel_id": "C0GENERAL",
    "resource_id": _RUN,
    "reason": "not_in_channel",
    "type": "access_gone",
}
_ENDED = {"at": _WALL, "outcome": "stopped", "took": "PT1S", "request_id": None}

_ROWS = """
INSERT INTO things (account, resource_id, look, schema_version, looked_at, phase, version,
                    next_look_at, failures, denials)
VALUES ('default', 'task-abcdef123456', :look, 1, '2026-03-01 12:00:00.000000', 'queued', 1,
        '2026-03-01 12:00:00.000000', 0, 0);
INSERT INTO channels (channel_id, blocked, holder) VALUES ('C0GENERAL', '', ''), ('U0ADA', '', '');
INSERT INTO watches (thing_id, channel_id, owner, since, until, notify)
VALUES (1, 'C0GENERAL', 'U0ADA', '2026-03-01 12:00:00.000000', '2026-03-02 12:00:00.000000',
        'ends');
INSERT INTO announcements (key, channel_id, account, resource_id, fact, schema_version, state,
                           made_at, attempts, searches)
VALUES ('key-1', 'U0ADA', 'default', '', :gone, 1, 'pending', '2026-11-20 09:00:00.000000', 0, 0);
INSERT INTO confirmations (name, body, asked_at)
VALUES ('#old', :question, '2026-03-01 12:00:00.000000')
"""


async def make_first_tables(url: str) -> None:
    """The tables of revision 0001, with rows in all that the second step could touch.

    The first attempt has its end, the other has none.
    """
    async with open_database(url) as database, database.writing() as connection:
        await connection.run_sync(_make)
        await connection.run_sync(_add_end, await connection.run_sync(add_attempt))
        await connection.run_sync(add_attempt)


def add_attempt(connection: Connection) -> int:
    """Write down an attempt as the first release does; the row's number."""
    adding = text(
        "INSERT INTO audit (at, body, user_id, channel_id, account, command) VALUES"
        " ('2026-11-20 09:00:00.000000', :asked, 'U0ADA', 'C0GENERAL', 'default', 'stop')"
        " RETURNING id"
    )
    return int(connection.execute(adding, {"asked": json.dumps(_asked())}).scalar_one())


def _add_end(connection: Connection, attempt: int) -> None:
    adding = text(
        "INSERT INTO audit (asked_id, at, body, outcome) VALUES"
        " (:attempt, '2026-11-20 09:00:01.000000', :ended, 'stopped')"
    )
    connection.execute(adding, {"attempt": attempt, "ended": json.dumps(_ENDED)})


def _make(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    values = {"look": _LOOK, "gone": _GONE, "question": _QUESTION}
    written = {name: json.dumps(value) for name, value in values.items()}
    for statement in _ROWS.split(";"):
        connection.execute(text(statement), written)


def _asked() -> dict[str, Any]:
    right = {"command": "stop", "role": 2}
    return {
        "at": _WALL,
        "origin": {
            "user_id": "U0ADA",
            "place": {"channel_id": "C0GENERAL"},
            "way": "typed",
            "at": _WORLD,
        },
        "account": "default",
        "call": {"command": "stop", "arguments": {"ids": [_RUN]}},
        "decision": {"allowed": True, "why": "role suffices", "right": right, "role": 4},
    }
