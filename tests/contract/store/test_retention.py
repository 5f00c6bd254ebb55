"""Old attempts are removed, and nothing else: the database itself sees to it."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.domain.audit import Ended
from bot.domain.calls import Way
from bot.domain.errors import StoreError
from bot.store.opening import Store
from bot.store.retention import RETAIN, SYSTEM
from tests.contract.store.values import DAY, RUN, SECOND, WALL, WORLD, asked, request

NOW = WALL + 100 * DAY
REFUSED = "audit rows are never changed"


async def _attempt(store: Store, at: datetime, ended_at: datetime | None = None) -> int:
    number = await store.audit.asked(asked(at=at))
    await store.audit.ended(number, Ended(ended_at or at, "stopped", SECOND))
    return number


async def _ids(store: Store) -> list[int]:
    """What is left, without the bot's own."""
    left = await store.audit.records(last=1000)
    return [each.id for each in left if each.asked.origin.user_id != SYSTEM][::-1]


async def test_exactly_what_is_older_is_removed(store: Store) -> None:
    border = NOW - 30 * DAY
    ages = (border - DAY, border - timedelta(microseconds=1), border, border + DAY)
    numbers = [await _attempt(store, at) for at in ages]

    assert await store.audit.retain(30, NOW) == 2

    assert await _ids(store) == numbers[2:]
    about = await store.audit.records(about=RUN.id.text)
    assert [each.id for each in about] == numbers[:1:-1]
    async with store.database.reading() as connection:
        named = await connection.scalars(text("SELECT asked_id FROM audit_ids ORDER BY asked_id"))
        assert named.all() == numbers[2:]


async def test_an_attempt_that_is_open_stays_however_old(store: Store) -> None:
    number = await store.audit.asked(asked(at=WALL))

    assert await store.audit.retain(30, NOW) == 0

    [attempt] = await store.audit.unfinished(NOW)
    assert attempt.id == number


async def test_an_attempt_that_was_closed_lately_is_young(store: Store) -> None:
    number = await _attempt(store, WALL, ended_at=NOW - DAY)

    assert await store.audit.retain(30, NOW) == 0
    assert await _ids(store) == [number]


async def test_what_was_removed_is_written_down_and_told(store: Store) -> None:
    for _ in range(3):
        await _attempt(store, WALL)

    await store.audit.retain(30, NOW)

    [record] = await store.audit.records()
    assert [each async for each in store.audit.export(WALL)] == [record]
    assert (record.asked.origin.user_id, record.asked.origin.way) == (SYSTEM, Way.OWN)
    assert record.asked.call.command == RETAIN
    assert record.asked.call.arguments == {"days": "30"}
    assert record.ended is not None
    assert (record.ended.at, record.ended.outcome) == (NOW, "removed 3")
    assert await store.audit.unfinished(NOW + DAY) == []


async def test_where_nothing_is_old_nothing_is_written_down(store: Store) -> None:
    await _attempt(store, NOW - DAY)

    assert await store.audit.retain(30, NOW) == 0

    async with store.database.reading() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM audit")) == 2
        assert await connection.scalar(text("SELECT count(*) FROM audit_retention")) == 0


async def test_many_are_removed_batch_by_batch(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.retention.BATCH", 4)
    for _ in range(10):
        await _attempt(store, WALL)

    assert await store.audit.retain(30, NOW) == 10

    outcomes = [each.ended.outcome for each in await store.audit.records() if each.ended]
    assert outcomes == ["removed 2", "removed 4", "removed 4"]


async def test_two_replicas_remove_each_attempt_once(
    store: Store, rival: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.retention.BATCH", 4)
    for _ in range(20):
        await _attempt(store, WALL)

    removed = await asyncio.gather(*(each.audit.retain(30, NOW) for each in (store, rival) * 2))
    # Whoever found the rest in another's hands came away early.
    removed.append(await store.audit.retain(30, NOW))

    assert sum(removed) == 20
    assert await _ids(store) == []


async def test_even_then_the_database_refuses_to_remove_anything_younger_or_open(
    store: Store,
) -> None:
    young = await _attempt(store, NOW - DAY)
    open_one = await store.audit.asked(asked(at=WALL))
    await _attempt(store, WALL)
    assert await store.audit.retain(30, NOW) == 1

    for statement in (
        "DELETE FROM audit",
        f"DELETE FROM audit WHERE asked_id = {young}",
        f"DELETE FROM audit WHERE id = {young}",
        f"DELETE FROM audit WHERE id = {open_one}",
        "UPDATE audit SET body = body",
    ):
        with pytest.raises(StoreError, match=REFUSED):
            await _run(store, statement)
    assert await _ids(store) == [young, open_one]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_retention SET kept_from = at",
        "UPDATE audit_retention SET id = id",
        "DELETE FROM audit_retention",
    ],
)
async def test_a_mark_is_never_changed(store: Store, change: str) -> None:
    await _attempt(store, WALL)
    await store.audit.retain(30, NOW)

    with pytest.raises(StoreError, match=REFUSED):
        await _run(store, change)


async def test_a_mark_is_never_replaced(store: Store, url: str) -> None:
    await _attempt(store, WALL)
    await store.audit.retain(30, NOW)
    change = "TRUNCATE audit_retention"
    if url.startswith("sqlite"):
        change = "INSERT OR REPLACE INTO audit_retention SELECT id, at, at FROM audit_retention"

    with pytest.raises(StoreError, match=REFUSED):
        await _run(store, change)


async def test_nothing_can_be_removed_before_it_is_old(store: Store) -> None:
    number = await _attempt(store, WALL)

    with pytest.raises(StoreError):
        await store.audit.retain(-1, NOW)

    assert await _ids(store) == [number]


async def test_a_removal_whose_record_cannot_be_written_removes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("no more")

    number = await _attempt(store, WALL)
    monkeypatch.setattr("bot.store.retention.add_ended", fail)

    with pytest.raises(StoreError):
        await store.audit.retain(30, NOW)

    assert await _ids(store) == [number]


async def test_the_attempt_of_an_approved_request_may_grow_old(store: Store) -> None:
    kept = await store.approvals.ask(request())
    approved = await store.approvals.agree(kept.number, "U0BO", WORLD)
    number = await store.approvals.start(approved, asked(at=WALL))
    assert number is not None
    await store.audit.ended(number, Ended(WALL, "stopped", SECOND))

    assert await store.audit.retain(30, NOW) == 1


async def _run(store: Store, statement: str) -> None:
    async with store.database.writing() as connection:
        await connection.execute(text(statement))
