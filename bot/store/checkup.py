"""What can be told of a database without changing it, beside the processes that serve."""

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text, union

from bot.store import sqlite
from bot.store.database import Database, open_database
from bot.store.migrate import Age, Tables, tables_of
from bot.store.tables import channels, follow_is_live, follows, is_live, watches

_SQLITE = "sqlite:///"

# What migrations and the bot's own work need. A server that follows another one only reads.
_MAY_WRITE = """
SELECT NOT pg_is_in_recovery()
   AND coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
"""


@dataclass(frozen=True)
class FileState:
    """A SQLite database's file, seen from outside.

    `folder` is the one that is there, where the file's own is not made yet. `unwritable` says why
    nothing can be written, and is empty where something can. `holder` as of `sqlite.holder`.
    """

    path: Path
    exists: bool
    folder: Path
    free_bytes: int
    unwritable: str
    holder: str | None


@dataclass(frozen=True)
class Content:
    """What is in a database: its tables, and the channels that are to hear of something.

    `channels` says of each why Slack took nothing there when it was last tried, "" where it
    did; there are none where the tables are not those of this code. `writable` is whether the
    database's user may write and make tables.
    """

    tables: Tables
    writable: bool
    channels: Mapping[str, str]


def file_state(url: str) -> FileState | None:
    """What can be told without opening it; None where the database is no file."""
    if not url.startswith(_SQLITE):
        return None
    path = Path(url.removeprefix(_SQLITE))
    # Of what lies behind a folder that is closed to us, Path.exists would raise.
    folder = next(each for each in path.absolute().parents if os.path.exists(each))
    return FileState(
        path=path,
        exists=os.path.exists(path),
        folder=folder,
        free_bytes=shutil.disk_usage(folder).free,
        unwritable=_unwritable(folder, path),
        holder=sqlite.holder(path),
    )


async def content(url: str) -> Content:
    """What a database holds. Raises StoreError where it cannot be read."""
    async with open_database(url, beside=True) as database:
        tables = await tables_of(database)
        hearing = await _channels(database) if tables.age is Age.CURRENT else {}
        return Content(tables, await _may_write(database), hearing)


def _unwritable(folder: Path, path: Path) -> str:
    try:
        # It has no name, so that nothing is left of it.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return error.strerror or type(error).__name__
    may = not os.path.exists(path) or os.access(path, os.R_OK | os.W_OK)
    return "" if may else os.strerror(errno.EACCES)


async def _may_write(database: Database) -> bool:
    if database.is_ours_alone:
        return True
    async with database.reading() as connection:
        return bool(await connection.scalar(text(_MAY_WRITE)))


async def _channels(database: Database) -> Mapping[str, str]:
    """Those with a live watch or follow."""
    live = union(
        select(watches.c.channel_id).where(is_live),
        select(follows.c.channel_id).where(follow_is_live),
    )
    hearing = select(channels).where(channels.c.channel_id.in_(live))
    async with database.reading() as connection:
        rows = (await connection.execute(hearing.order_by(channels.c.channel_id))).all()
    return {row.channel_id: row.blocked for row in rows}
