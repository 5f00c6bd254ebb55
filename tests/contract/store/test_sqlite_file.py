"""What only SQLite has: the lock beside the file, and a file that outlives its process."""

import asyncio
import gc
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.errors import StoreError
from bot.domain.resources import Phase
from bot.store.database import Database, open_database
from bot.store.opening import open_store
from bot.store.sqlite import LockReturningConnection
from tests.contract.store.values import (
    DAY,
    LEASE,
    SECOND,
    WALL,
    HandClock,
    by_hand,
    claimed,
    due,
    look,
    saw,
    stop_asked,
    watch,
)

# Owes a channel one message a line until it is killed, and says so after each.
_OTHER_PROCESS = """
import asyncio, sys
from bot.store.opening import open_store
from bot.store.sqlite import LockReturningConnection
from tests.contract.store.values import HandClock, stop_asked

async def main():
    async with open_store(sys.argv[1], HandClock()) as store:
        print("open", flush=True)
        while True:
            await store.outbox.add("C0", "default", stop_asked())
            print("owed", flush=True)

asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "qfbot.db"


@asynccontextmanager
async def another_process(path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that has the database open, and is killed in the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _OTHER_PROCESS,
        f"sqlite:///{path}",
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        async with asyncio.timeout(60):
            assert await process.stdout.readline() == b"open\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_second_process_is_refused_with_the_path_and_the_holders_id(path: Path) -> None:
    async with another_process(path) as other:
        with pytest.raises(StoreError) as refused:
            async with open_store(f"sqlite:///{path}", HandClock()):
                pass

    assert refused.value.reason == f"{path} is in use by process {other.pid}"


async def test_a_killed_process_gives_the_file_back_with_all_that_it_said_it_had_written(
    path: Path,
) -> None:
    async with another_process(path) as other:
        assert other.stdout
        async with asyncio.timeout(60):
            for _ in range(5):
                assert await other.stdout.readline() == b"owed\n"
        other.send_signal(signal.SIGKILL)
        said = 5 + (await other.communicate())[0].count(b"owed\n")

    async with open_store(f"sqlite:///{path}", HandClock()) as store:
        # One more may have been written and not yet said.
        assert (await store.outbox.backlog()).pending - said in (0, 1)


async def test_the_same_process_is_refused_too_and_the_lock_ends_with_the_store(
    path: Path,
) -> None:
    url = f"sqlite:///{path}"
    async with open_store(url, HandClock()):
        with pytest.raises(StoreError, match=f"in use by process {os.getpid()}"):
            async with open_store(url, HandClock()):
                pass

    async with open_store(url, HandClock()) as store:
        await store.database.ping()


async def test_a_restart_finds_everything_as_it_was(path: Path) -> None:
    url, clock = f"sqlite:///{path}", HandClock()
    async with open_store(url, clock, now=by_hand(clock)) as store:
        await store.watches.begin(watch(), look(Phase.QUEUED))
        await saw(store, clock, look(Phase.RUNNING))
        [card] = await claimed(store, clock)
        await store.outbox.attempting(card, LEASE)
        before = await store.watches.everywhere()
    clock.passes(watch().until - clock.world())

    async with open_store(url, clock, now=by_hand(clock)) as store:
        assert await store.watches.everywhere() == before
        [again] = await claimed(store, clock)
        assert (again.key, again.attempted_at, again.attempts) == (card.key, WALL, 1)
        [duty] = await due(store, clock)
        assert duty.last == look(Phase.RUNNING)


async def test_a_wall_clock_that_is_set_back_makes_nobody_wait(path: Path) -> None:
    url, clock = f"sqlite:///{path}", HandClock()
    async with open_store(url, clock) as store:
        await store.outbox.add("C0GENERAL", "default", stop_asked())
        [owed] = await store.outbox.claim(LEASE, 10)
        await store.outbox.try_after(owed, timedelta(0))
        clock.passes(-DAY)
        [again] = await store.outbox.claim(LEASE, 10)
        await store.outbox.try_after(again, DAY)

    async with open_store(url, clock) as store:
        assert [each.id for each in await store.outbox.claim(LEASE, 10)] == [owed.id]


async def test_the_file_is_set_up_so_that_promises_outlive_the_power(path: Path) -> None:
    async with open_store(f"sqlite:///{path}", HandClock()) as store:
        found = {}
        for durable in (True, False, True):
            async with store.database.writing(durable=durable) as connection:
                for name in ("journal_mode", "foreign_keys", "synchronous"):
                    answer = await connection.exec_driver_sql(f"PRAGMA {name}")
                    found[name, durable] = answer.scalar_one()

    full, normal = 2, 1
    assert {mode for (name, _), mode in found.items() if name == "journal_mode"} == {"wal"}
    assert {on for (name, _), on in found.items() if name == "foreign_keys"} == {1}
    assert (found["synchronous", True], found["synchronous", False]) == (full, normal)


async def test_a_reader_is_not_held_up_by_a_writer(path: Path) -> None:
    async with (
        open_store(f"sqlite:///{path}", HandClock()) as store,
        store.database.writing(),
        asyncio.timeout(1),
    ):
        assert await store.watches.everywhere() == []


async def test_a_stranger_who_locks_the_file_for_a_moment_is_waited_for(path: Path) -> None:
    async with open_store(f"sqlite:///{path}", HandClock()) as store:
        stranger = sqlite3.connect(path, isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        begun = asyncio.create_task(store.watches.begin(watch(), look()))
        assert await store.watches.everywhere() == []
        stranger.execute("ROLLBACK")
        stranger.close()

        assert await begun


async def test_a_second_live_watch_of_a_thing_in_a_channel_cannot_be_written(path: Path) -> None:
    async with open_store(f"sqlite:///{path}", HandClock()) as store:
        await store.watches.begin(watch(), look())
        await store.watches.end(watch().thing, watch().channel_id)
        await store.watches.begin(watch(), look())

        with pytest.raises(StoreError, match="UNIQUE constraint failed"):
            async with store.database.writing() as connection:
                await connection.exec_driver_sql("UPDATE watches SET ended_at = NULL")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE announcements SET state = 'lost'", "ck_announcements_state"),
        ("UPDATE announcements SET state = 'sent'", "ck_announcements_settled"),
        ("UPDATE announcements SET state = 'attempting'", "ck_announcements_attempted"),
        ("UPDATE announcements SET channel_id = 'C0NOWHERE'", "FOREIGN KEY"),
        ("DELETE FROM channels", "FOREIGN KEY"),
        ("DELETE FROM things", "FOREIGN KEY"),
    ],
)
async def test_rows_that_make_no_sense_cannot_be_written(
    path: Path, change: str, constraint: str
) -> None:
    async with open_store(f"sqlite:///{path}", HandClock()) as store:
        await store.watches.begin(watch(), look())

        with pytest.raises(StoreError, match=constraint):
            async with store.database.writing() as connection:
                await connection.exec_driver_sql(change)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///", "mysql://x/y"])
async def test_a_database_that_would_forget_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="must be sqlite:///path or postgresql://"):
        async with open_store(url, HandClock()):
            pass


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A file that is no database."""
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada, " * 100)
    return letter


async def test_a_file_that_is_no_database_is_an_error_of_the_store(letter: Path) -> None:
    with pytest.raises(StoreError, match="file is not a database"):
        async with open_store(f"sqlite:///{letter}", HandClock()):
            pass


async def test_a_folder_that_cannot_be_made_is_an_error_of_the_store(letter: Path) -> None:
    with pytest.raises(StoreError, match=r"qfbot\.db: File exists"):
        async with open_store(f"sqlite:///{letter}/qfbot.db", HandClock()):
            pass


async def test_what_a_killed_process_had_in_hand_is_free_at_the_next_start(
    tmp_path: Path, clock: HandClock
) -> None:
    url = f"sqlite:///{tmp_path / 'qfbot.db'}"
    async with open_store(url, clock, now=by_hand(clock)) as before:
        await before.outbox.add("C0GENERAL", "default", stop_asked())
        (lost,) = await before.outbox.claim(LEASE, 10)
        await before.outbox.attempting(lost, LEASE)
    clock.passes(SECOND)
    async with open_store(url, clock, now=by_hand(clock)) as after:
        (again,) = await after.outbox.claim(LEASE, 10)
    assert (again.id, again.attempted_at) == (lost.id, clock.wall() - SECOND)


def test_a_connection_that_is_closed_within_a_statement_gives_the_lock_back(
    tmp_path: Path,
) -> None:
    path = tmp_path / "qfbot.db"
    cut_off = sqlite3.connect(path, isolation_level=None, factory=LockReturningConnection)
    cut_off.execute("CREATE TABLE runs (id INTEGER)")
    cut_off.execute("BEGIN IMMEDIATE")
    unfinished = cut_off.execute("INSERT INTO runs VALUES (1), (2) RETURNING id")
    unfinished.fetchone()

    cut_off.close()

    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM runs").fetchone() == (0,)
    del unfinished


async def test_a_connection_that_comes_back_late_is_closed_all_the_same(path: Path) -> None:
    in_hand = asyncio.Event()

    async def read(database: Database) -> None:
        async with database.reading() as connection:
            in_hand.set()
            for _ in range(20):
                await connection.execute(text("SELECT 1"))

    async with open_database(f"sqlite:///{path}") as database:
        reading = asyncio.create_task(read(database))
        await in_hand.wait()
    await reading
    # A connection that nobody closed tells of itself now, and pytest makes that an error.
    gc.collect()
