"""What accounts may be asked by all processes together."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from bot.domain.budget import Rate
from bot.domain.errors import StoreError
from bot.domain.ports import Drawn
from bot.store import budgets
from bot.store.leases import shared_clock
from bot.store.opening import Store, open_store
from tests.contract.store.values import DAY, NOT_AT_ALL, SECOND, HandClock

RATE = Rate(per_second=2, burst=10)
ACCOUNT = "default"


async def test_the_first_draw_finds_the_whole_burst(store: Store) -> None:
    assert await store.budgets.draw(ACCOUNT, RATE, 4) == Drawn(4, 6, NOT_AT_ALL)
    assert await store.budgets.draw(ACCOUNT, RATE, 20) == Drawn(6, 0, SECOND / 2)
    assert await store.budgets.draw(ACCOUNT, RATE, 1) == Drawn(0, 0, SECOND / 2)
    # Another account's are its own.
    assert await store.budgets.draw("prod", Rate(1, 0.5), 2) == Drawn(1, 0, SECOND)


async def test_tokens_come_at_the_rate_and_gather_up_to_the_burst(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.budgets.draw(ACCOUNT, RATE, 10)

    clock.passes(1.25 * SECOND)
    assert await rival.budgets.draw(ACCOUNT, RATE, 10) == Drawn(2, 0.5, SECOND / 4)
    clock.passes(DAY)
    assert await store.budgets.draw(ACCOUNT, RATE, 20) == Drawn(10, 0, SECOND / 2)


async def test_the_reserve_is_left_to_those_who_do_not_ask_to_leave_it(
    store: Store, rival: Store
) -> None:
    assert await store.budgets.draw(ACCOUNT, RATE, 20, reserve=2) == Drawn(8, 2, SECOND / 2)
    assert (await store.budgets.draw(ACCOUNT, RATE, 20, reserve=2)).tokens == 0

    assert await rival.budgets.draw(ACCOUNT, RATE, 1) == Drawn(1, 1, NOT_AT_ALL)

    assert await store.budgets.draw(ACCOUNT, RATE, 1, reserve=2) == Drawn(0, 1, SECOND)


async def test_a_clock_that_is_set_back_fills_nothing_and_loses_nothing(
    store: Store, clock: HandClock
) -> None:
    await store.budgets.draw(ACCOUNT, RATE, 7)

    clock.passes(-DAY)
    assert await store.budgets.draw(ACCOUNT, RATE, 1) == Drawn(1, 2, NOT_AT_ALL)
    clock.passes(SECOND)
    assert await store.budgets.draw(ACCOUNT, RATE, 20) == Drawn(4, 0, SECOND / 2)


async def test_what_is_given_back_can_be_drawn_but_never_more_than_the_burst(
    store: Store, rival: Store
) -> None:
    await store.budgets.draw(ACCOUNT, RATE, 10)

    await store.budgets.give_back(ACCOUNT, RATE, 2)
    assert (await rival.budgets.draw(ACCOUNT, RATE, 20)).tokens == 2

    await rival.budgets.give_back(ACCOUNT, RATE, 15)
    assert (await store.budgets.draw(ACCOUNT, RATE, 20)).tokens == 10


async def test_many_that_draw_first_at_once_share_one_burst(store: Store, rival: Store) -> None:
    draws = [each.budgets.draw(ACCOUNT, RATE, 3) for _ in range(5) for each in (store, rival)]

    assert sum(drawn.tokens for drawn in await asyncio.gather(*draws)) == 10


async def test_rivals_that_draw_at_once_never_have_more_than_the_rate_gives(
    store: Store, rival: Store, clock: HandClock
) -> None:
    drawn = 0
    for round_ in range(10):
        draws = [
            each.budgets.draw(ACCOUNT, RATE, 1 + number, reserve=number % 3)
            for number in range(3)
            for each in (store, rival)
        ]
        drawn += sum(each.tokens for each in await asyncio.gather(*draws))
        assert drawn <= 10 + round_
        # Whatever the reserves kept is there: none was drawn twice, and none was lost.
        drawn += (await store.budgets.draw(ACCOUNT, RATE, 20)).tokens
        assert drawn == 10 + round_
        clock.passes(SECOND / 2)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_on_the_servers_own_clock_rivals_keep_the_rate(url: str, clock: HandClock) -> None:
    """The clock here is the test's and stands still: the tokens come by the server's."""
    fast = Rate(per_second=1000, burst=1)
    async with (
        open_store(url, clock) as store,
        open_store(url, clock) as rival,
        store.database.reading() as connection,
    ):

        async def draw_often(each: Store) -> int:
            return sum([(await each.budgets.draw(ACCOUNT, fast, 1)).tokens for _ in range(25)])

        now = shared_clock(clock)
        begin = await now(connection)
        drawn = sum(await asyncio.gather(*(draw_often(each) for each in (store, rival) * 4)))
        passed = (await now(connection)) - begin

    assert 1 < drawn <= 1 + 1000 * passed.total_seconds()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_what_passes_while_a_draw_waits_for_its_turn_is_not_counted_twice(
    store: Store, url: str, clock: HandClock
) -> None:
    await store.budgets.draw(ACCOUNT, RATE, 10)
    other = await asyncpg.connect(url)
    try:
        async with other.transaction():
            await other.execute("SELECT 1 FROM budgets FOR UPDATE")
            waiting = asyncio.create_task(store.budgets.draw(ACCOUNT, RATE, 1))
            while not await other.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                pass
            clock.passes(DAY)
            await other.execute("UPDATE budgets SET tokens = 0, filled_at = $1", clock.wall())
        assert (await waiting).tokens == 0
        assert (await store.budgets.draw(ACCOUNT, RATE, 20)).tokens == 0
    finally:
        await other.close()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_budget_that_a_frozen_process_holds_is_given_up_soon(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.budgets.draw(ACCOUNT, RATE, 1)
    monkeypatch.setattr(budgets, "PATIENCE", timedelta(seconds=0.2))
    frozen = await asyncpg.connect(url)
    try:
        async with frozen.transaction():
            await frozen.execute("SELECT 1 FROM budgets FOR UPDATE")
            with pytest.raises(StoreError, match="no answer"):
                await store.budgets.draw(ACCOUNT, RATE, 1)
        assert (await store.budgets.draw(ACCOUNT, RATE, 1)).tokens == 1
    finally:
        await frozen.close()
