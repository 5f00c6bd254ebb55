"""The SQLite database: one file, one process, one writer at a time."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.errors import StoreError
from bot.store.journeys import Driver

#: What the driver raises where SQLAlchemy does not translate it.
DRIVER_ERRORS = (sqlite3.Error,)

# Longer than any transaction of ours, shorter than a person's patience.
_BUSY_SECONDS = 5


class LockReturningConnection(sqlite3.Connection):
    """A connection that gives its lock back when it is closed.

    Where a task was cancelled within a statement, an unfinished cursor outlives the connection's
    close with the transaction in it, until the garbage collector comes by.
    """

    def close(self) -> None:
        if self.in_transaction:
            self.rollback()
        super().close()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock beside a database's file, which the system gives back however we end.

    Raises StoreError, with the path and the holder's process id, where another has it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    try:
        _take(lock, path)
        yield
    finally:
        os.close(lock)


def _take(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        process = _written_by(lock) or "unknown"
        raise StoreError(f"{path} is in use by process {process}") from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)


def _written_by(lock: int) -> str:
    return os.pread(lock, 20, 0).decode("ascii", "replace").strip()


def holder(path: Path) -> str | None:
    """The process that holds the lock beside a database's file; "" where it is not known which.

    None where nobody does. To find that out the lock is shared for an instant, in which a process
    that starts would be refused.
    """
    try:
        lock = os.open(f"{path}.lock", os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written_by(lock)
    else:
        return None
    finally:
        os.close(lock)


def make_engine(path: Path, *, beside: bool) -> AsyncEngine:
    """An engine on the file; `beside` the process that holds it, it only reads."""
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        module=Driver(),
        # Transactions begin where we say so, not where the driver guesses.
        connect_args={
            "isolation_level": None,
            "timeout": _BUSY_SECONDS,
            "factory": LockReturningConnection,
        },
        pool_size=5,
        max_overflow=0,
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _prepare_reader if beside else _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    _run(connection, "PRAGMA journal_mode = WAL")
    _run(connection, "PRAGMA foreign_keys = ON")
    # Only this flushes through the disk's own cache on macOS (https://sqlite.org/pragma.html).
    _run(connection, "PRAGMA fullfsync = ON")


def _prepare_reader(connection: Any, _record: object) -> None:
    _run(connection, "PRAGMA query_only = ON")


def _run(connection: Any, statement: str) -> None:
    cursor = connection.cursor()
    cursor.execute(statement)
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin with the lock that is needed: one that is taken later can fail without waiting.

    What only reads needs no transaction: each statement sees a state of its own, as on the server.
    """
    options = connection.get_execution_options()
    if "durable" not in options:
        return
    driver: Any = connection.connection.dbapi_connection
    # In WAL mode NORMAL may lose the last transactions with the power, in order and whole,
    # and FULL none (https://sqlite.org/pragma.html#pragma_synchronous).
    wanted = "FULL" if options["durable"] else "NORMAL"
    driver.begin_writing(wanted, alone=options["alone"])
