"""An answer is kept for its lifetime, and asked for once however many want it."""

import asyncio
from datetime import timedelta

import pytest

from bot.slack.recent import Recent
from tests.unit.slack.conftest import StillClock


class Source:
    """Counts how often it is asked; holds its answers back until it is released."""

    def __init__(self) -> None:
        self.asked = 0
        self.released = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> int:
        self.asked += 1
        await self.released.wait()
        if self.error:
            raise self.error
        return self.asked


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def recent(clock: StillClock) -> Recent[str, int]:
    return Recent(timedelta(minutes=5), clock.wall, size=2)


async def test_an_answer_is_asked_for_again_when_its_time_is_up(
    recent: Recent[str, int], source: Source, clock: StillClock
) -> None:
    source.released.set()
    assert await recent.get("a", source) == 1
    clock.passes(minutes=4)
    assert await recent.get("a", source) == 1
    clock.passes(minutes=1)
    assert await recent.get("a", source) == 2


async def test_the_oldest_answer_gives_way(recent: Recent[str, int], source: Source) -> None:
    source.released.set()
    for key in ("a", "b", "c", "b", "a"):
        await recent.get(key, source)
    assert source.asked == 4


async def test_simultaneous_questions_share_one_request(
    recent: Recent[str, int], source: Source
) -> None:
    asking = [asyncio.create_task(recent.get("a", source)) for _ in range(5)]
    await asyncio.sleep(0)
    source.released.set()
    assert await asyncio.gather(*asking) == [1] * 5


async def test_all_who_wait_get_the_error_and_the_next_one_asks_anew(
    recent: Recent[str, int], source: Source
) -> None:
    source.error = ValueError("no")
    asking = [asyncio.create_task(recent.get("a", source)) for _ in range(3)]
    await asyncio.sleep(0)
    source.released.set()
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ValueError] * 3
    assert source.asked == 1
    source.error = None
    assert await recent.get("a", source) == 2


async def test_an_error_that_nobody_else_waited_for_is_no_loose_end(
    recent: Recent[str, int], source: Source
) -> None:
    source.error = ValueError("no")
    source.released.set()
    with pytest.raises(ValueError, match="no"):
        await recent.get("a", source)


async def test_another_asks_where_the_one_who_asked_gives_up(
    recent: Recent[str, int], source: Source
) -> None:
    first = asyncio.create_task(recent.get("a", source))
    second = asyncio.create_task(recent.get("a", source))
    await asyncio.sleep(0)
    first.cancel()
    source.released.set()
    assert await second == 2
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_one_who_waits_can_give_up_without_the_others(
    recent: Recent[str, int], source: Source
) -> None:
    first = asyncio.create_task(recent.get("a", source))
    second = asyncio.create_task(recent.get("a", source))
    await asyncio.sleep(0)
    second.cancel()
    source.released.set()
    assert await first == 1
    with pytest.raises(asyncio.CancelledError):
        await second
