"""Answers kept for a while: a bounded cache in which simultaneous questions share one request."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The latest answers, each for `lifetime` by the clock given, at most `size` of them.

    An answer that failed is not kept; all who waited for it get the error.
    """

    def __init__(self, lifetime: timedelta, now: Callable[[], datetime], *, size: int) -> None:
        self._lifetime = lifetime
        self._now = now
        self._size = size
        self._kept: OrderedDict[K, tuple[datetime, V]] = OrderedDict()
        self._asked: dict[K, asyncio.Future[V]] = {}

    async def get(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        """The answer to `key`, from `ask` where none is fresh. Raises what `ask` raises."""
        while True:
            kept = self._kept.get(key)
            if kept is not None and self._now() - kept[0] < self._lifetime:
                return kept[1]
            asked = self._asked.get(key)
            if asked is None:
                return await self._ask(key, ask)
            await asyncio.wait([asked])
            if not asked.cancelled():
                return asked.result()
            # The one who asked was cancelled: the next one asks.

    def forget(self) -> None:
        """No answer is good any more, nor one that is on its way."""
        self._kept.clear()
        self._asked.clear()

    def drop(self, key: K) -> None:
        """The answer to `key` is good no more, nor is one that is on its way."""
        self._kept.pop(key, None)
        self._asked.pop(key, None)

    async def _ask(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        asked = self._asked[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await ask()
        except asyncio.CancelledError:
            asked.cancel()
            raise
        except Exception as error:
            asked.set_exception(error)
            asked.exception()  # so that asyncio does not report it where nobody else waited
            raise
        else:
            asked.set_result(answer)
            if self._asked.get(key) is asked:
                self._keep(key, answer)
            return answer
        finally:
            if self._asked.get(key) is asked:
                del self._asked[key]

    def _keep(self, key: K, answer: V) -> None:
        self._kept[key] = (self._now(), answer)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
