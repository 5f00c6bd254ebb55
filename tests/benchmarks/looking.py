"""What a look costs: the bot's own, a bare signed request, the official SDK's call.

Processes take turns at one local server, each with 16 requests at once (`lookers`). The SDK's own
asynchronous decorator is put around its own request, since it has no asynchronous call for runs.
"""

import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.lookers import ACCESS_KEY, AT_ONCE, MOVING, RUNS, SECRET_KEY
from tests.benchmarks.tables import Bar, held, paired, spread, table

BARE = "a bare signed loop over the same transport"
QUIET, THE_SDK = "the bot, nothing new", "the official SDK"

#: Baidu's SDK, which has an environment of its own; it speaks with us as `_answer_rounds` does.
SDK = "qianfan==0.4.12.3"
SDK_PROGRAM = f"""
import asyncio, logging, sys, time
logging.disable(logging.CRITICAL)
from qianfan.resources import FineTune
from qianfan.resources.console.utils import async_console_api_request

request = FineTune.V2.task_detail.__func__.__wrapped__

@async_console_api_request
async def task_detail(task):
    return request(FineTune.V2, task)

async def look(task):
    assert (await task_detail(task)).body["result"]["runStatus"] == "Running"

async def main():
    tasks = {[str(run) for run in RUNS]}
    print("ready", flush=True)
    while line := sys.stdin.readline():
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(int(line)):
            await asyncio.gather(*map(look, tasks))
        print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)

asyncio.run(main())
"""


@dataclass(frozen=True)
class Cost:
    """What one look took, in seconds."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Runner:
    """A process that makes looks when it is told to."""

    name: str
    process: asyncio.subprocess.Process

    async def round(self, looks: int) -> Cost:
        """Make so many looks."""
        batches = looks // AT_ONCE
        assert self.process.stdin is not None
        self.process.stdin.write(f"{batches}\n".encode())
        wall, cpu = (await _line(self.process)).split()
        return Cost(float(wall) / (batches * AT_ONCE), float(cpu) / (batches * AT_ONCE))


@asynccontextmanager
async def process(*command: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that ends with the block; it has none of this machine's proxies."""
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    started = await asyncio.create_subprocess_exec(
        *command,
        env=clean | settings,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()


@asynccontextmanager
async def runner(name: str, *command: str, **settings: str) -> AsyncIterator[Runner]:
    """A runner that is ready."""
    async with process(*command, **settings) as started:
        assert await _line(started) == "ready"
        yield Runner(name, started)


async def _line(started: asyncio.subprocess.Process) -> str:
    assert started.stdout is not None
    async with asyncio.timeout(120):
        return (await started.stdout.readline()).decode().strip()


async def install_sdk(folder: Path) -> Path | None:
    """The Python of a fresh environment with the SDK; None where it cannot be installed."""
    python = folder / "sdk" / "bin" / "python"
    uv = shutil.which("uv")
    if uv is None:
        return None
    for command in (
        ("venv", "--quiet", str(folder / "sdk")),
        ("pip", "install", "--quiet", "--python", str(python), SDK),
    ):
        if await (await asyncio.create_subprocess_exec(uv, *command)).wait():
            return None
    return python


async def compare(rounds: int, looks: int) -> dict[str, list[Cost]]:
    """The costs of each runner, round by round, the runners in turn."""
    here = (sys.executable, "-m", "tests.benchmarks.lookers")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sdk = await install_sdk(folder)
        url = await _line(await stack.enter_async_context(process(*here, "server")))
        opened = [
            runner(BARE, *here, "bare", "--url", url),
            runner(QUIET, *here, "bot", "--url", url),
            runner("the bot, a new percentage each time", *here, "bot", "--url", url + MOVING),
        ]
        if sdk is not None:
            settings = {
                "HOME": str(folder),
                "QIANFAN_ACCESS_KEY": ACCESS_KEY,
                "QIANFAN_SECRET_KEY": SECRET_KEY,
                "QIANFAN_CONSOLE_API_BASE_URL": url,
            }
            opened.append(runner(THE_SDK, str(sdk), "-c", SDK_PROGRAM, **settings))
        runners = [await stack.enter_async_context(each) for each in opened]
        for each in runners:
            await each.round(looks)
        costs: dict[str, list[Cost]] = {each.name: [] for each in runners}
        for number in range(rounds):
            for each in runners[number % len(runners) :] + runners[: number % len(runners)]:
                costs[each.name].append(await each.round(looks))
        return costs


Costs = dict[str, list[Cost]]


def _cpu(costs: Costs, name: str) -> list[float]:
    return [each.cpu * 1e6 for each in costs[name]]


def _wall(costs: Costs, name: str) -> list[float]:
    return [each.wall * 1e6 for each in costs[name]]


def _rows(costs: Costs) -> list[Sequence[str]]:
    """Ratios are taken round by round."""
    return [
        (
            name,
            spread(_cpu(costs, name), 0),
            spread(_wall(costs, name), 0),
            spread(paired(_cpu(costs, BARE), _cpu(costs, name))),
        )
        for name in costs
    ]


def _bars(costs: Costs) -> list[Bar]:
    def times(name: str) -> float:
        return statistics.median(paired(_cpu(costs, name), _cpu(costs, QUIET)))

    bars = [
        Bar("looking, of a bare loop over the same transport", times(BARE), 0.7, at_least=True),
    ]
    if THE_SDK in costs:
        bars.append(Bar("looking, of the official SDK's call", times(THE_SDK), 2, at_least=True))
    return bars


async def tables(quick: bool) -> str:
    """CPU and time of a look, and how much of the bare loop's speed in CPU that is."""
    costs = await compare(5 if quick else 15, (20 if quick else 100) * AT_ONCE)
    head = ("looks, 16 at once", "CPU us", "wall us", "of the bare loop")
    without = "" if THE_SDK in costs else f"\n\n{SDK} could not be installed: not compared."
    return f"{table(head, _rows(costs))}{without}\n\n{held(*_bars(costs))}"


if __name__ == "__main__":
    print(asyncio.run(tables(quick=False)))
