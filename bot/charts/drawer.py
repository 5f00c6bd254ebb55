"""Has curves drawn by a process of its own, which is there only while there is something to draw.

matplotlib takes a second or two and eighty MiB to load: the bot itself never pays for it.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog

from bot.charts.frames import DRAWN, LENGTH, framed, written
from bot.crew import Crew
from bot.domain.curves import Curve
from bot.domain.errors import NotDrawn

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-m", "bot.charts")

#: What of the environment the process gets: nothing that could be a secret.
_ENVIRONMENT = (
    "HOME",
    "LANG",
    "LD_LIBRARY_PATH",
    "MPLCONFIGDIR",
    "PATH",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "TMPDIR",
    "VIRTUAL_ENV",
    "XDG_CACHE_HOME",
)


@dataclass(frozen=True)
class Limits:
    """How long the process may take, in seconds.

    `first` is for its first picture, before which it loads matplotlib, and may look through the
    system's fonts; `each` for every other. It ends when it had nothing to do for `idle`.
    """

    first: float = 60.0
    each: float = 15.0
    idle: float = 120.0
    end: float = 2.0


class Drawer:
    """The Charts of `bot.domain.ports`; pictures are drawn one after the other."""

    def __init__(self, limits: Limits = Limits(), command: Sequence[str] = COMMAND) -> None:
        self._limits = limits
        self._command = command
        self._turn = asyncio.Lock()
        self._crew = Crew("draw")
        self._worker: Process | None = None
        self._has_drawn = False
        self._rest: asyncio.TimerHandle | None = None

    @property
    def process_id(self) -> int | None:
        """The drawing process, while there is one."""
        return self._worker.pid if self._worker and self._worker.returncode is None else None

    async def draw(self, curves: Sequence[Curve]) -> bytes:
        """One curve, or several over one another, as a PNG.

        Who gives up waiting leaves the process at work: the next picture finds it warm.
        Raises NotDrawn.
        """
        picture: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._crew.start(self._serve(framed(written(curves)), picture))
        return await picture

    async def __aenter__(self) -> Self:
        """Begin; nothing is started before there is something to draw."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Draw nothing more, and end the process."""
        await self._crew.drain(timedelta(0))
        self._wake()
        await self._end()

    async def _serve(self, question: bytes, picture: asyncio.Future[bytes]) -> None:
        async with self._turn:
            if picture.done():
                return
            self._wake()
            try:
                drawn = await self._drawn(question)
            except NotDrawn as error:
                if not picture.done():
                    picture.set_exception(error)
            else:
                if not picture.done():
                    picture.set_result(drawn)
            finally:
                self._rest = asyncio.get_running_loop().call_later(
                    self._limits.idle, lambda: self._crew.start(self._retire())
                )

    async def _drawn(self, question: bytes) -> bytes:
        worker = await self._at_work()
        seconds = self._limits.each if self._has_drawn else self._limits.first
        try:
            async with asyncio.timeout(seconds):
                answer = await _answer(worker, question)
        except (TimeoutError, OSError, EOFError) as error:
            # One that hangs, and one that died over a picture, are followed by another.
            log.warning("drawing process ended", why=type(error).__name__)
            await self._kill()
            raise NotDrawn(type(error).__name__) from error
        except asyncio.CancelledError:
            await self._kill()
            raise
        self._has_drawn = True
        if not answer.startswith(DRAWN):
            raise NotDrawn(answer[1:].decode(errors="replace"), passing=False)
        return answer[len(DRAWN) :]

    async def _at_work(self) -> Process:
        """The process; a new one where there is none, or it died meanwhile. Raises NotDrawn."""
        if self._worker is not None and self._worker.returncode is None:
            return self._worker
        self._has_drawn = False
        try:
            self._worker = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=_environment(os.environ),
                # What interrupts the bot at a terminal is not meant for it.
                start_new_session=True,
            )
        except OSError as error:
            log.warning("drawing process not started", why=type(error).__name__)
            raise NotDrawn(type(error).__name__) from error
        return self._worker

    def _wake(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    async def _retire(self) -> None:
        """Give its memory back, unless somebody wants a picture again."""
        async with self._turn:
            if self._rest is not None:
                await self._end()

    async def _end(self) -> None:
        """Let it end by itself, so that it takes its temporary files along, or kill it."""
        if self._worker is None or self._worker.stdin is None:
            return
        self._worker.stdin.close()
        try:
            async with asyncio.timeout(self._limits.end):
                await self._worker.wait()
        except TimeoutError:
            pass
        await self._kill()

    async def _kill(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None and worker.returncode is None:
            worker.kill()
            await worker.wait()


async def _answer(worker: Process, question: bytes) -> bytes:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(question)
    await worker.stdin.drain()
    (length,) = LENGTH.unpack(await worker.stdout.readexactly(LENGTH.size))
    return await worker.stdout.readexactly(length)


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environ[name] for name in _ENVIRONMENT if name in environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
