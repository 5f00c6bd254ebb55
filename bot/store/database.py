"""Reaching the database: opening, transactions, and one kind of error for all that can fail."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from datetime import timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from bot.domain.errors import StoreError
from bot.store import postgresql, sqlite

#: How long a transaction may take, its turn included.
PATIENCE = timedelta(seconds=10)

# Between two looks whether all connections are back, in seconds.
_GLANCE = 0.01

_DRIVER_ERRORS = (SQLAlchemyError, OSError, *sqlite.DRIVER_ERRORS, *postgresql.DRIVER_ERRORS)


class Database:
    """An open database. Whatever fails in a transaction is rolled back, and a StoreError."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writers = {
            (durable, alone): engine.execution_options(durable=durable, alone=alone)
            for durable in (True, False)
            for alone in (True, False)
        }
        #: Whether no other process can have anything in hand: a SQLite file is locked by one.
        self.is_ours_alone = engine.dialect.name == "sqlite"
        # SQLite's writers would poll for their turn, and the unlucky ones starve.
        self._turn: AbstractAsyncContextManager[None] = (
            asyncio.Lock() if self.is_ours_alone else nullcontext()
        )
        #: This process's name in what it has in hand.
        self.holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        async with _answering(PATIENCE), self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(
        self, *, durable: bool = True, alone: bool = False, patience: timedelta = PATIENCE
    ) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes, all or nothing.

        A killed process loses none. A durable one outlives a loss of power too, with all that
        were written before it; one that is not may be lost then, and is a good deal faster:
        it is for what would merely be done again. One that is a single statement `alone` is
        faster too; what followed it would stand by itself.
        """
        writer = self._writers[durable, alone]
        async with _answering(patience), self._turn, writer.begin() as connection:
            yield connection

    async def ping(self) -> None:
        """Raises StoreError where the database does not answer."""
        async with self.reading() as connection:
            await connection.execute(text("SELECT 1"))


@asynccontextmanager
async def open_database(url: str, *, beside: bool = False) -> AsyncIterator[Database]:
    """Open `sqlite:///path` or `postgresql://…`, and close it in the end.

    A SQLite file belongs to one process: a second one gets a StoreError, unless it opens it
    `beside` the first, to read only. `sqlite://` (in memory) is refused: the promises made
    there would end with the process.
    """
    ours, engine = _prepared(url, beside)
    with ours:
        try:
            yield Database(engine)
        finally:
            await asyncio.shield(_close(engine))


def _prepared(url: str, beside: bool) -> tuple[AbstractContextManager[None], AsyncEngine]:
    if url.startswith("postgresql://"):
        return nullcontext(), postgresql.make_engine(url, beside=beside)
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or path.name in ("", ":memory:"):
        raise StoreError("the database's URL must be sqlite:///path or postgresql://…")
    if beside and not path.exists():
        raise StoreError(f"{path}: there is no such database")
    ours = nullcontext() if beside else sqlite.held(path)
    return ours, sqlite.make_engine(path, beside=beside)


async def _close(engine: AsyncEngine) -> None:
    """Close it when every connection is back: one that comes later would never be closed.

    Whoever is cancelled within a transaction gives its connection back a moment afterwards.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE.total_seconds()):
            # The pool has no event for it.
            while cast(QueuePool, engine.pool).checkedout():  # noqa: ASYNC110
                await asyncio.sleep(_GLANCE)
    await engine.dispose()


@asynccontextmanager
async def _answering(patience: timedelta) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(patience.total_seconds()):
            yield
    except TimeoutError as error:
        raise StoreError(f"no answer within {patience.total_seconds():g} s") from error
    except _DRIVER_ERRORS as error:
        raise StoreError(_told(error)) from error


def _told(error: BaseException) -> str:
    """The first line of what the driver says; parameters and passwords are not in it."""
    cause = getattr(error, "orig", None) or error
    # SQLAlchemy wraps asyncpg's own error, and puts its class before what it says.
    cause = cause.__cause__ or cause
    first_line = str(cause).partition("\n")[0]
    return first_line or type(cause).__name__
