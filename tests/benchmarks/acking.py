"""How long an acknowledgement takes, against an app of Bolt's own defaults.

In one process the two apps take turns at signed requests, one at a time; over HTTP a `qfbot serve`
and a server of Bolt's own do. The next request is sent when the bot has answered the one before:
what comes while it is at work is the matter of `storm`.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from pathlib import Path
from time import perf_counter

import aiohttp
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Rules
from bot.logs import start_logging
from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from bot.playground.stage import open_stage
from bot.settings import LogFormat, LogLevel
from bot.slack.clients import Identity, open_clients
from bot.slack.listeners import bolt_app
from bot.slack.web import EVENTS_PATH
from tests.benchmarks import starting
from tests.benchmarks.slack_requests import SECRET, Posted, SlashCommand, hello, signed
from tests.benchmarks.tables import Bar, held, paired, spread, table

#: So many people ask in turn: nobody asks faster than the bot lets one person ask.
PEOPLE = 50

#: How many requests are one round.
ROUND = 20

#: Sends a request and returns once it is acknowledged.
Ask = Callable[[], Awaitable[object]]


async def rounds(bot: Ask, bolt: Ask, answered: Ask, count: int) -> tuple[list[float], list[float]]:
    """The median of each round, in milliseconds; the first round of each is not counted.

    `answered` returns once the bot has done what comes after its acknowledgement.
    """
    ours, theirs = [], []
    for _ in range(count + 1):
        pairs = []
        for _ in range(ROUND):
            pairs.append((await _milliseconds(bot), await _milliseconds(bolt)))
            await answered()
        ours.append(statistics.median(mine for mine, _ in pairs))
        theirs.append(statistics.median(others for _, others in pairs))
    return ours[1:], theirs[1:]


async def _milliseconds(ask: Ask) -> float:
    began = perf_counter()
    await ask()
    return (perf_counter() - began) * 1000


async def in_process(count: int) -> tuple[list[float], list[float]]:
    """Both apps in this process, each given the request by a call."""

    def scene(slack: LocalSlack, _world: World) -> tuple[Rules, tuple[()]]:
        return Rules(), ()

    async with open_stage(scene, clock=WorldClock(0), rate_limits=False) as stage:
        workspace = stage.slack.workspace
        people = cycle([workspace.add_user(f"user{n}").id for n in range(PEOPLE)])
        async with open_clients(stage.slack.bot_token, stage.slack.api_url) as clients:
            identity = Identity(workspace.bot.team_id, stage.slack.bot_user_id)
            ours = bolt_app(clients, identity, SECRET, stage.app.desk)
            theirs = hello(AsyncWebClient(session=clients.session))

            async def bot() -> None:
                asked = SlashCommand("help", next(people), team=workspace.bot.team_id)
                await ours.async_dispatch(Posted.now(asked).read())

            async def bolt() -> None:
                await theirs.async_dispatch(Posted.now(SlashCommand("help")).read())

            return await rounds(bot, bolt, stage.settle, count)


async def over_http(count: int) -> tuple[list[float], list[float]]:
    """Each app in a process of its own, asked over one connection that is kept."""
    clock = WorldClock(1)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slack = await stack.enter_async_context(LocalSlack(clock=clock, rate_limits=False))
        qianfan = await stack.enter_async_context(LocalQianfan(World(clock)))
        answers: asyncio.Queue[None] = asyncio.Queue()
        sink = await stack.enter_async_context(_sink(answers))
        given = starting.settings(slack, qianfan, folder) | {"QFBOT_LOG_LEVEL": "error"}
        serving = await stack.enter_async_context(starting.serving(folder, given))
        bolt_url = await stack.enter_async_context(_bolt_server(slack.signing_secret))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        workspace = slack.workspace
        people = cycle([workspace.add_user(f"user{n}").id for n in range(PEOPLE)])

        def asking(url: str) -> Ask:
            async def ask() -> None:
                asked = SlashCommand(
                    "help", next(people), team=workspace.bot.team_id, response_url=sink
                )
                body = asked.body
                headers = signed(body, slack.signing_secret)
                async with session.post(url, data=body, headers=headers) as response:
                    assert response.status == 200, await response.text()
                    await response.read()

            return ask

        bot, bolt = asking(serving.url + EVENTS_PATH), asking(bolt_url)
        return await rounds(bot, bolt, answers.get, count)


@asynccontextmanager
async def _sink(answers: asyncio.Queue[None]) -> AsyncIterator[str]:
    """An address that notes whatever is posted."""

    async def take(_request: web.BaseRequest) -> web.Response:
        answers.put_nowait(None)
        return web.Response(text="ok")

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "http://{}:{}/".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _bolt_server(secret: str) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.acking", "--be-bolt", secret),
        env=starting.environment({}),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def be_bolt(secret: str) -> None:
    """Serve Bolt's hello with its own defaults and its own server, until the process is ended."""
    async with aiohttp.ClientSession() as session:
        app = hello(AsyncWebClient(session=session), secret)
        runner = web.AppRunner(app.server(port=1).web_app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print("http://{}:{}".format(*runner.addresses[0][:2]) + EVENTS_PATH, flush=True)
        await asyncio.Event().wait()


async def tables(quick: bool) -> str:
    """Milliseconds to the acknowledgement, and how much of Bolt's own time that is."""
    start_logging(LogFormat.TEXT, LogLevel.ERROR)
    count = 5 if quick else 25
    measured = {"in one process": await in_process(count), "over HTTP": await over_http(count)}
    rows = [
        (way, spread(ours), spread(theirs), f"1/{1 / _share(ours, theirs):.0f}")
        for way, (ours, theirs) in measured.items()
    ]
    bars = [
        Bar(f"acknowledging {way}, of Bolt's default", _share(ours, theirs), 1 / 20)
        for way, (ours, theirs) in measured.items()
    ]
    head = ("acknowledging, ms", "the bot", "Bolt's default", "median of the ratios")
    return f"{table(head, rows)}\n\n{held(*bars)}"


def _share(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(paired(ours, theirs))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--be-bolt", metavar="SECRET", help=argparse.SUPPRESS)
    secret = parser.parse_args().be_bolt
    print(asyncio.run(tables(quick=False)) if secret is None else asyncio.run(be_bolt(secret)))
