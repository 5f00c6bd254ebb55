"""Coming to the tables that the code knows, from wherever a database is."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text
from structlog.testing import capture_logs

from bot.domain.audit import Attempt, Ended
from bot.domain.calls import Call
from bot.domain.errors import StoreError
from bot.domain.facts import AccessGone, Notify
from bot.domain.track import Track
from bot.store.database import open_database
from bot.store.migrate import NEWEST, migrate
from bot.store.opening import Store, open_store
from bot.store.tables import metadata
from bot.store.upgrading import newest
from tests.contract.store.first_tables import add_attempt, make_first_tables
from tests.contract.store.second_tables import make_second_tables
from tests.contract.store.third_tables import make_third_tables
from tests.contract.store.values import (
    GENERAL,
    LEASE,
    MINUTE,
    OTHER_RUN,
    RUN,
    SECOND,
    WALL,
    WORLD,
    HandClock,
    by_hand,
    claimed,
    due,
    follow,
    look,
    question,
    send_all,
    watch,
)

STOP = Call("stop", {"ids": (RUN.id.text,)})
ENDED = Ended(WALL, "cut off", SECOND)


def test_the_newest_revision_is_the_one_that_is_looked_for() -> None:
    assert newest() == NEWEST


async def test_an_empty_database_gets_every_table(store: Store) -> None:
    async with store.database.reading() as connection:
        names = await connection.run_sync(lambda c: inspect(c).get_table_names())

    assert set(names) == {*metadata.tables, "alembic_version"}


async def test_the_migrated_tables_are_those_that_the_code_describes(store: Store) -> None:
    async with store.database.reading() as connection:
        differences = await connection.run_sync(_differences)

    assert differences == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_the_conditions_of_tables_and_indexes_are_those_of_the_code(store: Store) -> None:
    described = create_engine("sqlite://")
    with described.begin() as connection:
        metadata.create_all(connection)
        wanted = _conditions(connection)
    described.dispose()

    async with store.database.reading() as connection_to_migrated:
        migrated = await connection_to_migrated.run_sync(_conditions)

    assert migrated == wanted


async def test_rows_of_the_first_tables_are_there_after_the_second_step(
    url: str, clock: HandClock
) -> None:
    await make_first_tables(url)

    async with open_store(url, clock) as store:
        assert await store.confirmations.find("#old") == replace(question(), call=STOP)
        [watched] = await store.watches.everywhere()
        assert watched.watch == watch(notify=Notify.ENDS)
        [owed] = await claimed(store, clock)
        assert owed.fact == AccessGone(GENERAL, RUN.id.text, "not_in_channel")
        assert await store.follows.begin(follow())


async def test_attempts_from_before_the_second_step_are_found_and_closed(
    url: str, clock: HandClock
) -> None:
    await make_first_tables(url)

    async with open_store(url, clock) as store:
        [attempt] = await store.audit.unfinished(WALL)
        assert attempt.id == 3
        assert attempt.asked.call == STOP
        assert await store.audit.close(attempt, ENDED, None)
        assert await store.audit.unfinished(WALL) == []
        with pytest.raises(StoreError, match="audit rows are never changed"):
            async with store.database.writing() as connection:
                await connection.execute(text("UPDATE audit SET body = body"))


async def test_what_an_older_neighbour_asks_is_seen_too(store: Store) -> None:
    async with store.database.writing() as connection:
        number = await connection.run_sync(add_attempt)

    [attempt] = await store.audit.unfinished(WALL)
    assert attempt.id == number
    await store.audit.ended(number, ENDED)
    assert await store.audit.unfinished(WALL) == []


async def test_rows_of_the_second_tables_are_there_after_the_third_step(
    url: str, clock: HandClock
) -> None:
    await make_second_tables(url)

    async with open_store(url, clock) as store:
        assert await store.confirmations.find("#old") == replace(question(), call=STOP)
        assert await store.follows.everywhere() == [follow()]
        assert len(await store.watches.everywhere()) == 1
        assert await store.grants.all() == []
        assert await store.approvals.approved() == []


async def test_attempts_from_before_the_third_step_are_told_and_found_by_their_ids(
    url: str, clock: HandClock
) -> None:
    await make_second_tables(url)

    async with open_store(url, clock) as store:
        found = await store.audit.records(about=RUN.id.text)
        assert found == await store.audit.records()
        assert [(each.id, each.asked.call) for each in found] == [(3, STOP), (1, STOP)]
        assert [each.ended.outcome for each in found if each.ended] == ["stopped"]


async def test_attempts_from_before_the_third_step_grow_old_too(url: str, clock: HandClock) -> None:
    await make_second_tables(url)

    async with open_store(url, clock) as store:
        assert await store.audit.retain(30, WALL + timedelta(days=60)) == 1
        left = await store.audit.records(about=RUN.id.text)
        assert [each.id for each in left] == [3]
        assert await store.audit.close(Attempt(3, left[0].asked), ENDED, None)


@pytest.mark.parametrize(
    "step", ["DROP TRIGGER", "INSERT INTO audit_ids (asked_id, resource_id) S"]
)
async def test_a_third_step_that_fails_leaves_the_second_tables_as_they_were(
    url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await make_second_tables(url)
    execute = op.execute

    def fail(statement: str) -> None:
        if statement.startswith(step):
            raise StoreError("the power is gone")
        execute(statement)

    async with open_database(url) as database:
        with monkeypatch.context() as patched:
            patched.setattr("alembic.op.execute", fail)
            with pytest.raises(StoreError, match="the power is gone"):
                await migrate(database)
        with pytest.raises(StoreError, match="audit rows are never changed"):
            async with database.writing() as connection:
                await connection.execute(text("DELETE FROM audit"))
        async with database.reading() as connection:
            names = await connection.run_sync(lambda c: inspect(c).get_table_names())
        await migrate(database)

    assert not {"grants", "approvals", "audit_ids", "audit_retention"} & set(names)


async def test_what_an_older_neighbour_asks_is_found_by_its_id_too(store: Store) -> None:
    async with store.database.writing() as connection:
        number = await connection.run_sync(add_attempt)

    assert [each.id for each in await store.audit.records(about=RUN.id.text)] == [number]


async def test_since_when_a_thing_has_run_is_kept_in_its_track_by_the_fourth_step(
    url: str, clock: HandClock
) -> None:
    await make_third_tables(url)

    async with open_store(url, clock, now=by_hand(clock)) as store:
        tracks = {duty.thing: duty.track for duty in await due(store, clock)}

    began = WORLD - 40 * MINUTE + timedelta(milliseconds=250)
    assert tracks == {RUN: Track(), OTHER_RUN: Track(running_since=began)}


async def test_rows_of_the_third_tables_are_there_after_the_fourth_step(
    url: str, clock: HandClock
) -> None:
    await make_third_tables(url)

    async with open_store(url, clock, now=by_hand(clock)) as store:
        assert await store.follows.everywhere() == [follow()]
        assert [each.watch for each in await store.watches.everywhere()] == [
            watch(notify=Notify.ENDS),
            watch(thing=OTHER_RUN),
        ]
        [owed] = await send_all(store, clock)
        assert owed.fact == AccessGone(GENERAL, RUN.id.text, "not_in_channel")
        assert await store.repeats.claim(LEASE, 10) == []
        assert await store.outages.open() == {}


async def test_a_fourth_step_that_fails_leaves_the_third_tables_as_they_were(
    url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_third_tables(url)

    def fail(*_: Any, **__: Any) -> None:
        raise StoreError("the power is gone")

    async with open_database(url) as database:
        with monkeypatch.context() as patched:
            patched.setattr("alembic.op.create_table", fail)
            with pytest.raises(StoreError, match="the power is gone"):
                await migrate(database)
        async with database.reading() as connection:
            revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            running = await connection.scalar(
                text("SELECT count(*) FROM things WHERE running_since IS NOT NULL")
            )
        await migrate(database)

    assert (revision, running) == ("0003", 1)


@pytest.mark.parametrize("step", ["CREATE TRIGGER", "INSERT INTO open_attempts (asked_id, at) S"])
async def test_a_second_step_that_fails_leaves_the_first_tables_as_they_were(
    url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await make_first_tables(url)
    execute = op.execute

    def fail(statement: str) -> None:
        if statement.startswith(step):
            raise StoreError("the power is gone")
        execute(statement)

    async with open_database(url) as database:
        with monkeypatch.context() as patched:
            patched.setattr("alembic.op.execute", fail)
            with pytest.raises(StoreError, match="the power is gone"):
                await migrate(database)
        async with database.reading() as connection:
            names = await connection.run_sync(lambda c: inspect(c).get_table_names())
            revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        await migrate(database)

    assert revision == "0001"
    assert not {"follows", "known_runs", "open_attempts"} & set(names)


async def test_opening_a_migrated_database_again_changes_nothing(
    url: str, clock: HandClock
) -> None:
    async with open_store(url, clock) as store:
        await store.watches.begin(watch(), look())

    async with open_store(url, clock) as store:
        assert len(await store.watches.everywhere()) == 1


async def test_a_database_newer_than_the_code_is_refused(url: str, clock: HandClock) -> None:
    async with open_store(url, clock) as store, store.database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    for beside in (False, True):
        with pytest.raises(StoreError, match="newer than this qfbot: its revision is 9999") as told:
            async with open_store(url, clock, beside=beside):
                pass
        assert "start the qfbot that renewed it, or a newer one" in told.value.reason


async def test_before_tables_are_renewed_the_log_says_how_a_copy_is_kept(
    url: str, clock: HandClock
) -> None:
    await make_second_tables(url)

    with capture_logs() as renewing:
        async with open_store(url, clock):
            pass
    with capture_logs() as again:
        async with open_store(url, clock):
            pass

    [told] = [each for each in renewing if each["event"].startswith("renewing")]
    assert (told["revision"], told["log_level"]) == ("0002", "warning")
    assert ("sqlite3" if url.startswith("sqlite") else "pg_dump") in told["backup"]
    assert again == []


async def test_a_new_database_needs_no_copy(url: str, clock: HandClock) -> None:
    with capture_logs() as told:
        async with open_store(url, clock):
            pass

    assert told == []


async def test_a_migration_that_fails_leaves_nothing_behind(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise StoreError("the power is gone")

    async with open_database(url) as database:
        with monkeypatch.context() as patched:
            patched.setattr("alembic.op.create_index", fail)
            with pytest.raises(StoreError, match="the power is gone"):
                await migrate(database)
        async with database.reading() as connection:
            names = await connection.run_sync(lambda c: inspect(c).get_table_names())
        await migrate(database)

    assert names == []


async def test_of_two_that_start_at_once_one_migrates(url: str, clock: HandClock) -> None:
    async def start() -> None:
        async with open_store(url, clock) as store:
            await store.database.ping()

    ends = await asyncio.gather(start(), start(), return_exceptions=True)

    refusals = [str(end) for end in ends if end]
    if url.startswith("sqlite"):
        assert len(refusals) == 1
        assert "in use by process" in refusals[0]
    else:
        assert refusals == []
    await start()


async def test_beside_another_process_one_reads_and_cannot_write(
    url: str, clock: HandClock
) -> None:
    with pytest.raises(StoreError):
        async with open_store(url, clock, beside=True):
            pass

    async with open_store(url, clock) as store, open_store(url, clock, beside=True) as beside:
        await store.watches.begin(watch(), look())
        assert len(await beside.watches.everywhere()) == 1
        with pytest.raises(StoreError):
            await beside.watches.begin(watch("C0OTHER"), look())


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def _conditions(connection: Connection) -> set[tuple[str, ...]]:
    """What alembic does not compare: the checks of the tables, and of what the indexes are."""
    found = inspect(connection)
    checks = {
        (table, str(check["name"]), str(check["sqltext"]))
        for table in metadata.tables
        for check in found.get_check_constraints(table)
    }
    indexes = {
        (table, str(index["name"]), str(index.get("dialect_options", {}).get("sqlite_where")))
        for table in metadata.tables
        for index in found.get_indexes(table)
    }
    return checks | indexes
