"""Databases that nobody has used: empty, or with their tables, which are made once and copied."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from bot.store.database import open_database
from bot.store.migrate import migrate

_TEMPLATE = "with_tables"


class FreshDatabases:
    """One for each test. Those with tables are copies, as to make them takes longer than a test.

    What they are copied from is kept in `folder` and on the server.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{_TEMPLATE}.db"
        self._server: str | None = None

    async def in_file(self, path: Path, *, with_tables: bool) -> str:
        """The URL of a SQLite database."""
        if with_tables:
            if not self._file.exists():
                await _make_tables(f"sqlite:///{self._file}")
            shutil.copyfile(self._file, path)
        return f"sqlite:///{path}"

    @asynccontextmanager
    async def on_server(self, server: str, *, with_tables: bool) -> AsyncIterator[str]:
        """The URL of a PostgreSQL database, which goes in the end."""
        if with_tables and self._server != server:
            await _run(server, f"CREATE DATABASE {_TEMPLATE}")
            await _make_tables(_on(server, _TEMPLATE))
            self._server = server
        name, template = f"test_{uuid4().hex}", _TEMPLATE if with_tables else "template1"
        await _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
        yield _on(server, name)
        await _run(server, f"DROP DATABASE {name} WITH (FORCE)")


async def _make_tables(url: str) -> None:
    async with open_database(url) as database:
        await migrate(database)


def _on(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()


async def _run(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
