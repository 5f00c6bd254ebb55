"""Questions that a button answers."""

from bot.store.opening import Store
from tests.contract.store.values import WORLD, question


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
