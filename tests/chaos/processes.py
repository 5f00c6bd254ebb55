"""`qfbot serve` as a process: started, killed, frozen, thawed, starved of disk, started again."""

import asyncio
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

#: Where `python -m` finds the bot and this package, wherever the process is started.
_ROOT = Path(__file__).parents[2]

#: The module to run where the bot is to have a skewed clock, or points to die at.
WRAPPED = "tests.chaos.wrapped"

_READY_SECONDS = 40.0
_END_SECONDS = 20.0
_WORDS_SECONDS = 60.0
_OURS = ("SLACK_", "QIANFAN_", "QFBOT_", "CHAOS_")


class Bot:
    """One replica, again and again: each start is a new process with the same settings.

    `module` is what is run: `bot`, or a wrapper of this package around it. What the processes
    write to standard error is kept in `log`.
    """

    def __init__(
        self, name: str, folder: Path, settings: Mapping[str, str], module: str = "bot"
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        #: How long the last start took until the ready line.
        self.start_seconds = 0.0
        self._folder = folder
        self._settings = dict(settings)
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._copying: asyncio.Task[None] | None = None
        self._began = 0.0
        self._is_ready = False
        self._said = ""
        self._spoke = asyncio.Event()

    @property
    def alive(self) -> bool:
        """Whether there is a process, frozen or not."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The process's id; ProcessLookupError where there is none."""
        if self._process is None or self._process.returncode is not None:
            raise ProcessLookupError(self.name)
        return self._process.pid

    async def start(self, **settings: str) -> None:
        """Begin a process, with these settings besides its own; it is not ready yet."""
        self._began = time.monotonic()
        self._is_ready = False
        self._said = ""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", self._module, "serve", "--http", "127.0.0.1:0"),
            cwd=self._folder,
            env=_environment(self._settings | settings),
            stdout=asyncio.subprocess.PIPE,
            # A pipe, and not the file: a full disk is not to silence it.
            stderr=asyncio.subprocess.PIPE,
        )
        self._copying = asyncio.create_task(self._copy(self._process))

    async def ready(self) -> bool:
        """Wait for the ready line; False where the process ends, or is ended, before it."""
        assert self._process is not None
        assert self._process.stdout is not None
        if not self._is_ready:
            async with asyncio.timeout(_READY_SECONDS):
                line = await self._process.stdout.readline()
            self._is_ready = line.startswith(b"qfbot ready")
            self.start_seconds = time.monotonic() - self._began
        return self._is_ready

    async def says(self, words: str, seconds: float = _WORDS_SECONDS) -> None:
        """Wait until this process has written these words. TimeoutError after so many seconds."""
        async with asyncio.timeout(seconds):
            while words not in self._said:
                self._spoke.clear()
                await self._spoke.wait()

    def kill(self) -> None:
        """`kill -9`, done when this returns; nothing where there is no process."""
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: it does nothing until it is thawed, and knows nothing of it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def limit_files(self, size: int | None) -> None:
        """From now on no file can grow beyond so many bytes: a full disk; None gives room again."""
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        room = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (room, hard))

    async def dead(self, seconds: float = _END_SECONDS) -> int:
        """Wait for the end of the process; its exit code. TimeoutError after so many seconds."""
        assert self._process is not None
        async with asyncio.timeout(seconds):
            code = await self._process.wait()
            if self._copying is not None:
                await self._copying
        return code

    async def end(self) -> None:
        """SIGTERM, and where that does not help `kill -9`."""
        if not self.alive:
            return
        self.thaw()
        self._signal(signal.SIGTERM)
        try:
            await self.dead()
        except TimeoutError:
            self.kill()
            await self.dead()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def _copy(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        with self.log.open("ab") as log:
            while line := await process.stderr.readline():
                log.write(line)
                log.flush()
                self._said += line.decode("utf-8", "replace")
                self._spoke.set()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment without any setting of this machine, and with these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return clean | {"PYTHONPATH": str(_ROOT)} | dict(settings)
