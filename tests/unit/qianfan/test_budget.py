"""The token bucket, in a time that jumps."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.vitals import BudgetState
from bot.qianfan.budget import Errand, TokenBucket

from .virtual_time import VirtualTime


def test_a_burst_goes_at_once_and_the_rest_at_the_rate(time: VirtualTime) -> None:
    bucket = TokenBucket(2, 3, time.wall)

    async def taken() -> float:
        await bucket.take(Errand())
        return time.seconds

    async def five() -> list[float]:
        return await asyncio.gather(*(taken() for _ in range(5)))

    assert time.run(five()) == pytest.approx([0, 0, 0, 0.5, 1.0], abs=0.01)


def test_the_urgent_go_first_and_the_others_in_order(time: VirtualTime) -> None:
    assert _order(time, [False, False, True, False, True]) == [2, 4, 0, 1, 3]


def test_an_errand_that_becomes_urgent_while_it_waits_goes_first(time: VirtualTime) -> None:
    assert _order(time, [False, False, False], hasten=2) == [2, 0, 1]


def test_lists_and_the_watcher_take_turns_while_both_wait(time: VirtualTime) -> None:
    lists = [Errand(urgent=True, bulk=True) for _ in range(5)]
    watcher = [Errand(bulk=number == 0) for number in range(3)]
    assert _served(time, [*lists, *watcher]) == [0, 5, 1, 6, 2, 7, 3, 4]


def test_a_question_goes_before_lists_and_watcher_and_takes_nobodys_turn(
    time: VirtualTime,
) -> None:
    errands = [
        Errand(urgent=True, bulk=True),
        Errand(urgent=True, bulk=True),
        Errand(),
        Errand(urgent=True),
    ]
    assert _served(time, errands) == [3, 0, 2, 1]


def test_however_long_the_lists_the_watcher_gets_half(time: VirtualTime) -> None:
    errands = [Errand(urgent=True, bulk=True) for _ in range(60)] + [Errand() for _ in range(20)]
    served = _served(time, errands)
    assert sum(number >= 60 for number in served[:40]) == 20


def test_who_gives_up_waiting_takes_no_token(time: VirtualTime) -> None:
    bucket = TokenBucket(1, 1, time.wall)

    async def story() -> float:
        await bucket.take(Errand())
        given_up = asyncio.create_task(bucket.take(Errand()))
        patient = asyncio.create_task(bucket.take(Errand()))
        await asyncio.sleep(0.5)
        given_up.cancel()
        await patient
        return time.seconds

    assert time.run(story()) == pytest.approx(1.0, abs=0.01)


def test_a_token_given_to_one_who_is_cancelled_goes_to_the_next(time: VirtualTime) -> None:
    bucket = TokenBucket(1, 1, time.wall)

    async def story() -> float:
        await bucket.take(Errand())
        cancelled = asyncio.create_task(bucket.take(Errand()))
        waiting = asyncio.create_task(bucket.take(Errand()))
        await asyncio.sleep(0)
        # Behind the bucket's own timer, and before the one whom it serves has woken up.
        asyncio.get_running_loop().call_later(1, cancelled.cancel)
        await waiting
        assert cancelled.cancelled()
        return time.seconds

    assert time.run(story()) == pytest.approx(1.0, abs=0.01)


def test_a_wall_clock_that_is_set_back_takes_nothing_away(time: VirtualTime) -> None:
    set_back = timedelta(0)

    def wall() -> datetime:
        return time.wall() - set_back

    bucket = TokenBucket(1, 1, wall)

    async def story() -> float:
        nonlocal set_back
        await bucket.take(Errand())
        set_back = timedelta(hours=1)
        await bucket.take(Errand())
        return time.seconds

    assert time.run(story()) == pytest.approx(1.0, abs=0.01)


def test_a_burst_below_one_still_lets_a_request_through(time: VirtualTime) -> None:
    bucket = TokenBucket(0.5, 0.25, time.wall)

    async def two() -> float:
        await bucket.take(Errand())
        await bucket.take(Errand())
        return time.seconds

    assert time.run(two()) == pytest.approx(2.0, abs=0.01)


def test_a_rate_that_never_gives_a_token_is_refused(time: VirtualTime) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        TokenBucket(0, 1, time.wall)


def test_what_people_see_of_it(time: VirtualTime) -> None:
    bucket = TokenBucket(2, 4, time.wall)

    async def story() -> None:
        for _ in range(4):
            await bucket.take(Errand())
        errands = [Errand(), Errand(urgent=True), Errand(urgent=True, bulk=True)]
        waiting = [asyncio.create_task(bucket.take(each)) for each in errands]
        await asyncio.sleep(0.25)
        assert bucket.state.tokens == pytest.approx(0.5)
        assert replace(bucket.state, tokens=0) == BudgetState(
            per_second=2,
            tokens=0,
            waiting_urgent=2,
            waiting_patient=1,
            longest_wait=timedelta(seconds=0.25),
        )
        await asyncio.gather(*waiting)
        assert bucket.state.longest_wait == timedelta(0)

    time.run(story())


def test_closing_cancels_those_who_wait(time: VirtualTime) -> None:
    bucket = TokenBucket(1, 1, time.wall)

    async def story() -> None:
        await bucket.take(Errand())
        waiting = asyncio.create_task(bucket.take(Errand()))
        await asyncio.sleep(0.5)
        await bucket.aclose()
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        with pytest.raises(RuntimeError, match="closed"):
            await bucket.take(Errand())

    time.run(story())


@given(
    rate=st.floats(0.1, 50),
    burst=st.floats(0, 20),
    pauses=st.lists(st.floats(0, 5), min_size=1, max_size=40),
)
def test_in_no_stretch_of_time_more_is_given_than_the_budget(
    rate: float, burst: float, pauses: list[float]
) -> None:
    time = VirtualTime()
    bucket = TokenBucket(rate, burst, time.wall)
    given_at: list[float] = []

    async def take() -> None:
        await bucket.take(Errand())
        given_at.append(time.seconds)

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            for pause in pauses:
                await asyncio.sleep(pause)
                group.create_task(take())

    time.run(story())
    time.close()
    assert len(given_at) == len(pauses)
    for i, start in enumerate(given_at):
        for count, end in enumerate(given_at[i:], start=1):
            assert count <= max(burst, 1) + rate * (end - start) + 0.001


def _order(time: VirtualTime, urgent: list[bool], hasten: int | None = None) -> list[int]:
    """In which order these get their tokens, who ask while there is none."""
    return _served(time, [Errand(each) for each in urgent], hasten)


def _served(time: VirtualTime, errands: list[Errand], hasten: int | None = None) -> list[int]:
    """The errands' numbers in the order of their tokens; all of them ask while there is none."""
    bucket = TokenBucket(1, 1, time.wall)
    served: list[int] = []

    async def ask(number: int, errand: Errand) -> None:
        await bucket.take(errand)
        served.append(number)

    async def story() -> None:
        await bucket.take(Errand())
        async with asyncio.TaskGroup() as group:
            for number, errand in enumerate(errands):
                group.create_task(ask(number, errand))
            await asyncio.sleep(0.1)
            if hasten is not None:
                errands[hasten].urgent = True

    time.run(story())
    return served
