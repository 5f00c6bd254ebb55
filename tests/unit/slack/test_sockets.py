"""The Socket Mode line comes back from whatever silences it, and leaves nothing behind."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from structlog.testing import capture_logs

from bot import happenings
from bot.happenings import Acknowledged, Happening, SocketFailed, Tell, nobody
from bot.playground.slack import LocalSlack
from bot.playground.slack.delivery import Delivery
from bot.playground.slack.happenings import SocketOpened, SocketRefused
from bot.slack.clients import open_clients
from bot.slack.sockets import SocketLine
from tests.unit.slack.conftest import WallClock


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    slack = LocalSlack(rate_limits=False)
    await slack.start()
    slack.workspace.add_user("ada", id="U0ADA")
    slack.workspace.add_channel("runs", members=["ada"])
    yield slack
    await slack.stop()


@asynccontextmanager
async def line_to(
    slack: LocalSlack, tell: Tell = nobody, **seconds: float
) -> AsyncIterator[SocketLine]:
    """A line to an app that answers `/qf`, impatient enough for a test."""
    pace = {"ping_seconds": 0.1, "patience_seconds": 0.6, "hello_seconds": 0.6, "retry_seconds": 0}
    async with open_clients(slack.bot_token, slack.api_url) as clients:
        app = AsyncApp(client=clients.reads, signing_secret="unused")

        @app.command("/qf")
        async def qf(ack: Any) -> None:
            await ack("pong")

        line = SocketLine(app, slack.app_token, WallClock(), tell=tell, **{**pace, **seconds})
        async with line:
            yield line


def hellos(slack: LocalSlack) -> int:
    return sum(isinstance(entry.what, SocketOpened) for entry in slack.feed.entries)


def refusals(slack: LocalSlack) -> int:
    return sum(isinstance(entry.what, SocketRefused) for entry in slack.feed.entries)


async def heard(line: SocketLine, after: datetime | None = None) -> datetime:
    """When the line was heard, once that is later than `after`."""
    async with asyncio.timeout(10):
        while line.heard_at is None or (after and line.heard_at <= after):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return line.heard_at


async def test_a_command_arrives_and_its_ack_goes_back(slack: LocalSlack) -> None:
    async with line_to(slack) as line:
        await heard(line)
        exchange = await slack.person("ada").types("/qf ping", "runs")
        assert exchange.acked


async def test_an_ack_is_told_with_its_time_and_each_hello_too(slack: LocalSlack) -> None:
    told: list[Happening] = []
    async with line_to(slack, told.append) as line:
        await heard(line)
        assert line.is_connected
        await slack.person("ada").types("/qf ping", "runs")
        [ack] = [each for each in told if isinstance(each, Acknowledged)]
        assert (ack.kind, ack.took < timedelta(seconds=3)) == ("command", True)
        slack.cut_sockets()
        await slack.until(lambda: hellos(slack) == 2)
        await heard(line, after=datetime.now(UTC))
    assert told.count(happenings.SocketOpened()) == 2


async def test_each_failure_to_open_a_line_is_told(slack: LocalSlack) -> None:
    told: list[Happening] = []
    slack.faults.refused_tickets = 1
    async with line_to(slack, told.append) as line:
        await heard(line)
    assert told == [SocketFailed("TimeoutError"), happenings.SocketOpened()]


async def test_what_bolt_cannot_read_is_acknowledged_and_told_once(slack: LocalSlack) -> None:
    async with line_to(slack) as line:
        await heard(line)
        with capture_logs() as entries:
            unreadable = Delivery("events_api", "x", {"type": "event_callback", "event": 7})
            answer = await slack._transport().send(unreadable, None)
    assert answer.acked
    assert [each["event"] for each in entries] == ["an unreadable payload was dropped"]


async def test_a_proxy_of_the_environment_does_not_stand_before_this_machine(
    slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with line_to(slack) as line:
        await heard(line)
        assert (await slack.person("ada").types("/qf ping", "runs")).acked


async def test_each_pong_is_heard(slack: LocalSlack) -> None:
    async with line_to(slack) as line:
        hello = await heard(line)
        await heard(line, after=await heard(line, after=hello))
        assert hellos(slack) == 1


async def test_the_start_does_not_wait_for_slack(slack: LocalSlack) -> None:
    slack.faults.hang("apps.connections.open")
    async with line_to(slack) as line:
        assert line.heard_at is None


@pytest.mark.parametrize("refused", [1, 3])
async def test_a_refused_ticket_is_followed_by_another(slack: LocalSlack, refused: int) -> None:
    slack.faults.refused_tickets = refused
    async with line_to(slack, ping_seconds=0.3) as line:
        await heard(line)
        assert refusals(slack) >= refused
        assert hellos(slack) == 1


async def test_a_ticket_refused_to_a_line_that_was_cut_does_not_end_it(slack: LocalSlack) -> None:
    async with line_to(slack) as line:
        await heard(line)
        slack.faults.refused_tickets = 5
        slack.cut_sockets()
        await slack.until(lambda: hellos(slack) == 2)
        await heard(line, after=datetime.now(UTC))


async def test_a_line_that_answers_no_ping_is_replaced(slack: LocalSlack) -> None:
    async with line_to(slack) as line:
        await heard(line)
        slack.faults.deaf = True
        await slack.until(lambda: hellos(slack) >= 2)
        slack.faults.deaf = False
        await heard(line, after=datetime.now(UTC))


async def test_an_announced_end_is_followed_by_a_new_connection(slack: LocalSlack) -> None:
    async with line_to(slack) as line:
        await heard(line)
        await slack.disconnect_sockets("refresh_requested")
        await slack.until(lambda: hellos(slack) == 2)
        await slack.until(lambda: slack.open_connections == 1)
        await heard(line, after=datetime.now(UTC))


async def test_slack_that_cannot_be_reached_is_asked_until_it_answers(slack: LocalSlack) -> None:
    slack.faults.error("internal_error", "apps.connections.open", times=4)
    async with line_to(slack) as line:
        await heard(line)


@pytest.mark.parametrize("deaf", [False, True])
async def test_leaving_closes_the_connection_and_ends_every_task(
    slack: LocalSlack, deaf: bool
) -> None:
    before = asyncio.all_tasks()
    async with line_to(slack) as line:
        await heard(line)
        slack.faults.deaf = deaf
    await slack.until(lambda: slack.open_connections == 0)
    left = [str(task.get_coro()) for task in asyncio.all_tasks() - before]
    assert [each for each in left if "RequestHandler.start" not in each] == []


async def test_leaving_a_line_that_never_came_up_ends_every_task(slack: LocalSlack) -> None:
    slack.faults.refused_tickets = 10_000
    async with line_to(slack):
        await slack.until(lambda: refusals(slack) > 1)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "socket line"]


async def test_no_ticket_is_written_to_the_log(
    slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.refused_tickets = 2
    with caplog.at_level(logging.DEBUG):
        async with line_to(slack) as line:
            await heard(line)
    told = [record for record in caplog.records if record.name.startswith("bot.slack.sockets")]
    assert "ws://127.0.0.1" in "".join(record.getMessage() for record in told)
    for record in told:
        assert not record.exc_info
        assert "/link/" not in record.getMessage()
