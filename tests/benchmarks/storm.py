"""200 commands at once while nothing around the bot works: acknowledgements, and the loop's lag.

Qianfan hangs, another process holds the database's lock for two seconds, and a process beside the
bot works as hard as one that draws a chart. The bot is a process of its own that watches its own
loop; in the end all that was asked has been answered.
"""

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, thread_time

import aiohttp
from pydantic import SecretStr

from bot.app import open_app
from bot.domain.access import Rules
from bot.logs import start_logging
from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from bot.settings import LogFormat, LogLevel, Mode, Settings
from bot.slack.web import EVENTS_PATH
from bot.terms import RealClock, Ruling
from tests.benchmarks import starting
from tests.benchmarks.slack_requests import SlashCommand, signed
from tests.benchmarks.tables import Bar, held, spread, table

COMMANDS = 200
#: Nobody asks faster than one person may.
PEOPLE = 20
LOCKED_SECONDS = 2.0
#: How often the bot's loop is looked at, in seconds.
GLANCE = 0.005
#: How long all answers together may take; Qianfan's patience and the lock included, in seconds.
ANSWERED_SECONDS = 120

# What stands for a chart that is drawn; the worker that draws one is seen from here as this is:
# a process on the same cores that works for about so long.
_DRAWING = "import time\nuntil = time.monotonic() + 2\nwhile time.monotonic() < until: pass"


@dataclass(frozen=True)
class Storm:
    """What one storm came to: seconds to each acknowledgement, and how many were answered.

    The loop's lags (in seconds) are those of the two seconds in which all of it happens at once;
    `own` is what of each the loop's own thread was at work, and no other process.
    """

    acks: Sequence[float]
    lags: Sequence[float]
    own: Sequence[float]
    answered: int


async def storm() -> Storm:
    """Let it pass over a bot that has stood ready."""
    clock = WorldClock(1)
    world = World(clock)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            LocalSlack(clock=clock, rate_limits=False) as slack,
            LocalQianfan(world) as qianfan,
            _bot(slack, qianfan, folder) as bot,
        ):
            workspace = slack.workspace
            people = [workspace.add_user(f"user{n}") for n in range(PEOPLE)]
            channel = workspace.add_channel("training", members=[*people, workspace.bot])
            run = world.add_task().id
            lines = ("ping", "help", "watches", f"status {run}", f"watch {run}", f"stop {run}")
            asked = [
                SlashCommand(text, person.id, channel.id, person.team_id)
                for text, person in zip(islice(cycle(lines), COMMANDS), cycle(people), strict=False)
            ]
            qianfan.faults.hangs()
            async with _locked(folder / "qfbot.db"), _drawing():
                await bot.lags()
                acks = await _ask_all(bot, asked, slack.signing_secret)
            lags, own = await bot.lags()
            answered = await _answered(slack, channel.id)
            qianfan.faults.clear()
            return Storm(acks, lags, own, answered)


async def _ask_all(bot: "Bot", asked: Sequence[SlashCommand], secret: str) -> Sequence[float]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(command: SlashCommand) -> float:
            body = command.body
            headers = signed(body, secret)
            began = perf_counter()
            async with session.post(bot.url, data=body, headers=headers) as response:
                await response.read()
                assert response.status == 200
            return perf_counter() - began

        return await asyncio.gather(*map(ask, asked))


async def _answered(slack: LocalSlack, channel: str) -> int:
    """How many private answers stand there once all do, or the patience for it is over."""

    def count() -> int:
        return sum(bool(each.ephemeral_to) for each in slack.workspace.messages(channel))

    try:
        async with asyncio.timeout(ANSWERED_SECONDS):
            # The workspace has no event for it.
            while count() < COMMANDS:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    except TimeoutError:
        pass
    return count()


@asynccontextmanager
async def _locked(path: Path) -> AsyncIterator[None]:
    """The database is locked by somebody else for a while, of which the block is a part."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    release = asyncio.get_running_loop().call_later(LOCKED_SECONDS, connection.rollback)
    try:
        yield
        await asyncio.sleep(max(0.0, release.when() - asyncio.get_running_loop().time()) + 0.1)
    finally:
        connection.close()


@asynccontextmanager
async def _drawing() -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _DRAWING)
    try:
        yield
    finally:
        await process.wait()


@dataclass(frozen=True)
class Bot:
    """The bot's process."""

    url: str
    process: asyncio.subprocess.Process

    async def lags(self) -> tuple[Sequence[float], Sequence[float]]:
        """How late the loop was each time it was looked at, and its own part in that.

        Since it was last asked.
        """
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        lags, own = json.loads(await _line(self.process))
        return lags, own


@asynccontextmanager
async def _bot(slack: LocalSlack, qianfan: LocalQianfan, folder: Path) -> AsyncIterator[Bot]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.storm", "--be-bot"),
        env=starting.environment(starting.settings(slack, qianfan, folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    try:
        yield Bot(await _line(process) + EVENTS_PATH, process)
    finally:
        process.terminate()
        await process.wait()


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return (await process.stdout.readline()).decode().strip()


async def be_the_bot() -> None:
    """Serve as `qfbot serve` does, and for each line tell the lags since the one before."""
    start_logging(LogFormat.TEXT, LogLevel.CRITICAL)
    given = {name.lower(): value for name, value in os.environ.items()}
    settings = Settings(
        mode=Mode.HTTP,
        slack_bot_token=SecretStr(given["slack_bot_token"]),
        slack_signing_secret=SecretStr(given["slack_signing_secret"]),
        slack_api_url=given["slack_api_url"],
        qianfan_access_key=SecretStr(given["qianfan_access_key"]),
        qianfan_secret_key=SecretStr(given["qianfan_secret_key"]),
        qianfan_console_api_base_url=given["qianfan_console_api_base_url"],
        qfbot_database_url=SecretStr(given["qfbot_database_url"]),
    )
    lags: list[tuple[float, float]] = []
    async with open_app(settings, Ruling(Rules), RealClock()) as app:
        watching = asyncio.create_task(_watch_loop(lags))
        print("http://{}:{}".format(*app.address), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(list(zip(*lags, strict=True)) or [[], []]), flush=True)
            lags.clear()
        watching.cancel()


async def _watch_loop(lags: list[tuple[float, float]]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        wanted, worked = loop.time() + GLANCE, thread_time()
        await asyncio.sleep(GLANCE)
        late = max(loop.time() - wanted, 0.0)
        lags.append((late, min(late, thread_time() - worked)))


async def tables(quick: bool) -> str:
    """The worst of each storm; the median storm is what the bars are for."""
    storms = [await storm() for _ in range(1 if quick else 5)]
    worst = [max(each.acks) for each in storms]
    late = [_percentile(each.lags) for each in storms]
    rows = [
        ("the slowest acknowledgement, s", spread(worst)),
        ("the median one, s", spread([statistics.median(each.acks) for each in storms])),
        ("the loop's lag, 99th percentile, ms", spread(late, 1)),
        ("its own part in that, ms", spread([_percentile(each.own) for each in storms], 1)),
        ("answered in the end", f"{min(each.answered for each in storms)} of {COMMANDS}"),
    ]
    bars = held(
        Bar("the slowest acknowledgement", statistics.median(worst), 1.0, unit=" s"),
        Bar("the loop's lag, 99th percentile", statistics.median(late), 50, unit=" ms"),
    )
    told = f"{len(storms)} storms; the chart is a process that stands for the one that draws."
    head = (f"{COMMANDS} commands at once", "median (least-most)")
    return f"{table(head, rows)}\n\n{told}\n\n{bars}"


def _percentile(lags: Sequence[float]) -> float:
    """The 99th, in milliseconds."""
    return statistics.quantiles(lags, n=100)[98] * 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--be-bot", action="store_true", help=argparse.SUPPRESS)
    asyncio.run(be_the_bot()) if parser.parse_args().be_bot else print(asyncio.run(tables(False)))
