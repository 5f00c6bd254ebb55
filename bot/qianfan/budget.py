"""How fast an account may be asked: a token for each request, for one errand after the other."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.domain.budget import Rate
from bot.domain.vitals import BudgetState
from bot.qianfan.errands import Errand, Queue, Sort
from bot.qianfan.shared_tokens import SharedTokens
from bot.qianfan.steady_draws import Shared
from bot.qianfan.tokens import LocalTokens, Tokens

__all__ = ["Errand", "Sort", "TokenBucket"]


class TokenBucket:
    """Gives each errand its token, in the order of the queue. It belongs to who closes it."""

    def __init__(
        self,
        per_second: float,
        burst: float,
        wall: Callable[[], datetime],
        shared: Shared | None = None,
    ) -> None:
        """`shared` where other processes ask the account too, else this one fills it by itself.

        Raises ValueError for a rate that would never give a token.
        """
        rate = Rate(per_second, burst)
        self._queue = Queue(wall)
        self._closed = False
        self._tokens: Tokens = (
            SharedTokens(shared, rate, wall, self._queue, self._serve)
            if shared is not None
            else LocalTokens(rate, wall, self._queue, self._serve)
        )

    @property
    def state(self) -> BudgetState:
        """How it stands now."""
        waiting = self._queue.waiting()
        return BudgetState(
            per_second=self._tokens.rate.per_second,
            tokens=self._tokens.left,
            waiting_urgent=waiting[Sort.QUESTION] + waiting[Sort.LIST],
            waiting_patient=waiting[Sort.PATIENT],
            longest_wait=self._queue.longest_wait(),
        )

    async def take(self, errand: Errand) -> None:
        """Return when the errand's request may be sent. Raises RuntimeError once it is closed."""
        if self._closed:
            raise RuntimeError("the account is closed")
        if self._tokens.ready and not self._queue:
            # Most requests find a token: a place in the queue would cost more than the token.
            self._tokens.spend()
            return
        turn = self._queue.join(errand)
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            self._queue.leave(turn)
            if not turn.cancelled():
                # A token that was just given goes to the next.
                self._tokens.put_back()
            self._serve()
            raise

    def hasten(self) -> None:
        """An errand that waits may become urgent by what is done next."""
        asyncio.get_running_loop().call_soon(self._serve)

    async def aclose(self) -> None:
        """Give no more tokens; whoever waits for one is cancelled."""
        self._closed = True
        self._queue.dismiss()
        await self._tokens.aclose()

    def _serve(self) -> None:
        if self._closed:
            return
        while self._queue and self._tokens.ready:
            self._tokens.spend()
            self._queue.pop().set_result(None)
        self._tokens.look_at_queue()
