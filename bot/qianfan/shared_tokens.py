"""The tokens of an account that several processes ask: drawn for those who wait, and no more."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.crew import Crew
from bot.domain.budget import Level, Rate
from bot.domain.ports import Drawn
from bot.qianfan.errands import Queue, Sort
from bot.qianfan.steady_draws import Shared, SteadyDraws

# Of the time in which a token comes, or of a second where that is shorter. By being a little late,
# each time by chance, the looks of all processes leave a token to a question that waits for it,
# and have it in turns by and large.
_LATENESS = (0.02, 0.1)


@dataclass(frozen=True)
class _Lot:
    """How many tokens are wanted, and whether the reserve is left alone for them."""

    wanted: int
    for_questions: bool


class SharedTokens:
    """The part of an account's tokens that this process spends.

    Questions alone may spend the reserve, so that one here goes before what others elsewhere do
    for nobody. A token whose errand was given up is the next one's, or handed back.
    """

    def __init__(
        self,
        shared: Shared,
        rate: Rate,
        wall: Callable[[], datetime],
        queue: Queue,
        serve: Callable[[], None],
    ) -> None:
        self._rate = rate
        self._wall = wall
        self._queue = queue
        self._serve = serve
        self._draws = SteadyDraws(shared, rate, wall)
        self._in_hand = 0
        self._heard = Level(rate.most, wall())
        self._crew = Crew("draw tokens")
        self._supplying = False
        self._changed = asyncio.Event()

    @property
    def rate(self) -> Rate:
        """The rate at which they come now."""
        return self._draws.rate

    @property
    def left(self) -> float:
        """How many there were when they were last drawn, and what should have come since."""
        return self._in_hand + self._heard.filled(self.rate, self._wall()).tokens

    @property
    def ready(self) -> bool:
        """Whether one can be had at once."""
        return self._in_hand > 0

    def spend(self) -> None:
        """Take one."""
        self._in_hand -= 1

    def put_back(self) -> None:
        """One was not needed."""
        self._in_hand += 1

    def look_at_queue(self) -> None:
        """Draw tokens as long as somebody waits for them."""
        self._changed.set()
        if not self._supplying and (self._queue or self._in_hand):
            self._supplying = True
            self._crew.start(self._supply())

    async def aclose(self) -> None:
        """Draw no more, and hand back what is in hand."""
        await self._crew.drain(timedelta(0))
        await self._hand_back()

    async def _supply(self) -> None:
        try:
            while self._queue or self._in_hand:
                if self._queue:
                    await self._draw()
                else:
                    await self._hand_back()
        finally:
            self._supplying = False

    async def _draw(self) -> None:
        lot = self._lot()
        reserve = 0 if lot.for_questions else self._rate.reserve
        drawn = await self._draws.draw(lot.wanted, reserve)
        self._heard = Level(drawn.left, self._wall())
        self._in_hand += drawn.tokens
        self._serve()
        if drawn.tokens < lot.wanted:
            await self._rest(lot, drawn)

    def _lot(self) -> _Lot:
        waiting = self._queue.waiting()
        questions = waiting[Sort.QUESTION]
        return _Lot(questions or waiting.total(), for_questions=questions > 0)

    async def _rest(self, lot: _Lot, drawn: Drawn) -> None:
        """Until there should be another token, or one can be had or handed back before."""
        pause = drawn.wait.total_seconds()
        if not lot.for_questions:
            pause += random.uniform(*_LATENESS) * min(1 / self.rate.per_second, 1)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                while not self._is_too_late_for(lot):
                    self._changed.clear()
                    await self._changed.wait()

    def _is_too_late_for(self, lot: _Lot) -> bool:
        """Whether it would be wrong to wait for what this lot lacks."""
        if not self._queue:
            return self._in_hand > 0
        return not lot.for_questions and self._queue.waiting()[Sort.QUESTION] > 0

    async def _hand_back(self) -> None:
        tokens, self._in_hand = self._in_hand, 0
        if tokens:
            await self._draws.give_back(tokens)
