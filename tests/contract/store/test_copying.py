"""A SQLite database is copied as a whole, and the bot goes on with the copy where it was."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import Column, Table, insert, inspect, select, text

from bot.domain.access import Grant, Role, Scope
from bot.domain.audit import Ended
from bot.domain.errors import StoreError
from bot.store.copying import copy_all
from bot.store.database import Database, open_database
from bot.store.leases import AT_REST
from bot.store.migrate import migrate
from bot.store.opening import open_store
from bot.store.tables import metadata
from tests.contract.store.second_tables import make_second_tables
from tests.contract.store.values import (
    ADA,
    BO,
    DAY,
    GENERAL,
    LEASE,
    OTHER_RUN,
    RANDOM,
    RUN,
    SECOND,
    WALL,
    WORLD,
    HandClock,
    asked,
    by_hand,
    follow,
    look,
    question,
    request,
    stop_asked,
    watch,
)

ODD = "“跑” \U0001f600 \ufffd '\"\\ %s :name $1 \r\n\t\u202e"

# What the tables' own conditions ask for, or their triggers.
_FITTING: dict[str, dict[str, Any]] = {
    "announcements": {"state": "sent"},
    "approvals": {"state": "started"},
    "audit": {
        "asked_id": None,
        "outcome": None,
        "body": f'{{"ids":["{RUN.id}","{OTHER_RUN.id}"]}}',
    },
}

_BY_TRIGGERS = {"open_attempts", "audit_ids"}

# Copies until the first rows have arrived, says so, and waits for its end.
_OTHER_PROCESS = """
import asyncio, signal, sys
from bot.store.copying import copy_all

def wait(table, rows):
    if table == "watches":
        print("halfway", flush=True)
        signal.pause()

asyncio.run(copy_all(sys.argv[1], sys.argv[2], wait))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the source is."""
    return tmp_path / "source" / "qfbot.db"


@pytest.fixture
async def source(path: Path) -> str:
    """The URL of a database with seven rows in every table, and a value in every column."""
    url = f"sqlite:///{path}"
    async with open_database(url) as database:
        await migrate(database)
        async with database.writing() as connection:
            for table in metadata.sorted_tables:
                if table.name not in _BY_TRIGGERS:
                    await connection.execute(insert(table), [_row(table, n) for n in range(7)])
    return url


def _row(table: Table, number: int) -> dict[str, Any]:
    row = {each.name: _value(each, number) for each in table.columns}
    return row | _FITTING.get(table.name, {})


def _value(column: Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column, number)
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if kind is datetime:
        return WALL + number * timedelta(days=1, microseconds=1)
    if kind is str:
        return f"{ODD}{number}"
    return kind(number + 5)


def _silent(_table: str, _rows: int) -> None:
    """Nobody wants to know."""


async def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything that is there, in an order that both databases agree on."""
    found = {}
    async with database.reading() as connection:
        names = await connection.run_sync(lambda it: inspect(it).get_table_names())
        for name in set(names) - {"alembic_version"}:
            table = metadata.tables[name]
            rows = (await connection.execute(select(table))).mappings().all()
            keys = [each.name for each in table.primary_key]
            found[name] = sorted(map(dict, rows), key=lambda row: [row[key] for key in keys])
    return found


async def _rows_at(url: str) -> dict[str, list[dict[str, Any]]]:
    async with open_database(url) as database:
        return await _rows(database)


async def _revision(url: str) -> str:
    async with open_database(url) as database, database.reading() as connection:
        revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(revision)


def _freed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {name: value for name, value in AT_REST.items() if name in row} for row in rows]


@pytest.mark.parametrize("batch", [1, 3, 7, 200])
async def test_every_value_of_every_table_arrives_save_what_processes_had_in_hand(
    source: str, url: str, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("bot.store.copying.BATCH", batch)

    counts = await copy_all(source, url, _silent)

    there = await _rows_at(source)
    assert await _rows_at(url) == {name: _freed(rows) for name, rows in there.items()}
    assert {len(rows) for name, rows in there.items() if name != "audit_ids"} == {7}
    assert counts == dict.fromkeys(metadata.tables.keys() - _BY_TRIGGERS, 7)


async def test_rows_with_keys_of_two_columns_are_each_copied_once(
    source: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.copying.BATCH", 3)
    runs = [(f"account-{n % 4}", f"run-{n}") for n in range(20)]
    known = metadata.tables["known_runs"]
    new = [{"account": account, "run_id": run, "noted_at": WORLD} for account, run in runs]
    async with open_database(source) as database, database.writing() as connection:
        await connection.execute(insert(known), new)

    assert (await copy_all(source, url, _silent))["known_runs"] == 27

    copied = (await _rows_at(url))["known_runs"]
    assert {(row["account"], row["run_id"]) for row in copied} >= set(runs)


async def test_progress_is_told_batch_by_batch(
    source: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.copying.BATCH", 3)
    told: list[tuple[str, int]] = []

    await copy_all(source, url, lambda table, rows: told.append((table, rows)))

    assert [rows for table, rows in told if table == "audit"] == [3, 6, 7]


async def test_the_source_is_not_changed(source: str, url: str) -> None:
    before = await _rows_at(source)

    await copy_all(source, url, _silent)

    assert await _rows_at(source) == before


async def test_the_bot_goes_on_with_the_copy_where_it_was(
    path: Path, url: str, clock: HandClock
) -> None:
    source = f"sqlite:///{path}"
    async with open_store(source, clock, now=by_hand(clock)) as store:
        await store.watches.begin(watch(), look())
        [card] = await store.outbox.claim(LEASE, 10)
        await store.outbox.attempting(card, LEASE)
        await store.outbox.add(RANDOM, "default", stop_asked())
        await store.follows.begin(follow())
        await store.follows.note("default", [RUN.id], WORLD)
        name = await store.confirmations.keep(question())
        approval = await store.approvals.ask(request(needed=2))
        await store.approvals.agree(approval.number, BO, WORLD)
        watched = await store.watches.everywhere()

    await copy_all(source, url, _silent)

    async with open_store(url, clock, now=by_hand(clock)) as copy:
        assert await copy.watches.everywhere() == watched
        owed = {each.channel_id: each for each in await copy.outbox.claim(LEASE, 10)}
        # What was being sent is looked for first.
        assert (owed[GENERAL].key, owed[GENERAL].attempted_at) == (card.key, WALL)
        assert (owed[RANDOM].fact, owed[RANDOM].attempted_at) == (stop_asked(), None)
        assert await copy.follows.everywhere() == [follow()]
        assert await copy.follows.news("default", [RUN.id, OTHER_RUN.id]) == [OTHER_RUN.id]
        assert await copy.confirmations.find(name) is not None
        assert await copy.confirmations.use(name, WORLD)
        kept = await copy.approvals.find(approval.number)
        assert kept is not None
        assert kept.approvers == (BO,)


async def test_the_copied_audit_is_told_as_it_was_and_stays_guarded(
    path: Path, url: str, clock: HandClock
) -> None:
    source = f"sqlite:///{path}"
    async with open_store(source, clock) as store:
        for _ in range(2):
            number = await store.audit.asked(asked(at=WALL - 90 * DAY))
            await store.audit.ended(number, Ended(WALL - 90 * DAY, "stopped \x00", SECOND))
        await store.audit.retain(30, WALL)
        open_one = await store.audit.asked(asked())
        records = await store.audit.records()
        unfinished = await store.audit.unfinished(WALL + SECOND)
        about = await store.audit.records(about=RUN.id.text)

    await copy_all(source, url, _silent)

    async with open_store(url, clock) as copy:
        assert await copy.audit.records() == records
        assert await copy.audit.unfinished(WALL + SECOND) == unfinished != []
        assert await copy.audit.records(about=RUN.id.text) == about != []
        for change in ("UPDATE audit SET body = body", "DELETE FROM audit"):
            with pytest.raises(StoreError, match="audit rows are never changed"):
                await _run(copy.database, change)
        await copy.audit.ended(open_one, Ended(WALL, "stopped", SECOND))
        assert await copy.audit.unfinished(WALL + SECOND) == []


async def test_no_number_is_ever_given_twice_even_those_of_rows_that_are_gone(
    source: str, url: str, clock: HandClock
) -> None:
    async with open_database(source) as database:
        await _run(database, "DELETE FROM grants WHERE number = 11")
        await _run(database, "DELETE FROM follows")

    await copy_all(source, url, _silent)

    async with open_store(url, clock) as copy:
        assert await copy.audit.asked(asked()) == 12
        assert (await copy.approvals.ask(request())).number == 12
        await copy.grants.give(Grant(Role.VIEWER, Scope(frozenset({ADA})), BO), WORLD)
        assert [each.number for each in await copy.grants.all()] == [12]
        await copy.follows.begin(follow())
        await copy.watches.begin(watch(), look())
        rows = await _rows(copy.database)
    for table in ("follows", "things", "watches", "announcements", "cards"):
        assert 12 in [row["id"] for row in rows[table]], table


def test_sqlite_knows_the_highest_number_of_each_table_that_gives_out_numbers() -> None:
    giving = {each.name for each in metadata.sorted_tables if each.autoincrement_column is not None}
    counted = {
        each.name
        for each in metadata.sorted_tables
        if each.dialect_options["sqlite"]["autoincrement"]
    }

    assert giving == counted


async def test_an_empty_database_is_copied_too(path: Path, url: str, clock: HandClock) -> None:
    async with open_store(f"sqlite:///{path}", clock) as store:
        # From here on SQLite notes that the highest number given out is 0.
        await _run(store.database, "INSERT INTO audit SELECT * FROM audit")

    counts = await copy_all(f"sqlite:///{path}", url, _silent)

    assert set(counts.values()) == {0}
    async with open_store(url, clock) as copy:
        assert await copy.audit.asked(asked()) == 1


async def test_a_copy_may_go_where_tables_are_already_but_no_rows(
    source: str, url: str, clock: HandClock
) -> None:
    async with open_database(url) as database:
        await migrate(database)

    assert (await copy_all(source, url, _silent))["things"] == 7


async def test_a_copy_that_fails_halfway_leaves_nothing_and_can_be_made_again(
    source: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(table: str, _rows: int) -> None:
        if table == "watches":
            raise StoreError("the power is gone")

    with pytest.raises(StoreError, match="the power is gone"):
        await copy_all(source, url, fail)

    assert not any((await _rows_at(url)).values())
    assert (await copy_all(source, url, _silent))["things"] == 7


async def test_a_copy_holds_its_source_and_where_it_is_killed_halfway_leaves_nothing(
    source: str, url: str, clock: HandClock
) -> None:
    async with _copying_process(source, url) as other:
        assert other.stdout
        async with asyncio.timeout(20):
            assert await other.stdout.readline() == b"halfway\n"

        with pytest.raises(StoreError, match=f"in use by process {other.pid}"):
            async with open_store(source, clock):
                pass

        other.send_signal(signal.SIGKILL)
        await other.wait()

    assert not any((await _rows_at(url)).values())
    assert (await copy_all(source, url, _silent))["things"] == 7


async def test_of_two_copies_to_one_database_one_is_made(
    source: str, url: str, tmp_path: Path
) -> None:
    second = tmp_path / "second.db"
    await copy_all(source, f"sqlite:///{second}", _silent)

    ends = await asyncio.gather(
        copy_all(source, url, _silent),
        copy_all(f"sqlite:///{second}", url, _silent),
        return_exceptions=True,
    )

    [refusal] = [end for end in ends if isinstance(end, BaseException)]
    assert isinstance(refusal, StoreError)
    assert re.search("in use by process|holds rows already", refusal.reason)


async def test_a_database_that_somebody_serves_is_not_copied(
    source: str, path: Path, url: str, clock: HandClock
) -> None:
    async with open_store(source, clock):
        with pytest.raises(StoreError) as refused:
            await copy_all(source, url, _silent)

    assert refused.value.reason == f"{path} is in use by process {os.getpid()}"
    assert await _rows_at(url) == {}


async def test_older_tables_are_left_as_they_are_and_what_to_do_is_said(
    path: Path, url: str
) -> None:
    await make_second_tables(f"sqlite:///{path}")

    with pytest.raises(StoreError) as refused:
        await copy_all(f"sqlite:///{path}", url, _silent)

    assert refused.value.reason.startswith(f"{path}: the database's tables are of revision 0002")
    assert refused.value.reason.endswith(
        "start `qfbot serve` on it once, which renews older tables"
    )
    assert await _rows_at(url) == {}
    assert await _revision(f"sqlite:///{path}") == "0002"


async def test_a_source_that_does_not_exist_is_told_and_nothing_is_made(
    path: Path, url: str
) -> None:
    with pytest.raises(StoreError, match=r"qfbot\.db: there is no such database"):
        await copy_all(f"sqlite:///{path}", url, _silent)

    assert not path.parent.exists()
    assert await _rows_at(url) == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [("Dear Ada, " * 100, "file is not a database"), ("", "there are no tables of qfbot")],
)
def test_a_file_that_is_no_database_of_qfbot_is_told(
    path: Path, tmp_path: Path, content: str, reason: str
) -> None:
    path.parent.mkdir()
    path.write_text(content)

    with pytest.raises(StoreError, match=f"{path}: {reason}"):
        asyncio.run(copy_all(f"sqlite:///{path}", f"sqlite:///{tmp_path}/copy.db", _silent))

    assert path.read_text() == content


async def test_a_target_with_rows_is_refused_and_left_as_it_is(source: str, url: str) -> None:
    await make_second_tables(url)

    with pytest.raises(StoreError, match="the target: it holds rows already, in audit; "):
        await copy_all(source, url, _silent)

    assert await _revision(url) == "0002"


async def test_a_target_newer_than_the_code_is_refused(source: str, url: str) -> None:
    async with open_database(url) as database:
        await migrate(database)
        await _run(database, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match="the target: the database is newer than this qfbot"):
        await copy_all(source, url, _silent)


async def test_a_database_is_not_copied_onto_itself(source: str, path: Path) -> None:
    roundabout = path.parent / ".." / path.parent.name / path.name

    with pytest.raises(StoreError, match="the source and the target are one file"):
        await copy_all(source, f"sqlite:///{roundabout}", _silent)


@pytest.mark.parametrize("host", ["127.0.0.1:9", "nobody..here", "a" * 70])
async def test_a_server_out_of_reach_is_told_without_the_password(source: str, host: str) -> None:
    with pytest.raises(StoreError, match="the target: ") as failed:
        await copy_all(source, f"postgresql://ada:canary@{host}/qfbot", _silent)

    assert "canary" not in str(failed.value)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_role_that_may_make_no_tables_is_told(source: str, url: str) -> None:
    await _run_on_server(url, "CREATE ROLE stranger LOGIN PASSWORD 'canary'")
    try:
        parts = urlsplit(url)
        theirs = parts._replace(netloc=f"stranger:canary@{parts.netloc.rpartition('@')[2]}")
        with pytest.raises(StoreError, match=r"the target: .*permission denied") as failed:
            await copy_all(source, theirs.geturl(), _silent)
    finally:
        await _run_on_server(url, "DROP ROLE stranger")

    assert "canary" not in str(failed.value)


@asynccontextmanager
async def _copying_process(source: str, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is in the middle of a copy, and is killed in the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _OTHER_PROCESS, source, url, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _run(database: Database, statement: str) -> None:
    async with database.writing() as connection:
        await connection.execute(text(statement))


async def _run_on_server(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
