"""One Qianfan account as the bot's platform: looks that are tried again, changes that never are."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import httpx
import stamina
from pydantic import SecretStr

from bot.domain.changes import Look
from bot.domain.errors import (
    BrokenAnswer,
    OutcomeUnknown,
    PlatformError,
    Throttled,
    Unavailable,
)
from bot.domain.ids import ResourceId
from bot.domain.moments import plausible
from bot.domain.ports import Clock, StopAnswer
from bot.qianfan.actions import Action, describing, stopping
from bot.qianfan.answers import Answer, Refusal, read_answer
from bot.qianfan.budget import Errand, TokenBucket
from bot.qianfan.reading import read_resource, read_stop
from bot.qianfan.redaction import redaction
from bot.qianfan.sharing import SharedLooks
from bot.qianfan.signing import BceAuth, Credentials
from bot.qianfan.transport import GarbledReply, NoReply, address, open_http, post


@dataclass(frozen=True)
class Patience:
    """How long Qianfan is waited for, and how often a look is tried.

    The pauses grow as in Baidu's own SDK: 0.3 s times 2, 4, … (bce-python-sdk,
    baidubce/retry/retry_policy.py), here with some chance in them.
    """

    connect: timedelta = timedelta(seconds=5)
    attempt: timedelta = timedelta(seconds=10)
    look: timedelta = timedelta(seconds=20)
    attempts: int = 3
    first_pause: timedelta = timedelta(seconds=0.3)
    longest_pause: timedelta = timedelta(seconds=5)


class QianfanClient:
    """One account, over an HTTP client of its own."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        clock: Clock,
        http: httpx.AsyncClient,
        budget: TokenBucket,
        patience: Patience = Patience(),
    ) -> None:
        """`http` belongs to the account from now on, and is closed with it."""
        self._auth = BceAuth(credentials, clock.wall)
        self._redact = redaction(credentials.access_key, credentials.secret_key.get_secret_value())
        self._world = clock.world
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
        self._looks = SharedLooks(self._fetch, clock.world)

    async def look(
        self, resource: ResourceId, *, max_age: timedelta = timedelta(0), urgent: bool = False
    ) -> Look:
        """What Qianfan says of a task, a compression task or a model version (world time).

        Raises PlatformError, and ValueError for an id of another kind.
        """
        return await self._looks.look(resource, max_age, urgent)

    async def stop(self, resource: ResourceId) -> StopAnswer:
        """Ask once, never again, that a task or a compression task be stopped.

        Raises OutcomeUnknown where the answer was lost or cannot be read, another PlatformError
        where certainly nothing was stopped, and ValueError for an id of another kind.
        """
        action = stopping(resource)
        await self._budget.take(Errand(urgent=True))
        try:
            return read_stop(action, await self._change(action, resource))
        finally:
            self._looks.forget(resource)

    async def aclose(self) -> None:
        """Give up what is under way and close the connections."""
        await self._looks.aclose()
        await self._http.aclose()

    async def _fetch(self, resource: ResourceId, errand: Errand) -> Look:
        answer = await self._read(describing(resource), resource, errand)
        now = self._world()
        read = read_resource(resource, answer, self._redact)
        created_at = plausible(read.created_at, now)
        finished_at = plausible(read.finished_at, now)
        return Look(replace(read, created_at=created_at, finished_at=finished_at), now)

    async def _change(self, action: Action, resource: ResourceId) -> Answer:
        """Send once; what may have been done in spite of the answer is an OutcomeUnknown."""
        try:
            answer = await self._ask(action, resource)
        except NoReply as lost:
            error = OutcomeUnknown if lost.sent else Unavailable
            raise error(action.name) from lost
        if isinstance(answer, Answer):
            return answer
        if isinstance(answer.error, Unavailable | BrokenAnswer):
            raise OutcomeUnknown(action.name, answer.error.request_id)
        raise answer.error

    async def _read(self, action: Action, resource: ResourceId, errand: Errand) -> Answer:
        """Ask, and ask again."""
        try:
            async with asyncio.timeout(None) as deadline:
                return await self._persevere(
                    partial(self._attempt, action, resource, errand, deadline)
                )
        except TimeoutError:
            raise Unavailable(action.name) from None
        except _TryAgain as last:
            raise last.error from last.__cause__

    async def _persevere(self, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """Stamina takes over once an attempt has failed: it costs a third of a request's CPU."""
        try:
            return await attempt()
        except _TryAgain as failed:
            return await self._retrying(_counting(failed, attempt))

    async def _attempt(
        self, action: Action, resource: ResourceId, errand: Errand, deadline: asyncio.Timeout
    ) -> Answer:
        """One attempt; the time for all of them starts with the first token."""
        await self._budget.take(errand)
        if deadline.when() is None:
            now = asyncio.get_running_loop().time()
            deadline.reschedule(now + self._patience.look.total_seconds())
        try:
            answer = await self._ask(action, resource)
        except GarbledReply as garbled:
            raise BrokenAnswer(action.name) from garbled
        except NoReply as lost:
            raise _TryAgain(Unavailable(action.name)) from lost
        if isinstance(answer, Answer):
            return answer
        raise _TryAgain(answer.error) if answer.passing else answer.error

    async def _ask(self, action: Action, resource: ResourceId) -> Answer | Refusal:
        url, body = self._address(action.target), action.body(resource)
        reply = await post(self._http, url, body, self._auth, self._patience.attempt)
        return read_answer(action.name, reply, self._redact)

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


def open_account(
    base_url: str,
    access_key: str,
    secret_key: SecretStr,
    clock: Clock,
    *,
    requests_per_second: float = 1.0,
    burst: float = 10.0,
    patience: Patience = Patience(),
) -> QianfanClient:
    """An account at `base_url`, of which nothing is asked yet; to be closed with `aclose`.

    Raises ValueError for keys, an address or a rate that cannot be.
    """
    return QianfanClient(
        base_url,
        Credentials(access_key, secret_key),
        clock,
        open_http(base_url, patience.connect),
        TokenBucket(requests_per_second, burst, clock.wall),
        patience,
    )
