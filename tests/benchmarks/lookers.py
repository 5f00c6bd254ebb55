"""The processes whose looks `looking` compares, and the server that answers them.

Each makes 16 looks at once as often as it is told to. The bot's is the real Watcher over the real
client and SQLite (claim, sign, send, parse, compare, record); the bare one signs, sends, decodes.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

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
    """The same signed requests over a client like the bot's, and nothing else."""
    credentials = Credentials(ACCESS_KEY, SecretStr(SECRET_KEY))
    auth = BceAuth(lambda: credentials, lambda: datetime.now(UTC))
    target = address(url, describing(RUNS[0]).target)
    async with open_http(url, timedelta(seconds=10)) as http:

        async def ask(body: dict[str, object]) -> None:
            response = await http.post(target, json=body, auth=auth)
            assert json.loads(response.content)["result"]["runStatus"] == "Running"

        await _answer_rounds(lambda: asyncio.gather(*(ask(naming(run)) for run in RUNS)))


async def _answer_rounds(batch: Batch) -> None:
    """For each line with a number, make so many batches and tell the wall and CPU seconds."""
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        wall, cpu = perf_counter(), process_time()
        for _ in range(int(line)):
            await batch()
        print(perf_counter() - wall, process_time() - cpu, flush=True)


LOOKERS = {"bot": be_the_bot, "bare": be_bare}


def main() -> None:
    """Be one of them, or the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=["server", *LOOKERS])
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    asyncio.run(serve() if given.name == "server" else LOOKERS[given.name](given.url))


if __name__ == "__main__":
    main()
