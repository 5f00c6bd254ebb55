"""Looks that are shared: on their way, or remembered."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.changes import Look
from bot.domain.errors import Unavailable
from bot.domain.id_grammar import read_id
from bot.domain.ids import ResourceId
from bot.domain.resources import FineTuningTask, Phase
from bot.qianfan.budget import Errand
from bot.qianfan.sharing import SharedLooks

from .conftest import HandClock

TASK = read_id("task-0tgmn4a7h4i6")
NOW = timedelta(0)
A_WHILE = timedelta(seconds=15)


class Source:
    """Answers when it is let."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.errands: list[Errand] = []
        self.ended = 0
        self.let = asyncio.Event()
        self.error: Exception | None = None
        self._asked = asyncio.Condition()

    async def fetch(self, resource: ResourceId, errand: Errand) -> Look:
        async with self._asked:
            self.errands.append(errand)
            self._asked.notify_all()
        try:
            await self.let.wait()
            if self.error:
                raise self.error
            state = f"look {len(self.errands)}"
            task = FineTuningTask(id=resource, state=state, phase=Phase.RUNNING)
            return Look(task, self.clock.world())
        finally:
            self.ended += 1

    async def asked(self, times: int) -> None:
        async with asyncio.timeout(5), self._asked:
            await self._asked.wait_for(lambda: len(self.errands) >= times)


@pytest.fixture
def source(clock: HandClock) -> Source:
    return Source(clock)


@pytest.fixture
def looks(source: Source, clock: HandClock) -> SharedLooks:
    return SharedLooks(source.fetch, clock.world)


async def test_an_urgent_look_hastens_the_one_that_is_under_way(
    looks: SharedLooks, source: Source
) -> None:
    patient = asyncio.create_task(looks.look(TASK, NOW, urgent=False))
    await source.asked(1)
    assert not source.errands[0].urgent
    urgent = asyncio.create_task(looks.look(TASK, NOW, urgent=True))
    await asyncio.sleep(0)
    assert source.errands[0].urgent
    source.let.set()
    assert await patient is await urgent


async def test_a_remembered_look_is_given_back_with_its_own_time(
    looks: SharedLooks, source: Source, clock: HandClock
) -> None:
    source.let.set()
    seen = await looks.look(TASK, NOW, urgent=False)
    clock.passes(seconds=14)
    assert await looks.look(TASK, A_WHILE, urgent=False) is seen
    clock.passes(seconds=1)
    assert await looks.look(TASK, A_WHILE, urgent=False) is not seen


async def test_without_an_allowed_age_qianfan_is_asked_even_while_the_world_stands_still(
    looks: SharedLooks, source: Source
) -> None:
    source.let.set()
    seen = await looks.look(TASK, NOW, urgent=False)
    assert await looks.look(TASK, NOW, urgent=False) is not seen


async def test_one_who_gives_up_does_not_take_the_answer_from_the_others(
    looks: SharedLooks, source: Source
) -> None:
    first = asyncio.create_task(looks.look(TASK, NOW, urgent=False))
    second = asyncio.create_task(looks.look(TASK, NOW, urgent=False))
    await source.asked(1)
    first.cancel()
    await asyncio.wait((first,))
    source.let.set()
    assert (await second).resource.state == "look 1"


async def test_when_all_have_given_up_the_request_ends_and_the_next_makes_its_own(
    looks: SharedLooks, source: Source
) -> None:
    alone = asyncio.create_task(looks.look(TASK, NOW, urgent=False))
    await source.asked(1)
    alone.cancel()
    await asyncio.wait((alone,))
    source.let.set()
    assert (await looks.look(TASK, A_WHILE, urgent=False)).resource.state == "look 2"
    assert source.ended == 2


async def test_a_look_that_began_before_a_change_is_neither_shared_nor_remembered(
    looks: SharedLooks, source: Source
) -> None:
    before = asyncio.create_task(looks.look(TASK, NOW, urgent=False))
    await source.asked(1)
    looks.forget(TASK)
    after = asyncio.create_task(looks.look(TASK, NOW, urgent=False))
    await source.asked(2)
    source.let.set()
    await before
    assert await looks.look(TASK, A_WHILE, urgent=False) is await after


async def test_an_error_reaches_all_who_wait_and_is_not_remembered(
    looks: SharedLooks, source: Source
) -> None:
    source.error = Unavailable("Describe")
    waiting = [asyncio.create_task(looks.look(TASK, NOW, urgent=False)) for _ in range(2)]
    await source.asked(1)
    source.let.set()
    assert await asyncio.gather(*waiting, return_exceptions=True) == [source.error, source.error]
    source.error = None
    assert (await looks.look(TASK, A_WHILE, urgent=False)).resource.state == "look 2"


async def test_the_memory_is_bounded_and_the_oldest_goes_first(
    looks: SharedLooks, source: Source
) -> None:
    source.let.set()
    for number in range(300):
        await looks.look(read_id(f"task-{number:012}"), NOW, urgent=False)
    await looks.look(read_id(f"task-{299:012}"), A_WHILE, urgent=False)
    assert len(source.errands) == 300
    await looks.look(read_id(f"task-{0:012}"), A_WHILE, urgent=False)
    assert len(source.errands) == 301


async def test_closing_ends_what_is_under_way(looks: SharedLooks, source: Source) -> None:
    waiting = asyncio.create_task(looks.look(TASK, NOW, urgent=False))
    await source.asked(1)
    await looks.aclose()
    await asyncio.wait((waiting,))
    assert waiting.cancelled()
    assert source.ended == 1
