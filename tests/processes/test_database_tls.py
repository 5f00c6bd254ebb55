"""A PostgreSQL address that asks for TLS gets it from a server that somebody vouches for only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.domain.errors import StoreError
from bot.store.database import open_database
from tests.processes.toll import certificate, serving_context


@asynccontextmanager
async def listening(key: Path, cert: Path) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that agrees to TLS and says no more; its port, and what it was told within TLS."""
    told: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
        await reader.readexactly(8)
        writer.write(b"S")
        try:
            await writer.start_tls(serving_context(key, cert))
            told.append(await reader.read(200))
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], told


@pytest.mark.parametrize(("vouched", "reached"), [(True, True), (False, False)])
async def test_the_password_is_kept_from_a_server_that_nobody_vouches_for(
    tmp_path: Path, vouched: bool, reached: bool
) -> None:
    for name in ("own", "other"):
        (tmp_path / name).mkdir()
    key, cert = certificate(tmp_path / "own", "IP:127.0.0.1")
    _, other = certificate(tmp_path / "other", "IP:127.0.0.1")
    async with listening(key, cert) as (port, told):
        root = cert if vouched else other
        url = (
            f"postgresql://ada:canary@127.0.0.1:{port}/qfbot?sslmode=verify-full&sslrootcert={root}"
        )
        async with open_database(url) as database:
            with pytest.raises(StoreError) as failed:
                await database.ping()
    assert bool(told) is reached
    assert "canary" not in str(failed.value)
