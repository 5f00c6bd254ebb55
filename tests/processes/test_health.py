"""The health of a real process, from one trouble to the next."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.playground.slack import LocalSlack
from bot.pulse import STUCK
from tests.chaos.databases import postgres_server
from tests.processes.impatient import BLOCKS, SILENCE, STUCK_AFTER
from tests.processes.relay import Relay, Streams
from tests.processes.test_serve import environment, settings, two_servers


@dataclass
class Process:
    """An impatient qfbot, and what its endpoints say."""

    process: asyncio.subprocess.Process
    session: aiohttp.ClientSession
    url: str
    blocks: Path

    def gets(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def is_blocked(self, seconds: float) -> None:
        self.blocks.write_text(str(seconds))
        self.gets(signal.SIGUSR1)

    async def falls_silent(self) -> None:
        """Wait until `/healthz` gives no answer."""
        async with asyncio.timeout(60):
            with suppress(TimeoutError):
                while True:
                    await self.asks("/healthz", 0.5)

    async def asks(self, path: str, seconds: float = 10.0) -> tuple[int, dict[str, Any]]:
        timeout = aiohttp.ClientTimeout(total=seconds)
        async with self.session.get(self.url + path, timeout=timeout) as answer:
            return answer.status, await answer.json()

    async def says(self, path: str, *problems: str) -> dict[str, str]:
        """Wait until that endpoint finds these problems and no others; its words for them."""
        async with asyncio.timeout(60):
            while True:
                status, told = await self.asks(path)
                found = {name: why for name, why in told["checks"].items() if why is not None}
                if found.keys() == set(problems):
                    assert (status, told["ok"]) == ((503, False) if problems else (200, True))
                    return found
                await asyncio.sleep(0.1)

    def listens_on(self) -> set[str]:
        """The addresses at which anybody can knock."""
        own = {os.readlink(each) for each in Path(f"/proc/{self.process.pid}/fd").iterdir()}
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        rows += [row.split() for row in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
        # https://docs.kernel.org/networking/proc_net_tcp.html: 0A is LISTEN
        return {_address(row[1]) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own}

    async def log(self) -> list[str]:
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode().splitlines()


def _address(text: str) -> str:
    """`0100007F:1F90` is 127.0.0.1:8080."""
    host, _, port = text.partition(":")
    return f"{'.'.join(str(byte) for byte in reversed(bytes.fromhex(host)))}:{int(port, 16)}"


@asynccontextmanager
async def serving(folder: Path, given: dict[str, str]) -> AsyncIterator[Process]:
    blocks = folder / "blocks"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.processes.impatient", "serve", "--http", "127.0.0.1:0"),
        cwd=folder,
        env=environment(PYTHONPATH=os.getcwd(), **given, **{BLOCKS: str(blocks)}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            ready = (await process.stdout.readline()).decode().strip()
            yield Process(process, session, f"http://{ready.partition('address=')[2]}", blocks)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def database_behind_a_relay(
    turn: Callable[[], AbstractContextManager[None]],
) -> AsyncIterator[tuple[str, Relay]]:
    """A PostgreSQL server on a socket file, and a relay that leads there; the address of both."""
    async with AsyncExitStack() as stack:
        try:
            with turn():
                server = stack.enter_context(postgres_server())
        except Exception as error:
            if os.environ.get("QFBOT_TESTS_REQUIRE") == "all":
                raise
            pytest.skip(f"PostgreSQL cannot be started here: {error}")
        parts = urlsplit(await server.new_database())
        folder = parse_qs(parts.query)["host"][0]

        async def connect() -> Streams:
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")

        relay = await stack.enter_async_context(Relay(connect))
        yield f"postgresql://{parts.username}@127.0.0.1:{relay.port}{parts.path}", relay


async def test_each_cause_turns_its_own_light_red_and_green_again(
    tmp_path: Path, taking_turns: Callable[[], AbstractContextManager[None]]
) -> None:
    async with two_servers() as servers, database_behind_a_relay(taking_turns) as (url, relay):
        given = settings(servers, tmp_path, "socket") | {"QFBOT_DATABASE_URL": url}
        async with serving(tmp_path, given) as qfbot:
            await qfbot.says("/healthz")
            await qfbot.says("/readyz")
            assert qfbot.listens_on() == {qfbot.url.removeprefix("http://")}
            await a_deaf_socket(servers.slack, qfbot)
            await an_unreachable_database(relay, qfbot)
            await a_dead_scheduler(qfbot)
            await a_loop_that_is_stuck_for_a_while(qfbot)
            await a_process_that_was_frozen(qfbot)
            await a_loop_that_is_stuck_for_good(qfbot)


async def a_deaf_socket(slack: LocalSlack, qfbot: Process) -> None:
    slack.faults.refused_tickets = 10_000
    slack.cut_sockets()
    found = await qfbot.says("/readyz", "socket")
    assert found["socket"].startswith("was not heard for ")
    await qfbot.says("/healthz")
    slack.faults.clear()
    await qfbot.says("/readyz")


async def an_unreachable_database(relay: Relay, qfbot: Process) -> None:
    await relay.cut()
    assert await qfbot.says("/readyz", "database") == {"database": "does not answer"}
    await asyncio.sleep(SILENCE.total_seconds())  # no matter how long: the process lives
    await qfbot.says("/healthz")
    await relay.mend()
    await qfbot.says("/readyz")


async def a_dead_scheduler(qfbot: Process) -> None:
    qfbot.gets(signal.SIGUSR2)
    found = await qfbot.says("/healthz", "scheduler")
    assert found["scheduler"].startswith("has not ticked for ")
    await qfbot.says("/readyz")
    qfbot.gets(signal.SIGUSR2)
    await qfbot.says("/healthz")


async def a_loop_that_is_stuck_for_a_while(qfbot: Process) -> None:
    qfbot.is_blocked(seconds=1.5)
    await qfbot.falls_silent()
    await qfbot.says("/healthz")
    await qfbot.says("/readyz")


async def a_process_that_was_frozen(qfbot: Process) -> None:
    qfbot.gets(signal.SIGSTOP)
    await asyncio.sleep(STUCK_AFTER.total_seconds() + 1)  # longer than the watchdog has patience
    qfbot.gets(signal.SIGCONT)
    await qfbot.says("/healthz")


async def a_loop_that_is_stuck_for_good(qfbot: Process) -> None:
    qfbot.is_blocked(seconds=600)
    assert await qfbot.process.wait() == STUCK
    *_, last = await qfbot.log()
    assert "the event loop stands still, so that the process ends" in last
    assert f"exit_code={STUCK}" in last
    assert "where='_block (" in last
