"""The audit: two linked rows an attempt, and no way to change one."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.audit import Attempt, Ended
from bot.domain.errors import AuditUnavailable, StoreError
from bot.domain.facts import CutOff, CutOffEnd
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    BO,
    RUN,
    SECOND,
    WALL,
    HandClock,
    asked,
    send_all,
)

LATER = WALL + SECOND
CUT_OFF = CutOff("stop", RUN.id.text, CutOffEnd.NOT_DONE, state="Running")
ENDED = Ended(WALL, "stopped \x00", timedelta(seconds=1.5), "request-1")


async def test_an_attempt_without_an_end_is_found_as_it_was_asked(store: Store) -> None:
    finished = await store.audit.asked(asked("stop", ADA))
    cut_off = await store.audit.asked(asked("watch", BO))

    await store.audit.ended(finished, ENDED)

    assert await store.audit.unfinished(LATER) == [Attempt(cut_off, asked("watch", BO))]


async def test_what_is_unfinished_is_told_from_what_is_at_work_by_its_time(store: Store) -> None:
    times = (WALL + SECOND, WALL - SECOND, WALL)
    numbers = {at: await store.audit.asked(asked(at=at)) for at in times}

    found = await store.audit.unfinished(WALL + SECOND)

    assert [each.id for each in found] == [numbers[WALL - SECOND], numbers[WALL]]
    assert await store.audit.unfinished(WALL - SECOND) == []


async def test_nobody_goes_through_the_whole_audit_for_what_is_unfinished(store: Store) -> None:
    for _ in range(3):
        await store.audit.ended(await store.audit.asked(asked()), ENDED)
    cut_off = await store.audit.asked(asked())

    async with store.database.reading() as connection:
        listed = await connection.scalars(text("SELECT asked_id FROM open_attempts"))
        assert listed.all() == [cut_off]


async def test_closing_an_attempt_owes_its_asker_the_fact(store: Store, clock: HandClock) -> None:
    number = await store.audit.asked(asked("stop", BO))
    [attempt] = await store.audit.unfinished(LATER)

    assert await store.audit.close(attempt, ENDED, CUT_OFF)

    assert await store.audit.unfinished(LATER) == []
    assert [(each.channel_id, each.fact) for each in await send_all(store, clock)] == [
        (BO, CUT_OFF)
    ]
    with pytest.raises(AuditUnavailable):
        await store.audit.ended(number, ENDED)


async def test_closing_an_attempt_without_a_fact_tells_nobody(store: Store) -> None:
    await store.audit.asked(asked("status"))
    [attempt] = await store.audit.unfinished(LATER)

    assert await store.audit.close(attempt, ENDED, None)

    assert await store.audit.unfinished(LATER) == []
    assert (await store.outbox.backlog()).pending == 0


async def test_an_attempt_that_has_ended_meanwhile_is_not_closed_and_nobody_is_told(
    store: Store,
) -> None:
    number = await store.audit.asked(asked())
    [attempt] = await store.audit.unfinished(LATER)
    await store.audit.ended(number, ENDED)

    assert not await store.audit.close(attempt, ENDED, CUT_OFF)

    assert (await store.outbox.backlog()).pending == 0


async def test_an_end_whose_fact_cannot_be_owed_is_not_written_down(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("no more")

    await store.audit.asked(asked())
    [attempt] = await store.audit.unfinished(LATER)
    monkeypatch.setattr("bot.store.audit.owe", fail)

    with pytest.raises(AuditUnavailable):
        await store.audit.close(attempt, ENDED, CUT_OFF)

    assert await store.audit.unfinished(LATER) == [attempt]


async def test_an_attempt_ends_once(store: Store) -> None:
    attempt = await store.audit.asked(asked())
    await store.audit.ended(attempt, ENDED)

    with pytest.raises(AuditUnavailable):
        await store.audit.ended(attempt, ENDED)


async def test_an_end_without_an_attempt_is_refused(store: Store) -> None:
    with pytest.raises(AuditUnavailable):
        await store.audit.ended(12345, ENDED)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET user_id = 'U0SOMEBODY'",
        "UPDATE audit SET body = body",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE asked_id IS NOT NULL",
    ],
)
async def test_the_database_itself_refuses_to_change_a_row(store: Store, change: str) -> None:
    attempt = await store.audit.asked(asked())
    await store.audit.ended(attempt, ENDED)

    with pytest.raises(StoreError, match="audit rows are never changed"):
        await _run(store, change)


async def test_the_database_itself_refuses_to_replace_a_row(store: Store, url: str) -> None:
    attempt = await store.audit.asked(asked())
    if url.startswith("sqlite"):
        change = (
            "INSERT OR REPLACE INTO audit (id, at, body, user_id) "
            f"SELECT {attempt}, at, body, 'U0SOMEBODY' FROM audit"
        )
    else:
        change = "TRUNCATE audit CASCADE"

    with pytest.raises(StoreError, match="audit rows are never changed"):
        await _run(store, change)


async def _run(store: Store, statement: str) -> None:
    async with store.database.writing() as connection:
        await connection.execute(text(statement))
