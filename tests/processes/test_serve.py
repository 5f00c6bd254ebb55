"""`qfbot serve` as a process of its own: its settings, its ready line, its end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack

QFBOT = (sys.executable, "-m", "bot")
TASK = "task-0tgmn4a7h4i6"
ANY_PORT = ("--http", "127.0.0.1:0")


def environment(**settings: str) -> dict[str, str]:
    """The environment without any setting of this machine, and with these."""
    ours = ("SLACK_", "QIANFAN_", "QFBOT_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return clean | settings


async def run(*arguments: str, cwd: Path, **settings: str) -> tuple[int, str, str]:
    """A command to its end."""
    process = await asyncio.create_subprocess_exec(
        *QFBOT,
        *arguments,
        cwd=cwd,
        env=environment(PYTHONPATH=os.getcwd(), **settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


@asynccontextmanager
async def serving(
    cwd: Path, given: dict[str, str], ended_by: signal.Signals = signal.SIGTERM
) -> AsyncIterator[str]:
    """`qfbot serve`, ready, and in the end the signal; its ready line."""
    process = await asyncio.create_subprocess_exec(
        *QFBOT,
        "serve",
        *ANY_PORT,
        cwd=cwd,
        env=environment(PYTHONPATH=os.getcwd(), **given),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            ready = (await process.stdout.readline()).decode().strip()
        yield ready
    finally:
        process.send_signal(ended_by)
        async with asyncio.timeout(60):
            code = await process.wait()
    assert code == (0 if ended_by is signal.SIGTERM else -ended_by)


@dataclass(frozen=True)
class Servers:
    """What the process finds by its settings alone."""

    slack: LocalSlack
    qianfan: LocalQianfan
    world: World


@asynccontextmanager
async def two_servers() -> AsyncIterator[Servers]:
    clock = WorldClock(1)
    world = World(clock)
    async with LocalSlack(clock=clock) as slack, LocalQianfan(world) as qianfan:
        slack.workspace.add_user("bo")
        channel = slack.workspace.add_channel("training", members=["bo"])
        slack.workspace.invite(channel, slack.bot_user_id)
        yield Servers(slack, qianfan, world)


def settings(servers: Servers, folder: Path, mode: str = "http") -> dict[str, str]:
    slack, qianfan = servers.slack, servers.qianfan
    by_mode = {
        "http": {"SLACK_SIGNING_SECRET": slack.signing_secret},
        "socket": {"SLACK_APP_TOKEN": slack.app_token},
    }
    return by_mode[mode] | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "QIANFAN_ACCESS_KEY": qianfan.access_key,
        "QIANFAN_SECRET_KEY": qianfan.secret_key,
        "QIANFAN_CONSOLE_API_BASE_URL": qianfan.url,
        "QFBOT_DATABASE_URL": f"sqlite:///{folder / 'qfbot.db'}",
        "QFBOT_POLL_MIN_SECONDS": "0.2",
        "QFBOT_POLL_MAX_SECONDS": "0.5",
        "QFBOT_REQUESTS_PER_SECOND": "50",
    }


async def test_with_nothing_set_each_missing_setting_has_its_sentence(tmp_path: Path) -> None:
    code, out, err = await run("serve", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    for name in ("SLACK_BOT_TOKEN", "QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY"):
        assert len([line for line in err.splitlines() if line.startswith(f"qfbot: {name}")]) == 1


async def test_a_token_that_slack_refuses_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    async with two_servers() as servers:
        given = settings(servers, tmp_path) | {"SLACK_BOT_TOKEN": "xoxb-1-2-wrong"}
        code, _, err = await run("serve", *ANY_PORT, cwd=tmp_path, **given)
    assert code == 2
    assert "SLACK_BOT_TOKEN is not accepted" in err
    assert "xoxb-1-2-wrong" not in err


async def test_a_taken_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    async with two_servers() as servers:
        taken = servers.slack.api_url.removeprefix("http://").removesuffix("/api/")
        given = settings(servers, tmp_path)
        code, _, err = await run("serve", "--http", taken, cwd=tmp_path, **given)
    assert code == 1
    assert "Traceback" not in err
    assert taken.rpartition(":")[2] in err


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_command_is_answered_and_a_run_is_followed_to_its_end(
    tmp_path: Path, mode: str
) -> None:
    async with two_servers() as servers:
        slack, bo = servers.slack, servers.slack.person("bo")
        run_at_qianfan = servers.world.add_task(TASK, checkpoints=0)
        run_at_qianfan.runs(progress=34)
        async with serving(tmp_path, settings(servers, tmp_path, mode)) as ready:
            assert ready.startswith(f"qfbot ready mode={mode} address=127.0.0.1:")
            if mode == "http":
                slack.events_url = f"http://{ready.partition('address=')[2]}/slack/events"
            assert (await bo.types(f"/qf watch {TASK}", "training")).acked
            await slack.until(lambda: any(each.buttons for each in bo.sees("training")))
            run_at_qianfan.fails("CUDA out of memory", code=336101)
            await slack.until(
                lambda: any("CUDA out of memory" in each.text for each in bo.sees("training"))
            )
            counted = await metrics(ready.partition("address=")[2])
    # What happens is counted right after it was seen here, the last of it perhaps not yet.
    assert 'qfbot_commands_total{command="watch",outcome="watching"} 1.0' in counted
    assert 'qfbot_ack_seconds_count{kind="command"} 1.0' in counted
    assert 'qfbot_looks_total{account="default",outcome="changed"} 1.0' in counted
    assert 'qfbot_told_seconds_count{kind="card_opened"} 1.0' in counted
    assert 'qfbot_slack_calls_total{code="ok",method="auth.test"} 1.0' in counted
    assert f"qfbot_socket_connections_total {1.0 if mode == 'socket' else 0.0}" in counted


async def metrics(address: str) -> list[str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://{address}/metrics") as answer,
    ):
        return (await answer.text()).splitlines()


async def test_after_a_kill_it_goes_on_where_it_was(tmp_path: Path) -> None:
    async with two_servers() as servers:
        slack, bo = servers.slack, servers.slack.person("bo")
        given = settings(servers, tmp_path, "socket")
        watched = servers.world.add_task(TASK, checkpoints=0)
        watched.runs(progress=34)
        async with serving(tmp_path, given, signal.SIGKILL):
            await bo.types(f"/qf watch {TASK}", "training")
            await slack.until(lambda: any(each.buttons for each in bo.sees("training")))
        watched.finishes()
        async with serving(tmp_path, given):
            # The card's own post may have been cut off: it is searched for after a while.
            await slack.until(lambda: any(each.broadcast for each in bo.sees("training")), 40.0)
        posted = [each for each in bo.sees("training") if not each.ephemeral_to]
        assert len(posted) == 2
