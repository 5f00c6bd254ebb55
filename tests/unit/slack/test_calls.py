"""Each call of Slack's API is told once, with its method and what came of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.happenings import Happening, SlackAnswered
from bot.slack.clients import Clients, open_clients
from tests.unit.slack.canned import Answer, CannedSlack


async def lost(request: web.Request) -> web.StreamResponse:
    """The request arrived, and its connection is cut before an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hangs(_request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


@pytest.fixture
def told() -> list[Happening]:
    return []


@pytest.fixture
async def clients(slack: CannedSlack, told: list[Happening]) -> AsyncIterator[Clients]:
    opening = open_clients("xoxb-1", slack.api_url, request_seconds=0.3, tell=told.append)
    async with opening as clients:
        yield clients


async def fails(call: Callable[[], Awaitable[object]]) -> None:
    with pytest.raises((SlackApiError, aiohttp.ClientError, TimeoutError)):
        await call()


async def test_what_slack_took_is_ok(
    slack: CannedSlack, clients: Clients, told: list[Happening]
) -> None:
    slack.answers("chat.postMessage", {"ts": "1.0"})
    answer = await clients.writes.chat_postMessage(channel="C1", text="x")
    assert answer["ts"] == "1.0"
    assert told == [SlackAnswered("chat.postMessage", "ok")]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"ok": False, "error": "not_in_channel"}, "not_in_channel"),
        (web.json_response({"ok": False, "error": "ratelimited"}, status=429), "ratelimited"),
        (web.json_response({"ok": False, "error": "rate_limited"}), "ratelimited"),
        (web.Response(status=429), "ratelimited"),
        (web.Response(status=503, text="<html>"), "HTTP 503"),
        (web.json_response({"ok": False, "error": "Odd <words>"}, status=500), "HTTP 500"),
        (lost, "lost"),
        (hangs, "timeout"),
    ],
)
async def test_what_it_did_not_take_has_its_word(
    slack: CannedSlack, clients: Clients, told: list[Happening], answer: Answer, code: str
) -> None:
    slack.answers("chat.postMessage", answer)
    await fails(lambda: clients.writes.chat_postMessage(channel="C1", text="x"))
    assert told == [SlackAnswered("chat.postMessage", code)]


async def test_a_slack_that_cannot_be_reached_is_no_answer(told: list[Happening]) -> None:
    async with open_clients("xoxb-1", "http://127.0.0.1:9/api/", tell=told.append) as clients:
        await fails(lambda: clients.writes.auth_test())
    assert told == [SlackAnswered("auth.test", "no connection")]


async def test_each_attempt_of_a_read_that_is_repeated_is_told(
    slack: CannedSlack, clients: Clients, told: list[Happening]
) -> None:
    slack.answers("auth.test", lost, {"team_id": "T1", "user_id": "UBOT"})
    await clients.identify()
    assert told == [SlackAnswered("auth.test", "lost"), SlackAnswered("auth.test", "ok")]


async def test_what_is_no_method_has_one_of_three_names_and_nothing_of_its_address(
    slack: CannedSlack, clients: Clients, told: list[Happening]
) -> None:
    root = slack.api_url.removesuffix("/api/")
    for verb, path in (("POST", "/response/KEY"), ("POST", "/upload/F1"), ("GET", "/files/F1")):
        async with clients.session.request(verb, root + path):
            pass
    assert told == [
        SlackAnswered("response_url", "HTTP 404"),
        SlackAnswered("upload", "HTTP 404"),
        SlackAnswered("download", "HTTP 404"),
    ]
