"""The pulse of the event loop, and the watchdog that ends a process whose loop stands still."""

import asyncio
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from types import FrameType, TracebackType
from typing import Self

import structlog

from bot.domain.ports import Clock
from bot.happenings import LoopTurned, Tell, nobody

log = structlog.get_logger(__name__)

#: Between two beats, in seconds.
BEAT_SECONDS = 0.25

#: For how long a loop may stand still before the process is better begun anew.
STUCK_AFTER = timedelta(seconds=60)

#: What a process ends with whose loop stood still: EX_SOFTWARE of sysexits.h.
STUCK = 70

# How long the last word may take: whoever is stuck may hold what it is written with.
_LAST_WORD_SECONDS = 5.0


class Pulse:
    """Beats while it is entered, as long as the loop turns, and tells how late each beat is."""

    def __init__(self, clock: Clock, *, tell: Tell = nobody, every: float = BEAT_SECONDS) -> None:
        self._clock = clock
        self._tell = tell
        self._every = every
        self._beating: asyncio.Task[None] | None = None
        #: How often it has beaten. It may be read from another thread.
        self.beats = 0
        #: When it did last (wall).
        self.beat_at = clock.wall()

    async def __aenter__(self) -> Self:
        self._beating = asyncio.create_task(self._beat(), name="pulse")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + self._every
            await asyncio.sleep(self._every)
            self.beats += 1
            self.beat_at = self._clock.wall()
            self._tell(LoopTurned(timedelta(seconds=max(loop.time() - due, 0.0))))


class Watchdog:
    """A thread beside the loop that ends the process where a pulse stops for too long.

    Time counts only in the small steps that the thread itself has seen pass: a process that was
    frozen, a machine that slept and a debugger that holds all threads make no step longer.
    Nothing counts while a debugger holds the loop's thread. What never lets go of the
    interpreter's lock stops this thread too: that is for those who ask `/healthz` from outside.
    """

    def __init__(
        self,
        beats: Callable[[], int],
        patience: timedelta = STUCK_AFTER,
        *,
        end: Callable[[int], object] = os._exit,
    ) -> None:
        """To be made in the loop's thread. `end` is told the exit code."""
        self._beats = beats
        self._patience = patience.total_seconds()
        self._glance = min(1.0, self._patience / 10)
        self._end = end
        self._watched = threading.get_ident()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()

    def _watch(self) -> None:
        beats, stood, seen_at = self._beats(), 0.0, time.monotonic()
        while not self._over.wait(self._glance):
            now = time.monotonic()
            stood += min(now - seen_at, 2 * self._glance)
            seen_at = now
            if (counted := self._beats()) != beats or _is_debugged(self._stack()):
                beats, stood = counted, 0.0
            elif stood >= self._patience:
                self._give_up()
                return

    def _give_up(self) -> None:
        where = told(self._stack())
        speaking = threading.Thread(target=self._say, args=(where,), daemon=True)
        speaking.start()
        speaking.join(_LAST_WORD_SECONDS)
        self._end(STUCK)

    def _say(self, where: str) -> None:
        log.critical(
            "the event loop stands still, so that the process ends",
            seconds=round(self._patience),
            exit_code=STUCK,
            where=where,
        )

    def _stack(self) -> FrameType | None:
        return sys._current_frames().get(self._watched)


def told(stack: FrameType | None) -> str:
    """Where a thread is, on one line, the innermost place first."""
    frames = reversed(traceback.extract_stack(stack)) if stack else ()
    return " < ".join(f"{each.name} ({each.filename}:{each.lineno})" for each in frames)


def _is_debugged(frame: FrameType | None) -> bool:
    """Whether a debugger waits in the thread for its person."""
    while frame is not None:
        if frame.f_globals.get("__name__") in ("bdb", "pydevd"):
            return True
        frame = frame.f_back
    return False
