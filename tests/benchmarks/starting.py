"""How long the bot takes to start, and what it holds while it has nothing to do.

`qfbot --help` and a Python that does nothing take turns; then `qfbot serve` is started against the
local Slack and the local Qianfan, without a database and on the one that the first start left.
"""

import asyncio
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from tests.benchmarks.tables import Bar, held, spread, table

QFBOT = str(Path(sys.executable).with_name("qfbot"))

#: How long a bot that is ready is left alone before its memory is read, in seconds.
IDLE_SECONDS = 5

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Seconds:
    """What something took: of the clock on the wall, and of a processor."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Serving:
    """A `qfbot serve` that is ready: its process and address, and what that took in seconds."""

    process_id: int
    ready: Seconds
    url: str

    @property
    def memory(self) -> float:
        """What it has resident, in MiB."""
        return self._status("VmRSS")

    @property
    def most_memory(self) -> float:
        """The most that it ever had resident, in MiB."""
        return self._status("VmHWM")

    @property
    def cpu(self) -> float:
        """The processor's seconds that it has used so far."""
        return _cpu(self.process_id)

    def _status(self, name: str) -> float:
        lines = Path(f"/proc/{self.process_id}/status").read_text().splitlines()
        [line] = [line for line in lines if line.startswith(f"{name}:")]
        return int(line.split()[1]) / 1024


def _cpu(process_id: int) -> float:
    # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: fields 14 and 15 (user and
    # kernel mode), the second field being a name in brackets.
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment with these settings and none of this machine's."""
    ours = ("SLACK_", "QIANFAN_", "QFBOT_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**clean, "PYTHONPATH": os.getcwd(), **given}


def settings(slack: LocalSlack, qianfan: LocalQianfan, folder: Path) -> dict[str, str]:
    """What `qfbot serve` needs to speak with these two; its database is in the folder."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "QIANFAN_ACCESS_KEY": qianfan.access_key,
        "QIANFAN_SECRET_KEY": qianfan.secret_key,
        "QIANFAN_CONSOLE_API_BASE_URL": qianfan.url,
        "QFBOT_DATABASE_URL": f"sqlite:///{folder / 'qfbot.db'}",
    }


@asynccontextmanager
async def serving(folder: Path, given: Mapping[str, str]) -> AsyncIterator[Serving]:
    """`qfbot serve` from its ready line to its end; its log is in the folder."""
    began, log = perf_counter(), folder / "log"
    with log.open("ab") as lines:
        process = await asyncio.create_subprocess_exec(
            QFBOT,
            "serve",
            "--http",
            "127.0.0.1:0",
            cwd=folder,
            env=environment(given),
            stdout=asyncio.subprocess.PIPE,
            stderr=lines,
        )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            ready = await process.stdout.readline()
        if not ready.startswith(b"qfbot ready"):
            raise RuntimeError(log.read_text()[-2000:])
        took = Seconds(perf_counter() - began, _cpu(process.pid))
        address = ready.decode().rpartition("address=")[2].strip()
        yield Serving(process.pid, took, f"http://{address}")
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(30):
            await process.communicate()


async def run(*command: str, folder: Path) -> Seconds:
    """What a command takes to its end."""
    began, used = perf_counter(), _used_by_children()
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment({}), stdout=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
    return Seconds(perf_counter() - began, _used_by_children() - used)


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass
class Figures:
    """What was measured, run by run; a bar is for the time on the wall."""

    nothing: list[Seconds] = field(default_factory=list)
    help: list[Seconds] = field(default_factory=list)
    first_start: list[Seconds] = field(default_factory=list)
    start: list[Seconds] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def tables(self) -> str:
        """Medians, and the bars."""
        rows = [
            _row(name, took)
            for name, took in (
                ("a Python that does nothing, s", self.nothing),
                ("`qfbot --help`, s", self.help),
                ("`qfbot serve` until ready, no database yet, s", self.first_start),
                ("`qfbot serve` until ready, its database there, s", self.start),
            )
        ]
        rows.append(("memory at rest, MiB", spread(self.memory, 1), ""))
        bars = held(
            Bar("`qfbot --help`", _median(self.help), 0.5, unit=" s"),
            Bar(
                "`qfbot serve` until ready, the first time", _median(self.first_start), 3, unit=" s"
            ),
            Bar("`qfbot serve` until ready", _median(self.start), 3, unit=" s"),
            Bar("memory at rest", statistics.median(self.memory), 120, unit=" MiB"),
        )
        return f"{table(('starting', 'median (least-most)', 'median of CPU'), rows)}\n\n{bars}"


def _row(name: str, took: Sequence[Seconds]) -> Sequence[str]:
    cpu = statistics.median(each.cpu for each in took)
    return name, spread([each.wall for each in took]), f"{cpu:.2f}"


def _median(took: Sequence[Seconds]) -> float:
    return statistics.median(each.wall for each in took)


async def measure(runs: int) -> Figures:
    """So many runs of each, after one that is not counted."""
    counted = Figures()
    for figures in (Figures(), *[counted] * runs):
        with tempfile.TemporaryDirectory() as folder:
            await _run_all(Path(folder), figures)
    return counted


async def _run_all(folder: Path, figures: Figures) -> None:
    figures.nothing.append(await run(sys.executable, "-c", "pass", folder=folder))
    figures.help.append(await run(QFBOT, "--help", folder=folder))
    clock = WorldClock(1)
    async with LocalSlack(clock=clock) as slack, LocalQianfan(World(clock)) as qianfan:
        given = settings(slack, qianfan, folder)
        async with serving(folder, given) as bot:
            figures.first_start.append(bot.ready)
        async with serving(folder, given) as bot:
            figures.start.append(bot.ready)
            await asyncio.sleep(IDLE_SECONDS)
            figures.memory.append(bot.memory)


async def tables(quick: bool) -> str:
    """How long the starts took, and what was held at rest."""
    return (await measure(3 if quick else 10)).tables()


if __name__ == "__main__":
    print(asyncio.run(tables(quick=False)))
