"""Tasks that somebody owns: started, counted, awaited and, in the end, cancelled."""

import asyncio
import secrets
from collections.abc import Coroutine
from contextvars import copy_context
from datetime import timedelta
from typing import Any

import structlog

from bot.domain.errors import StoreError

log = structlog.get_logger(__name__)


class Crew:
    """A set of tasks at work; an error in one is logged and harms no other.

    `size` is how many its owner means to have at work at once, where that matters.
    """

    def __init__(self, name: str, size: int = 0) -> None:
        self._name = name
        self._size = size
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> int:
        """How many more tasks may be started now."""
        return max(0, self._size - len(self._tasks))

    @property
    def idle(self) -> bool:
        """Whether nothing is being done."""
        return not self._tasks

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work at once; the crew keeps hold of it until it is done.

        All that is logged within it bears one name, by which it can be followed.
        """
        context = copy_context()
        name = f"{self._name}-{secrets.token_hex(4)}"
        context.run(structlog.contextvars.bind_contextvars, work=name)
        task = asyncio.create_task(work, name=self._name, context=context)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def drain(self, patience: timedelta) -> None:
        """Let the work in hand finish, and what it begins; what takes longer is cancelled."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience.total_seconds()
        while self._tasks and loop.time() < until:
            await asyncio.wait(self._tasks, timeout=until - loop.time())
        late = tuple(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, StoreError):  # told by the ticks, when it begins and when it is over
            log.info("work failed", crew=self._name, why=error.reason)
        else:
            log.error("work failed", crew=self._name, exc_info=error)
