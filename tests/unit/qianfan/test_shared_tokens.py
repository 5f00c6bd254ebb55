"""Processes that share an account's tokens, in a time that jumps."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.domain.errors import Unavailable
from bot.domain.id_grammar import read_id
from bot.qianfan.budget import Errand, TokenBucket
from bot.qianfan.client import QianfanClient
from bot.qianfan.credentials import FixedKeys
from bot.qianfan.signing import Credentials
from bot.qianfan.steady_draws import RETRY, Shared
from bot.qianfan.transport import open_http

from .conftest import ACCESS_KEY, QUICK, SECRET_KEY, HandClock
from .ledger import Ledger
from .virtual_time import VirtualTime

#: A token comes up to a tenth of its time late, and a trip or two to the ledger later.
LATE = 0.12


class Firm:
    """Processes that ask one account, and when each got its tokens."""

    def __init__(self, time: VirtualTime, processes: int, rate: float, burst: float) -> None:
        self.time = time
        self.ledger = Ledger(time.wall)
        shared = Shared(self.ledger, "default")
        self.buckets = [TokenBucket(rate, burst, time.wall, shared) for _ in range(processes)]
        self.served: list[list[float]] = [[] for _ in self.buckets]
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()

    def asks(self, process: int, times: int = 1, errand: Errand | None = None) -> None:
        """Have so many errands wait; the watcher's, unless one is given."""
        for _ in range(times):
            self._tasks.append(asyncio.create_task(self._ask(process, errand or Errand())))

    async def all_served(self) -> None:
        await asyncio.gather(*self._tasks)

    async def serves(self, tokens: int) -> None:
        """Until so many were given in all."""
        while sum(map(len, self.served)) < tokens:
            self._news.clear()
            await self._news.wait()

    async def _ask(self, process: int, errand: Errand) -> None:
        await self.buckets[process].take(errand)
        self.served[process].append(self.time.seconds)
        self._news.set()

    async def aclose(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for bucket in self.buckets:
            await bucket.aclose()
        assert asyncio.all_tasks() == {asyncio.current_task()}


@asynccontextmanager
async def firm(
    time: VirtualTime, processes: int = 1, rate: float = 1, burst: float = 1
) -> AsyncIterator[Firm]:
    opened = Firm(time, processes, rate, burst)
    try:
        yield opened
    finally:
        await opened.aclose()


def test_one_process_has_the_burst_but_the_reserve_and_then_the_rate(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, rate=1, burst=4) as opened:
            opened.asks(0, 6)
            await opened.all_served()
            # Three at once; the fourth is the reserve.
            assert opened.served[0] == pytest.approx([0, 0, 0, 1, 2, 3], abs=LATE)

    time.run(story())


def test_a_question_is_served_at_once_from_the_reserve(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, 2, burst=8) as opened:
            opened.asks(0, 30)
            await asyncio.sleep(0.5)
            opened.asks(1, 1, Errand(urgent=True))
            opened.asks(0, 1, Errand(urgent=True))
            await asyncio.sleep(0.1)
            assert len(opened.served[0]) == 7
            assert opened.served[1] == pytest.approx([0.5], abs=0.05)

    time.run(story())


def test_without_a_reserve_a_question_has_the_next_token_of_all_processes(
    time: VirtualTime,
) -> None:
    async def story() -> None:
        async with firm(time, 3) as opened:
            opened.asks(0, 30)
            opened.asks(1, 30)
            await opened.serves(10)
            opened.asks(2, 1, Errand(urgent=True))
            await opened.serves(11)
            assert len(opened.served[2]) == 1

    time.run(story())


def test_a_list_leaves_the_reserve_and_takes_turns_with_the_watcher(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, 2, burst=8) as opened:
            opened.asks(0, 20, Errand(urgent=True, bulk=True))
            opened.asks(0, 20)
            await asyncio.sleep(0.5)
            assert len(opened.served[0]) == 6
            state = opened.buckets[0].state
            assert (state.waiting_urgent, state.waiting_patient) == (17, 17)

    time.run(story())


def test_an_errand_that_becomes_urgent_has_the_reserve(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, burst=8) as opened:
            opened.asks(0, 20)
            last = Errand()
            opened.asks(0, 1, last)
            await asyncio.sleep(0.5)
            opened.buckets[0].hasten()
            last.urgent = True
            await asyncio.sleep(0.1)
            assert opened.served[0] == pytest.approx([0] * 6 + [0.5], abs=0.05)

    time.run(story())


def test_no_more_is_drawn_than_wait(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, burst=10) as opened:
            opened.asks(0, 1, Errand(urgent=True))
            opened.asks(0, 3)
            await opened.all_served()
            await asyncio.sleep(10)
            assert opened.ledger.wanted == [(1, 0), (3, 2)]
            assert opened.ledger.back == 0

    time.run(story())


def test_processes_that_all_wait_have_about_as_much_each(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, 3, rate=1) as opened:
            for process in range(3):
                opened.asks(process, 600)
            await asyncio.sleep(600)
            shares = [len(each) / 600 for each in opened.served]
            assert sum(shares) == pytest.approx(0.97, abs=0.05)
            assert min(shares) > 0.2

    time.run(story())


def test_a_token_of_one_who_gave_up_is_the_next_ones(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, burst=2) as opened:
            bucket = opened.buckets[0]
            first, second = (asyncio.create_task(bucket.take(Errand())) for _ in range(2))
            # The draw is on its way for both, and has made its mark in the ledger.
            await asyncio.sleep(0.006)
            first.cancel()
            opened.asks(0)
            await second
            await opened.all_served()
            assert opened.served[0] == pytest.approx([0], abs=0.05)
            assert (opened.ledger.wanted, opened.ledger.back) == ([(2, 0)], 0)

    time.run(story())


def test_a_token_that_nobody_wants_any_more_is_handed_back(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, 2) as opened:
            given_up = asyncio.create_task(opened.buckets[0].take(Errand()))
            await asyncio.sleep(0.006)
            given_up.cancel()
            await asyncio.sleep(0.02)
            assert opened.ledger.back == 1
            opened.asks(1)
            await opened.all_served()
            assert opened.served[1] == pytest.approx([0], abs=0.05)

    time.run(story())


@pytest.mark.parametrize("down", [0.0, 2.0], ids=["refuses", "hangs"])
def test_without_the_ledger_half_the_rate_is_spent_and_it_is_told_once(
    time: VirtualTime, down: float
) -> None:
    async def story() -> None:
        async with firm(time, rate=1, burst=4) as opened:
            opened.ledger.down = down
            opened.asks(0, 60)
            await asyncio.sleep(60)
            # While it hangs, no more than one token gathers.
            assert 20 <= len(opened.served[0]) <= 31
            assert opened.buckets[0].state.per_second == 0.5
            opened.ledger.down = None
            await asyncio.sleep(RETRY.total_seconds() + 3)
            assert opened.buckets[0].state.per_second == 1
            await opened.all_served()

    with capture_logs() as logs:
        time.run(story())
    assert [each["log_level"] for each in logs] == ["warning"] * 2
    assert [each["event"] for each in logs] == [
        "the shared budget is out of reach: this process asks at a part of the rate",
        "the shared budget is within reach again",
    ]


def test_a_slow_account_too_finds_the_ledger_again_soon(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, rate=0.01, burst=4) as opened:
            opened.ledger.down = 0.0
            opened.asks(0, 3)
            await opened.serves(1)
            opened.ledger.down = None
            await asyncio.sleep(RETRY.total_seconds() + 1)
            assert opened.served[0] == pytest.approx([0, 5, 5], abs=LATE)

    time.run(story())


def test_a_persons_look_hastens_the_watchers_at_the_same_thing(time: VirtualTime) -> None:
    served: list[float] = []

    class Noting(TokenBucket):
        async def take(self, errand: Errand) -> None:
            await super().take(errand)
            served.append(time.seconds)
            raise Unavailable("the token was all that was wanted")

    async def story() -> None:
        account = QianfanClient(
            "http://127.0.0.1:9",
            FixedKeys(Credentials(ACCESS_KEY, SecretStr(SECRET_KEY))),
            HandClock(),
            open_http("http://127.0.0.1:9", QUICK.connect),
            Noting(1, 8, time.wall, Shared(Ledger(time.wall), "default")),
        )
        runs = [read_id(f"task-{number:012}") for number in range(20)]
        looks = [asyncio.create_task(account.look(run)) for run in runs]
        await asyncio.sleep(0.5)
        with pytest.raises(Unavailable):
            await account.look(runs[-1], urgent=True)
        await account.aclose()
        await asyncio.gather(*looks, return_exceptions=True)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    time.run(story())
    assert served == pytest.approx([0] * 6 + [0.5], abs=0.05)


def test_closing_cancels_those_who_wait_and_hands_back_what_is_in_hand(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time) as opened:
            bucket = opened.buckets[0]
            await bucket.take(Errand())
            waiting = [asyncio.create_task(bucket.take(Errand())) for _ in range(3)]
            await asyncio.sleep(0.5)
            await bucket.aclose()
            await asyncio.wait(waiting)
            assert all(task.cancelled() for task in waiting)
            with pytest.raises(RuntimeError, match="closed"):
                await bucket.take(Errand())

    time.run(story())


def test_what_people_see_of_it(time: VirtualTime) -> None:
    async def story() -> None:
        async with firm(time, rate=1, burst=8) as opened:
            bucket = opened.buckets[0]
            assert bucket.state.tokens == 8
            opened.asks(0, 10)
            await asyncio.sleep(0.5)
            state = bucket.state
            assert state.tokens == pytest.approx(2.5, abs=0.05)
            assert (state.waiting_urgent, state.waiting_patient) == (0, 4)
            assert state.longest_wait == timedelta(seconds=0.5)

    time.run(story())


@settings(deadline=None)
@given(
    rate=st.floats(0.5, 50),
    burst=st.floats(0, 20),
    asked=st.lists(
        st.tuples(st.integers(0, 2), st.booleans(), st.floats(0, 2), st.booleans()),
        min_size=1,
        max_size=40,
    ),
)
def test_in_no_stretch_of_time_processes_together_have_more_than_the_budget(
    rate: float, burst: float, asked: list[tuple[int, bool, float, bool]]
) -> None:
    time = VirtualTime()

    async def story() -> list[float]:
        async with firm(time, 3, rate, burst) as opened:
            given_up: list[asyncio.Task[None]] = []
            for process, urgent, pause, gives_up in asked:
                await asyncio.sleep(pause)
                if gives_up:
                    task = asyncio.create_task(opened.buckets[process].take(Errand(urgent)))
                    asyncio.get_running_loop().call_later(pause / 100, task.cancel)
                    given_up.append(task)
                else:
                    opened.asks(process, 1, Errand(urgent))
            await asyncio.gather(*given_up, return_exceptions=True)
            await opened.all_served()
            return sorted(at for each in opened.served for at in each)

    served = time.run(story())
    time.close()
    assert len(served) == sum(not gives_up for *_, gives_up in asked)
    # A token that is on its way to its errand may be counted a trip later than it was drawn.
    _keeps(served, rate, max(burst, 1), slack=0.012)


def _keeps(served: Iterable[float], rate: float, burst: float, slack: float) -> None:
    moments = list(served)
    for i, start in enumerate(moments):
        for count, end in enumerate(moments[i:], start=1):
            assert count <= burst + rate * (end - start + slack) + 0.001
