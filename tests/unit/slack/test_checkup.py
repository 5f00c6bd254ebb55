"""What Slack says of the installation, told apart."""

import asyncio

import pytest
from aiohttp import web

from bot.slack.checkup import (
    ChannelState,
    Installed,
    NoAnswer,
    WhyNot,
    channel_state,
    check_line,
    introduce,
    joined,
)
from bot.slack.clients import Clients, open_clients
from tests.unit.slack.canned import CannedSlack
from tests.unit.slack.conftest import StillClock

WHO = {"team_id": "T1", "team": "acme", "user_id": "U0BOT", "user": "qfbot", "bot_id": "B1"}


async def test_the_scopes_the_app_and_the_date_come_with_the_introduction(
    slack: CannedSlack, clients: Clients, clock: StillClock
) -> None:
    headers = {"X-OAuth-Scopes": "commands, chat:write", "Date": "Sun, 01 Mar 2026 11:00:00 GMT"}
    slack.answers("auth.test", web.json_response({"ok": True, **WHO}, headers=headers))
    slack.answers("bots.info", {"bot": {"app_id": "A1"}})

    found = await introduce(clients, clock)

    scopes = frozenset({"commands", "chat:write"})
    assert found.answer == Installed("T1", "acme", "U0BOT", "qfbot", "A1", scopes)
    assert found.dated
    assert round(found.dated.skew.total_seconds() / 60) == 60


async def test_without_the_header_and_without_users_read_less_is_known(
    slack: CannedSlack, clients: Clients, clock: StillClock
) -> None:
    slack.answers("auth.test", WHO)
    slack.refuses("bots.info", "missing_scope")

    answer = (await introduce(clients, clock)).answer

    assert isinstance(answer, Installed)
    assert (answer.app_id, answer.scopes) == ("", None)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"ok": False, "error": "invalid_auth"}, NoAnswer(WhyNot.REFUSED, "invalid_auth")),
        (web.Response(status=429, headers={"Retry-After": "30"}), NoAnswer(WhyNot.THROTTLED)),
        (web.Response(status=502, text="<html>"), NoAnswer(WhyNot.NOT_SLACK, "HTTP 502")),
        (
            web.Response(text="{", content_type="application/json"),
            NoAnswer(WhyNot.NOT_SLACK, "HTTP 200"),
        ),
    ],
)
async def test_refusals_throttling_and_what_is_not_slack_are_told_apart(
    slack: CannedSlack,
    clients: Clients,
    clock: StillClock,
    answer: dict[str, object] | web.Response,
    told: NoAnswer,
) -> None:
    slack.answers("auth.test", answer)

    assert (await introduce(clients, clock)).answer == told
    assert len(slack.calls("auth.test")) == 1


async def test_silence_and_a_closed_port_are_told_apart(
    slack: CannedSlack, clock: StillClock
) -> None:
    answered = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        await answered.wait()
        return web.Response()

    slack.answers("apps.connections.open", silent)
    async with open_clients("xoxb-1", slack.api_url, request_seconds=0.2) as clients:
        assert await check_line(clients, "xapp-1") == NoAnswer(WhyNot.SILENT)
    answered.set()
    async with open_clients("xoxb-1", "http://127.0.0.1:9/api/") as clients:
        refused = await check_line(clients, "xapp-1")

    assert refused
    assert refused.why is WhyNot.UNREACHABLE


async def test_the_bots_channels_are_read_to_the_last_page(
    slack: CannedSlack, clients: Clients
) -> None:
    slack.answers(
        "users.conversations",
        {
            "channels": [{"id": "C1", "name": "one"}],
            "response_metadata": {"next_cursor": "more"},
        },
        {"channels": [{"id": "C2", "name": "two", "is_ext_shared": True}]},
    )

    assert await joined(clients) == {
        "C1": ChannelState("C1", "one"),
        "C2": ChannelState("C2", "two", shared=True),
    }


async def test_a_channel_that_cannot_be_asked_about_is_not_one_that_is_gone(
    slack: CannedSlack, clients: Clients
) -> None:
    slack.refuses("conversations.info", "missing_scope", "channel_not_found")

    assert await channel_state(clients, "C1") == NoAnswer(WhyNot.REFUSED, "missing_scope")
    gone = await channel_state(clients, "C1")
    assert isinstance(gone, ChannelState)
    assert not gone.is_open
