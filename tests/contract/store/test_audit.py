"""The audit: two linked rows an attempt, and no way to change one."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.audit import Attempt, Ended
from bot.domain.errors import AuditUnavailable, StoreError
from bot.store.opening import Store
from tests.contract.store.values import ADA, BO, WALL, asked

ENDED = Ended(WALL, "stopped \x00", timedelta(seconds=1.5), "request-1")


async def test_an_attempt_without_an_end_is_found_as_it_was_asked(store: Store) -> None:
    finished = await store.audit.asked(asked("stop", ADA))
    cut_off = await store.audit.asked(asked("watch", BO))

    await store.audit.ended(finished, ENDED)

    assert await store.audit.unfinished() == [Attempt(cut_off, asked("watch", BO))]


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
        change = "TRUNCATE audit"

    with pytest.raises(StoreError, match="audit rows are never changed"):
        await _run(store, change)


async def _run(store: Store, statement: str) -> None:
    async with store.database.writing() as connection:
        await connection.execute(text(statement))
