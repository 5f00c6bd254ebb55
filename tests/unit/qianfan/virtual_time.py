"""An event loop whose time jumps to the next timer, so that nothing in a test ever waits."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class _Skipping(selectors.DefaultSelector):
    """Does not wait for I/O, of which there is none: it skips the time instead."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.skipped += timeout or 0.0
        return super().select(0)


class VirtualTime:
    """Runs coroutines; `seconds` have passed since the beginning, and `wall` tells the moment."""

    def __init__(self) -> None:
        self._selector = _Skipping()
        self._loop = asyncio.SelectorEventLoop(self._selector)
        self._loop.time = lambda: self._selector.skipped  # type: ignore[method-assign]

    @property
    def seconds(self) -> float:
        return self._selector.skipped

    def wall(self) -> datetime:
        return _EPOCH + timedelta(seconds=self.seconds)

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(main)

    def close(self) -> None:
        self._loop.close()
