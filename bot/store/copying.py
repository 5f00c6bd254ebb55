"""Copying a whole SQLite database into one that holds nothing yet, on PostgreSQL or SQLite.

The source is held by its lock and only read. The rows arrive in one transaction, all or none.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, Table, exists, func, insert, inspect, select, text, tuple_
from sqlalchemy import column as any_column
from sqlalchemy import table as any_table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import StoreError
from bot.store import leases, sqlite
from bot.store.database import Database, open_database
from bot.store.ledgers import audit_ids, open_attempts
from bot.store.migrate import check_migrated, migrate
from bot.store.tables import metadata

#: Told after each batch: the table, and how many of its rows have arrived.
Progress = Callable[[str, int], None]

#: How many rows are in memory at a time; the reason of a failed run may be 100 kB long.
BATCH = 200

# For all rows together; a server that falls silent is noticed at the next statement.
_PATIENCE = timedelta(hours=12)

# Triggers write these when the audit's rows arrive, and would stumble over rows that are there.
_FILLED_BY_TRIGGERS = {open_attempts.name, audit_ids.name}

_SQLITE = "sqlite:///"
_TARGET = "the target"

# Where SQLite keeps the highest number that each table ever gave out, removed rows included
# (https://sqlite.org/autoinc.html).
_given = any_table("sqlite_sequence", any_column("name"), any_column("seq"))


class _Attributed(StoreError):
    """A failure that says which of the two databases it is about."""


async def copy_all(source_url: str, target_url: str, progress: Progress) -> dict[str, int]:
    """Copy every row; how many of each table.

    Nobody has anything in hand in the copy, as after a restart. Raises StoreError where the
    source is missing, in use or of other tables than this code's, and where the target cannot
    be used or holds rows already.
    """
    path = Path(source_url.removeprefix(_SQLITE))
    if _is_file(path, target_url):
        raise StoreError(f"{path}: the source and the target are one file")
    async with _held(source_url, path) as source, open_database(target_url) as target:
        with _attributing(_TARGET):
            # Before its tables are renewed too: a database in use is not to be touched.
            await _check_vacant(target)
            await migrate(target)
            async with target.writing(patience=_PATIENCE) as connection:
                await _keep_others_out(connection)
                await _refuse_rows(connection)
                counts = {
                    table.name: await _copy(source, connection, table, progress)
                    for table in metadata.sorted_tables
                    if table.name not in _FILLED_BY_TRIGGERS
                }
                await _number_on(connection, await _numbers(source))
    return counts


def _is_file(path: Path, url: str) -> bool:
    return url.startswith(_SQLITE) and Path(url.removeprefix(_SQLITE)).resolve() == path.resolve()


@asynccontextmanager
async def _held(url: str, path: Path) -> AsyncIterator[Database]:
    """The source, which nobody else can serve meanwhile."""
    # Opened first: where there is no such file, its lock would be made.
    async with open_database(url, beside=True) as source:
        with sqlite.held(path):
            with _attributing(str(path)):
                # Renewed here, an older qfbot could not go back to it.
                await check_migrated(source)
            yield source


async def _check_vacant(target: Database) -> None:
    async with target.reading() as connection:
        await _refuse_rows(connection)


async def _refuse_rows(connection: AsyncConnection) -> None:
    """Raises StoreError where any table of ours holds a row."""
    there = await connection.run_sync(lambda it: inspect(it).get_table_names())
    for table in metadata.sorted_tables:
        if table.name in there and await connection.scalar(select(exists().select_from(table))):
            raise StoreError(
                f"it holds rows already, in {table.name}; a copy needs an empty database"
            )


async def _keep_others_out(connection: AsyncConnection) -> None:
    """Let nobody else write there until the copy is made; SQLite has one writer at a time."""
    if connection.dialect.name != "postgresql":
        return
    names = map(connection.dialect.identifier_preparer.format_table, metadata.sorted_tables)
    # Of its own: the driver's patience ends without a word about locks.
    await connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    # They may read (https://www.postgresql.org/docs/current/explicit-locking.html).
    await connection.execute(text(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE"))


async def _copy(
    source: Database, connection: AsyncConnection, table: Table, progress: Progress
) -> int:
    arrived = 0
    async for rows in _batches(source, table):
        try:
            await connection.execute(insert(table), rows)
        except TimeoutError as error:
            raise StoreError("the server has fallen silent") from error
        arrived += len(rows)
        progress(table.name, arrived)
    return arrived


async def _batches(source: Database, table: Table) -> AsyncIterator[list[dict[str, Any]]]:
    """The rows in the order of their keys, so that what refers to its own table comes later."""
    free = {name: value for name, value in leases.AT_REST.items() if name in table.columns}
    last: Sequence[Any] | None = None
    while True:
        with _attributing("the source"):
            async with source.reading() as connection:
                rows = (await connection.execute(_page(table, last))).mappings().all()
        if not rows:
            return
        last = [rows[-1][key.name] for key in table.primary_key]
        yield [{**row, **free} for row in rows]


def _page(table: Table, last: Sequence[Any] | None) -> Select[Any]:
    keys = list(table.primary_key)
    rows = select(table).order_by(*keys).limit(BATCH)
    return rows if last is None else rows.where(tuple_(*keys) > tuple(last))


async def _numbers(source: Database) -> Mapping[str, int]:
    """The highest number that each table ever gave out, where it gave any."""
    with _attributing("the source"):
        async with source.reading() as connection:
            rows = (await connection.execute(select(_given).where(_given.c.seq > 0))).all()
    return {row.name: row.seq for row in rows if row.name in metadata.tables}


async def _number_on(connection: AsyncConnection, numbers: Mapping[str, int]) -> None:
    """Have the tables go on behind these numbers, so that none is ever given twice."""
    for name, number in numbers.items():
        if connection.dialect.name == "postgresql":
            [key] = metadata.tables[name].primary_key
            sequence = func.pg_get_serial_sequence(name, key.name)
            await connection.execute(select(func.setval(sequence, number)))
        else:
            await connection.execute(_given.delete().where(_given.c.name == name))
            await connection.execute(_given.insert().values(name=name, seq=number))


@contextmanager
def _attributing(whose: str) -> Iterator[None]:
    """Say whose failure it is, unless that is said already."""
    try:
        yield
    except _Attributed:
        raise
    except StoreError as error:
        raise _Attributed(f"{whose}: {error.reason}") from error
