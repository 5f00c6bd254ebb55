"""What only PostgreSQL has: a server that can be out of reach, and passwords."""

from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import text

from bot.domain.errors import AuditUnavailable, StoreError
from bot.store.opening import Store, open_store
from tests.contract.store.values import HandClock, asked, look, watch

pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


async def test_a_connection_that_was_cut_is_made_anew(store: Store, url: str) -> None:
    await store.database.ping()
    await _cut_connections(url)

    assert await store.watches.begin(watch(), look())


async def test_a_cut_within_a_transaction_undoes_it(store: Store, url: str) -> None:
    async def work() -> None:
        async with store.database.writing() as connection:
            await connection.exec_driver_sql("INSERT INTO channels VALUES ('C0', '', NULL, '')")
            await _cut_connections(url)
            await connection.exec_driver_sql("UPDATE channels SET blocked = 'yes'")

    with pytest.raises(StoreError):
        await work()

    async with store.database.reading() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM channels")) == 0


async def test_a_server_out_of_reach_is_an_error_that_keeps_the_password(url: str) -> None:
    # Nobody listens on the discard port.
    with pytest.raises(StoreError) as failed:
        async with open_store("postgresql://ada:canary@127.0.0.1:9/qfbot", HandClock()):
            pass

    assert failed.value.reason
    assert "canary" not in str(failed.value)


async def test_a_database_that_does_not_exist_is_named(url: str) -> None:
    with pytest.raises(StoreError, match='database "nowhere" does not exist'):
        async with open_store(urlsplit(url)._replace(path="/nowhere").geturl(), HandClock()):
            pass


async def test_an_audit_that_cannot_be_written_says_so(store: Store, url: str) -> None:
    async with store.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE audit RENAME TO lost")

    with pytest.raises(AuditUnavailable):
        await store.audit.asked(asked())


async def _cut_connections(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
    finally:
        await connection.close()
