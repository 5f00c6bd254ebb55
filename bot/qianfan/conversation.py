"""Asking one account: reads that are tried again, changes that never are."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import httpx
import stamina

from bot.domain.errors import (
    BrokenAnswer,
    OutcomeUnknown,
    PlatformError,
    Throttled,
    Unavailable,
)
from bot.qianfan.actions import Action
from bot.qianfan.answers import Answer, Refusal, read_answer
from bot.qianfan.budget import Errand, TokenBucket
from bot.qianfan.credentials import Keys
from bot.qianfan.redaction import redaction
from bot.qianfan.signing import BceAuth
from bot.qianfan.transport import Body, GarbledReply, NoReply, address, post


@dataclass(frozen=True)
class Patience:
    """How long Qianfan is waited for, and how often a read is tried; `look` bounds one read.

    The pauses grow as in Baidu's own SDK: 0.3 s times 2, 4, … (bce-python-sdk,
    baidubce/retry/retry_policy.py), here with some chance in them.
    """

    connect: timedelta = timedelta(seconds=5)
    attempt: timedelta = timedelta(seconds=10)
    look: timedelta = timedelta(seconds=20)
    attempts: int = 3
    first_pause: timedelta = timedelta(seconds=0.3)
    longest_pause: timedelta = timedelta(seconds=5)


PATIENT = Patience()


class Conversation:
    """Signed requests over an HTTP client of its own, each at the cost of one of the budget."""

    def __init__(
        self,
        base_url: str,
        keys: Keys,
        wall: Callable[[], datetime],
        http: httpx.AsyncClient,
        budget: TokenBucket,
        patience: Patience,
    ) -> None:
        """`http` belongs to the conversation from now on, and is closed with it."""
        self._keys = keys
        self._auth = BceAuth(lambda: keys.current, wall)
        self._http = http
        self._address = partial(address, base_url)
        self._budget = budget
        self._patience = patience
        self._retrying = stamina.AsyncRetryingCaller(
            attempts=patience.attempts,
            timeout=None,
            wait_initial=patience.first_pause,
            wait_max=patience.longest_pause,
            wait_jitter=patience.first_pause,
        ).on(self._pause_after)

    async def read(self, action: Action, body: Body, errand: Errand) -> Answer:
        """Ask, and ask again. Raises a PlatformError where no answer came of it."""
        try:
            async with asyncio.timeout(None) as deadline:
                return await self._persevere(partial(self._attempt, action, body, errand, deadline))
        except TimeoutError:
            raise Unavailable(action.name) from None
        except _TryAgain as last:
            raise last.error from last.__cause__

    async def change(self, action: Action, body: Body) -> Answer:
        """Ask once, before all that is not urgent.

        Raises OutcomeUnknown where it may have been done in spite of the answer, and another
        PlatformError where it certainly was not.
        """
        await self._budget.take(Errand(urgent=True))
        try:
            answer = await self._ask(action, body)
        except NoReply as lost:
            error = OutcomeUnknown if lost.sent else Unavailable
            raise error(action.name) from lost
        if isinstance(answer, Answer):
            return answer
        if isinstance(answer.error, Unavailable | BrokenAnswer):
            raise OutcomeUnknown(action.name, answer.error.request_id)
        raise answer.error

    def redact(self, text: str) -> str:
        """The text without the keys, those that were replaced too, and what looks like one."""
        return redaction(*self._keys.secrets)(text)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _persevere(self, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """Stamina takes over once an attempt has failed: it costs a third of a request's CPU."""
        try:
            return await attempt()
        except _TryAgain as failed:
            return await self._retrying(_counting(failed, attempt))

    async def _attempt(
        self, action: Action, body: Body, errand: Errand, deadline: asyncio.Timeout
    ) -> Answer:
        """One attempt; the time for all of them starts with the first token."""
        await self._budget.take(errand)
        if deadline.when() is None:
            now = asyncio.get_running_loop().time()
            deadline.reschedule(now + self._patience.look.total_seconds())
        try:
            answer = await self._ask(action, body)
        except GarbledReply as garbled:
            raise BrokenAnswer(action.name) from garbled
        except NoReply as lost:
            raise _TryAgain(Unavailable(action.name)) from lost
        if isinstance(answer, Answer):
            return answer
        raise _TryAgain(answer.error) if answer.passing else answer.error

    async def _ask(self, action: Action, body: Body) -> Answer | Refusal:
        url = self._address(action.target)
        reply = await post(self._http, url, body, self._auth, self._patience.attempt)
        return read_answer(action.name, reply, self.redact)

    def _pause_after(self, error: Exception) -> bool | timedelta:
        """Whether to try again, and the pause that Qianfan asks for where it is short."""
        if not isinstance(error, _TryAgain):
            return False
        asked = error.error.retry_after if isinstance(error.error, Throttled) else None
        if asked is None:
            return True
        return asked if asked <= self._patience.longest_pause else False


class _TryAgain(Exception):
    """An attempt that failed for a reason that may pass."""

    def __init__(self, error: PlatformError) -> None:
        super().__init__(error)
        self.error = error


def _counting(
    failed: _TryAgain, attempt: Callable[[], Awaitable[Answer]]
) -> Callable[[], Awaitable[Answer]]:
    """The attempts to be made, the first of which is the one that has failed."""
    made = [failed]

    async def counted() -> Answer:
        if made:
            raise made.pop()
        return await attempt()

    return counted
