"""What a look costs: the bot's own, a bare signed request, the official SDK's call.

Processes take turns at one local server, each with 16 requests at once (`lookers`). There are two
bare loops: over aiohttp, as the bot sends, and over httpx with aiohttp beneath it. The SDK's own
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

<<<<<<< HEAD
import structlog
from pydantic import SecretStr

from bot.domain.cadence import Pace
from bot.domain.id_grammar import read_id
from bot.domain.watching import Thing, Watch
from bot.qianfan.actions import describing, naming
from bot.qianfan.client import open_account
from bot.qianfan.signing import BceAuth, Credentials
from bot.qianfan.transport import address, open_http
from bot.store.opening import open_store
from bot.watcher.trouble import AccountTroubles
from bot.watcher.watcher import Account, Watcher

ACCESS_KEY, SECRET_KEY = "ALTAKbenchmark", "0123456789abcdef"
ACCOUNT = "default"
REQUESTS_PER_SECOND = 1e6
AT_ONCE = 16
#: Each batch finds them all due, and nothing else: a backlog is the matter of `scale`.
RUNS = [read_id(f"task-{number:012d}") for number in range(AT_ONCE)]
PACE = Pace(timedelta(seconds=15), timedelta(seconds=300))
SAMPLE = Path(__file__).parents[1] / "samples" / "qianfan" / "task-running.json"

#: Below this path of the server, each answer about a run tells another percent.
MOVING = "/moving"

#: Makes 16 looks at once.
Batch = Callable[[], Awaitable[object]]
=======
from tests.benchmarks.lookers import ACCESS_KEY, AT_ONCE, MOVING, RUNS, SECRET_KEY
from tests.benchmarks.tables import Bar, held, paired, spread, table

BARE, BARE_HTTPX = "bare loop over aiohttp", "bare loop over httpx and aiohttp"
QUIET, THE_SDK = "the bot, nothing new", "the official SDK"
>>>>>>> 29050b3 (Benchmarks: one command prints all tables, each with its bars)

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


<<<<<<< HEAD
class RunningClock:
    """The real clock; the world's moves on by an hour a batch, so that everything is due."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def wall(self) -> datetime:
        """Now."""
        return datetime.now(UTC)

    def world(self) -> datetime:
        """Now, and the hours that were skipped."""
        return datetime.now(UTC) + self._ahead

    def skip(self) -> None:
        """Let the longest pause between two looks pass."""
        self._ahead += timedelta(hours=1)


class Answering(asyncio.Protocol):
    """Answers each request with the recorded answer of DescribeFineTuningTask."""

    def __init__(self, sample: str) -> None:
        self._sample = sample
        self._read = b""
        self._answered = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            _, _, length = head.lower().partition(b"content-length:")
            whole = end + 4 + int(length.partition(b"\r")[0])
            if len(self._read) < whole:
                return
            self._answer(head, self._read[end + 4 : whole])
            self._read = self._read[whole:]

    def _answer(self, head: bytes, body: bytes) -> None:
        self._answered += 1
        moving = head.startswith(f"POST {MOVING}/".encode())
        percent = f"{self._answered % 100}%" if moving else ""
        answer = self._sample.replace("ID", json.loads(body)["taskId"]).replace("99%", percent)
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
            + f"{len(answer)}\r\n\r\n{answer}".encode()
        )


async def serve() -> None:
    """The server, until its process is ended; the first line tells its address."""
    sample = json.loads(SAMPLE.read_text())["answer"]
    # Runs of one job would be listed instead, and one that stands for hours would be an alarm.
    sample["result"] |= {"taskId": "ID", "jobId": "", "runProgress": "99%"}
    text = json.dumps(sample)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(text), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    await server.serve_forever()


async def be_the_bot(url: str) -> None:
    """Looks as the bot makes them: the Watcher's ticks, each of which claims 16 things."""
    clock = RunningClock()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        store = await stack.enter_async_context(open_store(f"sqlite:///{folder}/bot.db", clock))
        account = open_account(
            url,
            ACCESS_KEY,
            SecretStr(SECRET_KEY),
            clock,
            requests_per_second=REQUESTS_PER_SECOND,
            burst=REQUESTS_PER_SECOND,
        )
        stack.push_async_callback(account.aclose)
        accounts = {ACCOUNT: Account(account, REQUESTS_PER_SECOND)}
        watcher = Watcher(
            accounts,
            store.watches,
            store.duties,
            AccountTroubles(store.outages, clock),
            clock,
            PACE,
        )
        until = clock.world() + timedelta(days=3650)
        for run in RUNS:
            watch = Watch(Thing(ACCOUNT, run), "C0", "U0", clock.world(), until)
            await store.watches.begin(watch, await account.look(run))

        # Whatever it has to say in the log would be read as a figure.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

        async def batch() -> None:
            clock.skip()
            assert await watcher.tick() == AT_ONCE
            await watcher.drain(timedelta(seconds=30))

        await _answer_rounds(batch)
        seen = [watched.look.at for watched in await store.watches.everywhere()]
        assert min(seen) > datetime.now(UTC), "a run was never looked at"


async def be_bare(url: str) -> None:
    """The same requests over the same transport with the same signature, and nothing else."""
    credentials = Credentials(ACCESS_KEY, SecretStr(SECRET_KEY))
    auth = BceAuth(lambda: credentials, lambda: datetime.now(UTC))
    target = address(url, describing(RUNS[0]).target)
    async with open_http(url, timedelta(seconds=5)) as http:

        async def ask(body: dict[str, object]) -> None:
            response = await http.send(http.build_request("POST", target, json=body), auth=auth)
            assert json.loads(response.content)["result"]["runStatus"] == "Running"

        async def batch() -> None:
            await asyncio.gather(*(ask(naming(run)) for run in RUNS))

        await _answer_rounds(batch)


async def _answer_rounds(batch: Batch) -> None:
    """For each line with a number, make so many batches and tell the wall and CPU seconds."""
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        wall, cpu = perf_counter(), process_time()
        for _ in range(int(line)):
            await batch()
        print(perf_counter() - wall, process_time() - cpu, flush=True)


=======
>>>>>>> 29050b3 (Benchmarks: one command prints all tables, each with its bars)
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
<<<<<<< HEAD
            runner("bare loop", *here, "bare", "--url", url),
            runner("the bot, nothing new", *here, "bot", "--url", url),
            runner("the bot, a new percent each", *here, "bot", "--url", url + MOVING),
=======
            runner(BARE, *here, "bare", "--url", url),
            runner(BARE_HTTPX, *here, "bare-httpx", "--url", url),
            runner(QUIET, *here, "bot", "--url", url),
            runner("the bot, a new percentage each time", *here, "bot", "--url", url + MOVING),
>>>>>>> 29050b3 (Benchmarks: one command prints all tables, each with its bars)
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


<<<<<<< HEAD
def main() -> None:
    """Measure; with `--be`, be one of the processes that are measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--looks", type=int, default=100 * AT_ONCE, help="looks in a round")
    parser.add_argument("--be", choices=["server", "bot", "bare"], help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    match given.be:
        case "server":
            asyncio.run(serve())
        case "bot":
            asyncio.run(be_the_bot(given.url))
        case "bare":
            asyncio.run(be_bare(given.url))
        case _:
            print(f"{given.rounds} rounds of {given.looks} looks; median (least-most)\n")
            report(asyncio.run(compare(given.rounds, given.looks)))
=======
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
            spread(paired(_cpu(costs, BARE_HTTPX), _cpu(costs, name))),
        )
        for name in costs
    ]


def _bars(costs: Costs) -> list[Bar]:
    def times(name: str) -> float:
        return statistics.median(paired(_cpu(costs, name), _cpu(costs, QUIET)))

    bars = [
        Bar(
            "looking, of a bare loop over httpx and aiohttp", times(BARE_HTTPX), 0.7, at_least=True
        ),
        Bar("looking, of a bare loop over aiohttp alone", times(BARE), 0.7, at_least=True),
    ]
    if THE_SDK in costs:
        bars.append(Bar("looking, of the official SDK's call", times(THE_SDK), 2, at_least=True))
    return bars


async def tables(quick: bool) -> str:
    """CPU and time of a look, and how much of each bare loop's speed in CPU that is."""
    costs = await compare(5 if quick else 15, (20 if quick else 100) * AT_ONCE)
    head = ("looks, 16 at once", "CPU us", "wall us", "of bare aiohttp", "of bare httpx")
    without = "" if THE_SDK in costs else f"\n\n{SDK} could not be installed: not compared."
    return f"{table(head, _rows(costs))}{without}\n\n{held(*_bars(costs))}"
>>>>>>> 29050b3 (Benchmarks: one command prints all tables, each with its bars)


if __name__ == "__main__":
    print(asyncio.run(tables(quick=False)))
