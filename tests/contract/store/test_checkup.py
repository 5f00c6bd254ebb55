"""What is told of a database without changing it."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.errors import StoreError
from bot.store.checkup import content, file_state
from bot.store.database import open_database
from bot.store.migrate import Age
from bot.store.opening import Store, open_store
from tests.contract.store.second_tables import make_second_tables
from tests.contract.store.values import GENERAL, HandClock, follow, look, watch

OTHER = "C0OTHER"


async def test_the_channels_that_hear_of_something_are_known_with_what_slack_said_last(
    url: str, store: Store
) -> None:
    await store.watches.begin(watch(), look())
    await store.watches.begin(watch("C0OVER"), look())
    await store.watches.end(watch("C0OVER").thing, "C0OVER")
    await store.follows.begin(follow(OTHER))
    async with store.database.writing() as connection:
        blocked = text("UPDATE channels SET blocked = 'is_archived' WHERE channel_id = :id")
        await connection.execute(blocked, {"id": OTHER})

    found = await content(url)

    assert found.tables.age is Age.CURRENT
    assert found.writable
    assert found.channels == {GENERAL: "", OTHER: "is_archived"}


async def test_of_other_tables_nothing_but_their_revision_is_read(
    url: str, clock: HandClock
) -> None:
    await make_second_tables(url)
    older = await content(url)
    async with open_store(url, clock) as store, store.database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer = await content(url)

    assert (older.tables.age, older.tables.revision, older.channels) == (Age.OLDER, "0002", {})
    assert (newer.tables.age, newer.tables.revision, newer.channels) == (Age.NEWER, "9999", {})


async def test_a_database_without_tables_is_told_and_stays_so(url: str) -> None:
    async with open_database(url) as database:
        await database.ping()
    first, second = await content(url), await content(url)

    assert (first.tables.age, first.channels) == (Age.MISSING, {})
    assert first == second


async def test_what_cannot_be_read_is_an_error_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "qfbot.db").write_text("Dear Ada, " * 100)

    with pytest.raises(StoreError, match="not a database"):
        await content(f"sqlite:///{tmp_path / 'qfbot.db'}")


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_user_that_may_make_no_tables_is_noticed(url: str) -> None:
    async with open_store(url, HandClock()) as store, store.database.writing() as connection:
        await connection.execute(text("DROP ROLE IF EXISTS reader"))
        await connection.execute(text("CREATE ROLE reader LOGIN PASSWORD 'reader'"))
        await connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"))
    assert (await content(url)).writable

    found = await content(url.replace("postgres:@", "reader:reader@"))

    assert (found.tables.age, found.writable) == (Age.CURRENT, False)


async def test_who_holds_a_file_is_known_while_it_is_held(tmp_path: Path) -> None:
    path = tmp_path / "data" / "qfbot.db"
    url = f"sqlite:///{path}"
    before = file_state(url)
    async with open_store(url, HandClock()):
        during = file_state(url)
        async with open_store(url, HandClock(), beside=True):
            pass
    after = file_state(url)

    assert before
    assert during
    assert after
    assert (before.exists, before.folder, before.holder) == (False, tmp_path, None)
    assert (during.exists, during.folder, during.holder) == (True, path.parent, str(os.getpid()))
    assert (after.exists, after.holder, after.unwritable) == (True, None, "")
    assert after.free_bytes > 0
    assert sorted(each.name for each in path.parent.iterdir()) == ["qfbot.db", "qfbot.db.lock"]


def test_a_folder_that_cannot_be_written_is_noticed() -> None:
    # Not even root can make a file there.
    found = file_state("sqlite:////proc/qfbot.db")

    assert found
    assert found.unwritable
    assert file_state("postgresql://ada@db/qfbot") is None
