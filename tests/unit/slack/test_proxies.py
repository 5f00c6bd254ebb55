"""The environment's proxy stands before Slack, and before nothing that NO_PROXY names."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.slack.clients import open_clients
from bot.slack.proxies import is_loopback, open_session

# A name that no resolver knows: https://www.rfc-editor.org/rfc/rfc6761#section-6.4
SLACK = "http://slack.invalid"


@pytest.fixture
async def through(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """What goes through the proxy of the environment, which answers for all hosts."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(f"{request.method} {request.url}")
        return web.json_response({"ok": True, "team_id": "T1", "user_id": "UBOT"})

    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", answer)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with TestServer(application) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", str(proxy.make_url("/")))
        yield asked


async def test_slacks_api_and_its_other_addresses_are_reached_through_it(
    through: list[str],
) -> None:
    async with open_clients("xoxb-1", f"{SLACK}/api/") as clients:
        await clients.identify()
        async with clients.session.post(f"{SLACK}/commands/KEY", json={}) as answer:
            assert answer.status == 200
    assert through == [f"POST {SLACK}/api/auth.test", f"POST {SLACK}/commands/KEY"]


@pytest.mark.parametrize("named", ["slack.invalid", ".invalid", "other.example,slack.invalid", "*"])
async def test_what_no_proxy_names_is_reached_without_it(
    through: list[str], monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("NO_PROXY", named)
    async with open_clients("xoxb-1", f"{SLACK}/api/") as clients:
        with pytest.raises(aiohttp.ClientConnectorError):
            await clients.writes.auth_test()
    async with open_session(aiohttp.ClientTimeout()) as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.ws_connect("ws://slack.invalid/link", proxy="http://127.0.0.1:9")
    assert through == []


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8750/api/", True),
        ("ws://localhost:1/link", True),
        ("http://[::1]:80/", True),
        ("https://slack.com/api/", False),
        ("https://127.0.0.1.example.com/", False),
    ],
)
def test_only_addresses_of_this_machine_are_loopback(url: str, local: bool) -> None:
    assert is_loopback(url) is local
