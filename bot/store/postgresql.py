"""The PostgreSQL database: any number of processes, on any number of machines."""

from typing import Any

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: What the driver raises where SQLAlchemy does not translate it; a host's name that cannot be
#: one is a UnicodeError.
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, UnicodeError)

_CONNECT_SECONDS = 5
_STATEMENT_SECONDS = 10

# A process that is frozen in a transaction must not keep its rows from the others.
_SERVER_SETTINGS = {
    "application_name": "qfbot",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
}
_READ_ONLY = {"default_transaction_read_only": "on"}


def make_engine(url: str, *, beside: bool) -> AsyncEngine:
    """An engine on the server; the driver itself reads the URL, `sslmode` and all.

    `beside` the processes that serve, it only reads.
    """

    async def connect() -> Any:
        return await asyncpg.connect(
            url,
            timeout=_CONNECT_SECONDS,
            command_timeout=_STATEMENT_SECONDS,
            server_settings=_SERVER_SETTINGS | (_READ_ONLY if beside else {}),
        )

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=5,
        max_overflow=5,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # What this may lose with the power are the last transactions, in order and whole
    # (https://www.postgresql.org/docs/current/wal-async-commit.html).
    if connection.get_execution_options().get("durable") is False:
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
