"""Questions that a button answers."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import text

from bot.store.opening import Store
from tests.contract.store.values import DAY, SECOND, WORLD, question


async def test_a_question_is_found_by_a_name_that_cannot_be_guessed(store: Store) -> None:
    names = {await store.confirmations.keep(question()) for _ in range(20)}

    assert len(names) == 20
    # 16 random bytes are 22 letters.
    assert {(name[0], len(name)) for name in names} == {("#", 23)}
    for name in names:
        assert await store.confirmations.find(name) == question()


async def test_a_question_is_used_up_once(store: Store) -> None:
    name = await store.confirmations.keep(question())

    assert await store.confirmations.use(name, WORLD)
    assert not await store.confirmations.use(name, WORLD)
    assert await store.confirmations.find(name) == question()


async def test_a_crafted_name_is_no_question(store: Store) -> None:
    await store.confirmations.keep(question())

    for name in ("", "#", "#%", "# OR 1=1", "#\ufffd"):
        assert await store.confirmations.find(name) is None
        assert not await store.confirmations.use(name, WORLD)


async def test_a_new_question_clears_away_those_of_more_than_two_days_ago(store: Store) -> None:
    gone, used, fresh = [await _asked(store, WORLD + age) for age in (-SECOND, 0 * DAY, DAY)]
    assert await store.confirmations.use(used, WORLD)

    await _asked(store, WORLD + 2 * DAY)

    assert await store.confirmations.find(gone) is None
    assert await store.confirmations.find(used) is not None
    assert not await store.confirmations.use(used, WORLD + 2 * DAY)
    assert await store.confirmations.use(fresh, WORLD + 2 * DAY)


async def test_many_old_questions_are_cleared_away_little_by_little(store: Store) -> None:
    for second in range(120):
        await _asked(store, WORLD + second * SECOND)

    counts = []
    for _ in range(2):
        await _asked(store, WORLD + 3 * DAY)
        async with store.database.reading() as connection:
            counts.append(await connection.scalar(text("SELECT count(*) FROM confirmations")))

    assert counts == [21, 2]


async def _asked(store: Store, at: datetime) -> str:
    return await store.confirmations.keep(replace(question(), asked_at=at))
