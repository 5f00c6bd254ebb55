"""The local Slack's rate limits, by a clock that is moved by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count, cycle
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_app import HandClock, api


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(clock=clock) as slack:
        for channel in ("C1", "C2"):
            slack.workspace.add_channel(channel.lower(), id=channel, members=[slack.bot_user_id])
        yield slack


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with api(slack) as client:
        yield client


async def until_refused(call: Callable[[], Awaitable[Any]]) -> str:
    """Call until Slack says no; return how often it went well and when to come again."""
    for done in count():
        try:
            await call()
        except SlackApiError as refusal:
            response = refusal.response
            wait = response.headers["Retry-After"]
            return f"{done}, then {response.status_code} {response['error']} for {wait} s"
    raise AssertionError


async def posts(client: AsyncWebClient, channel: str) -> str:
    return await until_refused(lambda: client.chat_postMessage(channel=channel, text="x"))


async def test_a_channel_takes_a_short_burst_and_then_one_message_a_second(
    client: AsyncWebClient, clock: HandClock
) -> None:
    assert await posts(client, "C1") == "3, then 429 ratelimited for 1 s"
    clock.passes(1)
    assert await posts(client, "C1") == "1, then 429 ratelimited for 1 s"
    clock.passes(60)
    assert await posts(client, "C1") == "3, then 429 ratelimited for 1 s"


async def test_each_channel_has_its_own_pace(client: AsyncWebClient) -> None:
    assert await posts(client, "C1") == "3, then 429 ratelimited for 1 s"
    assert await posts(client, "C2") == "3, then 429 ratelimited for 1 s"


async def test_updates_are_counted_for_the_workspace(client: AsyncWebClient) -> None:
    posted = [await client.chat_postMessage(channel=each, text="x") for each in ("C1", "C2")]
    turns = cycle((each["channel"], each["ts"]) for each in posted)

    def update() -> Awaitable[Any]:
        channel, ts = next(turns)
        return client.chat_update(channel=channel, ts=ts, text="y")

    assert await until_refused(update) == "50, then 429 ratelimited for 2 s"


async def test_limits_can_be_switched_off(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.rate_limits = False
    for _ in range(10):
        await client.chat_postMessage(channel="C1", text="x")
