"""Faults of the local Slack, as the real Web API client meets them."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import Fault, LocalSlack
from bot.playground.slack.happenings import ApiCalled, MessagePosted
from tests.unit.playground.slack_app import api, error_of, recording

POST = "chat.postMessage"


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(rate_limits=False) as slack:
        slack.workspace.add_user("ada")
        slack.workspace.add_channel("training", id="C1", members=["ada", slack.bot_user_id])
        yield slack


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with api(slack) as client:
        yield client


def texts(slack: LocalSlack) -> list[str]:
    return [each.text for each in slack.person("ada").sees("training")]


async def test_a_ratelimited_answer_says_when_to_come_again(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.faults.ratelimit(POST, retry_after=2, times=1)
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel="C1", text="x")
    assert refusal.value.response.status_code == 429
    assert refusal.value.response["error"] == "ratelimited"
    assert refusal.value.response.headers["Retry-After"] == "2"
    assert await error_of(client.chat_postMessage(channel="C1", text="y")) == "ok"
    assert texts(slack) == ["y"]


async def test_a_fault_meets_its_method_only(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.faults.error("internal_error", POST)
    assert await error_of(client.auth_test()) == "ok"
    assert await error_of(client.chat_postMessage(channel="C1", text="x")) == "internal_error"
    slack.faults.clear(POST)
    assert await error_of(client.chat_postMessage(channel="C1", text="x")) == "ok"


async def test_a_server_error_does_nothing(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.faults.status(500, times=1)
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel="C1", text="x")
    assert refusal.value.response.status_code == 500
    assert texts(slack) == []


async def test_an_answer_can_be_lost_before_and_after_the_effect(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.faults.drop("before", POST, times=1)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1", text="never")
    slack.faults.drop("after", POST, times=1)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1", text="done")
    assert texts(slack) == ["done"]


async def test_a_lost_post_can_take_effect_late(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.faults.drop("late", POST, late_by=0.05, times=1)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1", text="late")
    assert texts(slack) == []
    await slack.until(lambda: texts(slack) == ["late"])


async def test_a_slow_answer_comes_after_its_delay(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.faults.delay(0.05, "auth.test", times=1)
    await client.auth_test()
    called = slack.feed.entries[-1].what
    assert isinstance(called, ApiCalled)
    assert called.seconds >= 0.05


async def test_a_hanging_method_never_answers_and_does_not_keep_the_server(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.faults.hang(POST)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel="C1", text="x"), 0.1)
    assert texts(slack) == []
    await asyncio.wait_for(slack.stop(), 2.0)


async def test_a_share_of_the_calls_can_fail(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.faults.add(Fault(POST, status=429), share=0.3, retry_after=(1, 5))
    outcomes = [await error_of(client.chat_postMessage(channel="C1", text="x")) for _ in range(100)]
    assert 15 <= outcomes.count("ratelimited") <= 45


def test_ranges_are_diced_and_a_messages_lag_stays_its_own(slack: LocalSlack) -> None:
    slack.faults.drop("late", POST, late_by=(5.0, 20.0))
    struck = [slack.faults.strike(POST) for _ in range(20)]
    late = {fault.late_by for fault in struck if fault is not None}
    assert len(late) == 20
    assert all(5.0 <= each <= 20.0 for each in late)
    slack.faults.history_lag = (0.0, 3.0)
    lags = {slack.faults.lag_of(str(n)) for n in range(20)}
    assert len(lags) == 20
    assert slack.faults.lag_of("7") in lags


async def test_a_response_url_can_fail_too(slack: LocalSlack) -> None:
    slack.faults.status(503, "response_url", times=1)
    slack.faults.drop("after", "response_url", times=1)
    async with recording(slack) as app, aiohttp.ClientSession() as session:
        await slack.person("ada").types("/qf ping", channel="training")
        url = app.last.form["response_url"]
        with pytest.raises(aiohttp.ClientError):
            await session.post(url, json={"text": "lost answer"})
        async with session.post(url, json={"text": "x"}) as response:
            assert response.status == 503
    assert texts(slack) == ["lost answer"]


async def test_everything_is_well_after_clear(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.faults.hang()
    slack.faults.history_lag = 60.0
    slack.faults.deaf = slack.faults.mute = True
    slack.faults.refused_tickets = 5
    slack.faults.clear()
    assert await error_of(client.chat_postMessage(channel="C1", text="x")) == "ok"
    assert len((await client.conversations_history(channel="C1"))["messages"]) == 1
    assert (slack.faults.deaf, slack.faults.mute) == (False, False)
    assert not slack.faults.refuses_ticket()


async def test_the_feed_tells_each_call_with_its_outcome_and_no_secret(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    await error_of(client.chat_postMessage(channel="CNONE", text=f"my token: {slack.bot_token}"))
    called = slack.feed.entries[-1].what
    assert isinstance(called, ApiCalled)
    assert (called.method, called.outcome, called.status) == (POST, "channel_not_found", 200)
    assert called.arguments["text"] == "my token: ***"
    assert "token" not in called.arguments


async def test_a_subscriber_gets_what_happens_from_then_on(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C1", text="before")
    with slack.feed.subscribe() as news:
        await client.chat_postMessage(channel="C1", text="after")
        posted = [each.what for each in news.waiting() if isinstance(each.what, MessagePosted)]
        assert [each.message.text for each in posted] == ["after"]
    await client.chat_postMessage(channel="C1", text="later")
    assert news.waiting() == []


async def test_waiting_for_what_never_comes_ends_in_a_timeout(slack: LocalSlack) -> None:
    with pytest.raises(TimeoutError, match=r"not so within 0\.05 s"):
        await slack.until(lambda: False, timeout=0.05)
