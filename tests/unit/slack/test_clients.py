"""The reading client repeats a call that failed, the writing one never does."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.clients import Clients, Identity, open_clients
from tests.unit.slack.canned import CannedSlack


async def lost(request: web.Request) -> web.StreamResponse:
    """The request arrived, and its connection is cut before an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def test_a_read_is_tried_again_after_a_lost_connection(
    slack: CannedSlack, clients: Clients
) -> None:
    slack.answers("auth.test", lost, {"team_id": "T1", "user_id": "UBOT"})
    assert await clients.identify() == Identity("T1", "UBOT")
    assert len(slack.calls("auth.test")) == 2


async def test_a_read_is_tried_again_when_slack_says_how_long_to_wait(
    slack: CannedSlack, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    limited = web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "3"}
    )
    slack.answers("users.info", limited, {"user": {"id": "U1"}})
    monkeypatch.setattr(asyncio, "sleep", sleep)
    assert (await clients.reads.users_info(user="U1"))["user"] == {"id": "U1"}
    assert slept[0] >= 3


@pytest.mark.parametrize("answer", [lost, web.Response(status=503)])
async def test_a_write_is_never_tried_again(
    slack: CannedSlack, clients: Clients, answer: web.Response
) -> None:
    slack.answers("chat.postMessage", answer)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await clients.writes.chat_postMessage(channel="C1", text="x")
    assert len(slack.calls("chat.postMessage")) == 1


async def test_a_request_ends_when_its_time_is_up(slack: CannedSlack) -> None:
    async def hangs(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    slack.answers("chat.postMessage", hangs)
    async with open_clients("xoxb-1", slack.api_url, request_seconds=0.05) as clients:
        with pytest.raises(TimeoutError):
            await clients.writes.chat_postMessage(channel="C1", text="x")


async def test_a_proxy_of_the_environment_does_not_stand_before_this_machine(
    slack: CannedSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    slack.answers("auth.test", {"team_id": "T1", "user_id": "UBOT"})
    async with open_clients("xoxb-1", slack.api_url) as clients:
        assert await clients.identify() == Identity("T1", "UBOT")
        # Bolt makes such a copy for each request, which reads the environment again.
        copy = AsyncWebClient(
            token="xoxb-1", base_url=slack.api_url, session=clients.session, proxy=None
        )
        await copy.auth_test()


def test_the_clients_tell_their_token_to_nobody_who_prints_them() -> None:
    async def printed() -> str:
        async with open_clients("xoxb-canary", "http://127.0.0.1:1/api/") as clients:
            return repr(clients)

    assert "canary" not in asyncio.run(printed())
