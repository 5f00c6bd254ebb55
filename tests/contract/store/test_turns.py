"""Work that one process at a time does for all: who has the turn."""

import asyncio

from bot.store.opening import Store
from tests.contract.store.values import LEASE, SECOND, HandClock

WORK = "digest"


async def test_of_two_that_race_for_a_turn_one_gets_it(store: Store, rival: Store) -> None:
    for number in range(5):
        work = f"{WORK} {number}"
        taken = await asyncio.gather(*(each.turns.take(work, LEASE) for each in (store, rival)))

        assert sorted(taken) == [False, True]
        # Who has it takes it again, and who has not gets it no more than before.
        assert [await each.turns.take(work, LEASE) for each in (store, rival)] == taken


async def test_a_turn_is_kept_by_taking_it_again(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for _ in range(3):
        assert await store.turns.take(WORK, LEASE)
        assert not await rival.turns.take(WORK, LEASE)
        clock.passes(LEASE - SECOND)


async def test_a_turn_that_is_not_kept_is_anothers_after_the_lease(
    store: Store, rival: Store, clock: HandClock
) -> None:
    assert await store.turns.take(WORK, LEASE)

    clock.passes(LEASE)

    assert await rival.turns.take(WORK, LEASE)
    assert not await store.turns.take(WORK, LEASE)


async def test_each_work_has_its_own_turn(store: Store, rival: Store) -> None:
    assert await store.turns.take(WORK, LEASE)
    assert await rival.turns.take("discovery", LEASE)
