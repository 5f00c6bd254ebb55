"""Secrets as canaries: whatever goes wrong, none of them leaves the process by any way out."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.playground.qianfan import Task
from bot.playground.slack.happenings import Delivered
from bot.playground.slack.sockets import Sockets
from tests.processes.test_serve import (
    ANY_PORT,
    QFBOT,
    TASK,
    Servers,
    environment,
    settings,
    two_servers,
)

PROXY_PASSWORD = "proxy-canary-0001"


@dataclass
class Process:
    """A qfbot that writes down all it can, libraries included."""

    process: asyncio.subprocess.Process
    address: str

    async def shows(self, session: aiohttp.ClientSession) -> str:
        """What its endpoints say."""
        told = []
        for path in ("/metrics", "/healthz", "/readyz", "/nowhere", "/slack/events"):
            async with session.get(f"http://{self.address}{path}") as answer:
                told.append(await answer.text())
        return "\n".join(told)

    async def ends(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            assert await self.process.wait() == 0


@asynccontextmanager
async def serving(folder: Path, given: dict[str, str], log_format: str) -> AsyncIterator[Process]:
    # Into a file: it writes more than a pipe holds before anybody reads.
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(*QFBOT, "serve", *ANY_PORT),
            cwd=folder,
            env=environment(
                PYTHONPATH=os.getcwd(),
                HTTPS_PROXY=f"http://qfbot:{PROXY_PASSWORD}@127.0.0.1:9",
                QFBOT_LOG_LEVEL="DEBUG",
                QFBOT_LOG_FORMAT=log_format,
                **given,
            ),
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            ready = (await process.stdout.readline()).decode().strip()
        yield Process(process, ready.partition("address=")[2])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
def tickets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every ticket for a line that Slack gives out."""
    issue, issued = Sockets.issue_ticket, list[str]()

    def noted(sockets: Sockets) -> str:
        issued.append(issue(sockets))
        return issued[-1]

    monkeypatch.setattr(Sockets, "issue_ticket", noted)
    return issued


@pytest.mark.parametrize(("mode", "log_format"), [("socket", "text"), ("http", "json")])
async def test_no_secret_leaves_the_process(
    tmp_path: Path, tickets: list[str], mode: str, log_format: str
) -> None:
    async with two_servers() as servers, aiohttp.ClientSession() as session:
        given = settings(servers, tmp_path, mode)
        run = servers.world.add_task(TASK)
        run.runs(progress=34)
        async with serving(tmp_path, given, log_format) as qfbot:
            if mode == "http":
                servers.slack.events_url = f"http://{qfbot.address}/slack/events"
            await everything_goes_wrong(servers, run)
            shown = await qfbot.shows(session)
            await qfbot.ends()
        written = (tmp_path / "log").read_text()
        told = "\n".join(each.text for each in servers.slack.person("bo").sees("training"))
        stored = dump(tmp_path / "qfbot.db")
        secrets = set(canaries(servers, tickets))
    assert "aiosqlite" in written
    assert "Slack answered" in written
    for way, text in {"log": written, "web": shown, "chat": told, "store": stored}.items():
        assert not [secret for secret in secrets if secret in text], way


async def everything_goes_wrong(servers: Servers, run: Task) -> None:
    """A run is watched, and Slack and Qianfan fail in every way while it goes on."""
    slack, bo = servers.slack, servers.slack.person("bo")
    await bo.types(f"/qf watch {TASK}", "training")
    await slack.until(lambda: any(each.buttons for each in bo.sees("training")))
    await bo.types(f"/qf status {TASK} show=all", "training")
    await bo.types(f"/qf stop {TASK} reason={servers.slack.bot_token}", "training")
    said = f"key {servers.qianfan.access_key} with {servers.qianfan.secret_key} is not known"
    refused = servers.qianfan.faults.answers(403, code="AccessDenied", message=said)
    await bo.types("/qf runs", "training")
    await slack.until(lambda: any("Access" in each.text for each in bo.sees("training")))
    refused.end()
    slack.faults.refused_tickets = 1
    slack.cut_sockets()
    slack.faults.drop("after", "chat.postMessage", times=1)
    slack.faults.status(503, "chat.update", times=1)
    run.fails(f"no access with {servers.qianfan.secret_key}", code=336101)
    await slack.until(lambda: any(each.broadcast for each in bo.sees("training")), 90.0)
    await bo.types("/qf ping", "training")


def canaries(servers: Servers, tickets: Iterable[str]) -> Iterable[str]:
    slack, qianfan = servers.slack, servers.qianfan
    yield from (slack.bot_token, slack.app_token, slack.signing_secret)
    yield slack._platform.credentials.verification_token
    yield from (qianfan.access_key, qianfan.secret_key, PROXY_PASSWORD)
    yield from tickets
    for entry in slack.feed.entries:
        if isinstance(entry.what, Delivered) and "response_url" in (entry.what.payload or {}):
            yield entry.what.payload["response_url"].rpartition("/")[2]


def dump(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump())
