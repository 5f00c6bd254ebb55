"""SQLite in few journeys: a statement, its rows and what begins its transaction are one.

SQLite works in a thread, and each call is a journey there and back that costs more than most
statements do. SQLAlchemy's own adapter of aiosqlite makes four of them for a statement, and
one for the end of a transaction that wrote nothing.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import EMPTY_DICT

_Value = TypeVar("_Value")


class Answer(NamedTuple):
    """What is left of a cursor whose rows were fetched; the names are those of PEP 249."""

    description: Any
    rowcount: int
    lastrowid: int | None
    rows: Sequence[Any] = ()


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """Has no counterpart in the thread between two statements, and so nothing to be closed."""

    __slots__ = ()

    def __init__(self, connection: "Connection") -> None:
        # Not the adapter's own: it would make the journey for a cursor of the thread's.
        self._adapt_connection = connection
        self._connection = connection.driver_connection
        self._soft_closed_memoized = EMPTY_DICT
        self._answered(Answer(None, -1, None))

    def execute(self, operation: Any, parameters: Any = None) -> None:
        """Run a statement and fetch its rows."""
        self._answered(self._journey(lambda raw: _answer(raw.execute(operation, parameters or ()))))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        """Run a statement for each set of parameters."""
        self._answered(
            self._journey(lambda raw: _answer(raw.executemany(operation, seq_of_parameters)))
        )

    def close(self) -> None:
        """Forget the rows that nobody has asked for."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """The rows are here already."""

    def _journey(self, run: Callable[[sqlite3.Connection], Answer]) -> Answer:
        connection: Any = self._adapt_connection
        answer: Answer = connection.journey(run)
        return answer

    def _answered(self, answer: Answer) -> None:
        self._cursor: Any = answer
        self._rows = deque(answer.rows)


class Connection(AsyncAdapt_aiosqlite_connection):
    """Begins a transaction with its first statement, and ends none that was not begun."""

    __slots__ = ("_begun", "_synchronous", "_to_begin")

    _cursor_cls: type[Any] = Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._synchronous = ""
        self._to_begin: _Beginning | None = None
        self._begun = False

    def begin_writing(self, synchronous: str, *, alone: bool) -> None:
        """Have the next statement begin a transaction that keeps all others from writing.

        `synchronous` is what the pragma of this name is then. The statement is `alone` where it
        ends the transaction too.
        """
        anew = synchronous != self._synchronous
        self._to_begin = _Beginning(synchronous if anew else "", alone)

    def journey(self, run: Callable[[sqlite3.Connection], _Value]) -> _Value:
        """What comes of some work in the thread."""
        beginning, self._to_begin = self._to_begin, None
        if beginning:
            run = partial(beginning.around, run)
            self._synchronous = beginning.synchronous or self._synchronous
            self._begun = not beginning.alone
        try:
            return self.run_async(lambda driver: _on_thread(driver, run))
        except Exception as error:
            self._handle_exception(error)

    def commit(self) -> None:
        """End the transaction, if one was begun."""
        self._end(super().commit)

    def rollback(self) -> None:
        """Undo the transaction, if one was begun."""
        self._end(super().rollback)

    def _end(self, end: Callable[[], None]) -> None:
        self._to_begin = None
        if self._begun:
            end()
            self._begun = False


@dataclass(frozen=True)
class _Beginning:
    """What begins a transaction; `synchronous` is empty where it is so already."""

    synchronous: str
    alone: bool

    def around(
        self, run: Callable[[sqlite3.Connection], _Value], raw: sqlite3.Connection
    ) -> _Value:
        """Begin in the thread, run, and end it where nothing else is to be run."""
        # First: within a transaction it cannot be set.
        if self.synchronous:
            raw.execute(f"PRAGMA synchronous = {self.synchronous}")
        raw.execute("BEGIN IMMEDIATE")
        if not self.alone:
            return run(raw)
        with raw:
            return run(raw)


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the driver."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *given: Any, **named: Any) -> Connection:
        """A connection of ours; it has the thread of aiosqlite's."""
        return Connection(self, super().connect(*given, **named).driver_connection)


async def _on_thread(driver: Any, work: Callable[[sqlite3.Connection], _Value]) -> _Value:
    value: _Value = await driver._execute(work, driver._conn)
    return value


def _answer(cursor: sqlite3.Cursor) -> Answer:
    rows = cursor.fetchall() if cursor.description else ()
    return Answer(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
