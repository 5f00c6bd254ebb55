"""Deliveries of the local Slack by signed HTTP."""

import hashlib
import hmac

import pytest

from bot.playground.slack import LocalSlack
from bot.playground.slack.happenings import Delivered
from bot.playground.slack.signed_http import signature
from tests.unit.playground.slack_app import by_http, recording


def test_the_signature_is_the_one_of_slacks_own_example() -> None:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack/"""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == expected


@pytest.fixture
async def slack() -> LocalSlack:
    slack = LocalSlack(retry_delays=(0.0, 0.0, 0.0))
    slack.workspace.add_user("ada")
    slack.workspace.add_channel("training", members=["ada", slack.bot_user_id])
    return slack


async def test_every_request_is_signed_over_its_own_bytes(slack: LocalSlack) -> None:
    async with slack, recording(slack) as app:
        await slack.person("ada").types("/qf 状态 task-1", channel="training")
        timestamp = app.last.headers["X-Slack-Request-Timestamp"]
        basestring = f"v0:{timestamp}:".encode() + app.last.body
        digest = hmac.new(slack.signing_secret.encode(), basestring, hashlib.sha256).hexdigest()
        assert app.last.headers["X-Slack-Signature"] == f"v0={digest}"
        assert app.last.form["text"] == "状态 task-1"


async def test_an_event_is_repeated_with_its_number_and_reason(slack: LocalSlack) -> None:
    async with slack, recording(slack) as app:
        app.status = 500
        exchange = await slack.person("ada").types("@qfbot hi", channel="training")
        assert exchange.problem == "dispatch_failed"
        await slack.until(lambda: len(app.received) == 4)
        assert [each.headers.get("X-Slack-Retry-Num") for each in app.received] == [
            None,
            "1",
            "2",
            "3",
        ]
        assert app.last.headers["X-Slack-Retry-Reason"] == "http_error"
        assert len({each.json["event_id"] for each in app.received}) == 1


async def test_no_retry_where_the_app_asks_for_none(slack: LocalSlack) -> None:
    async with slack, recording(slack) as app:
        app.status, app.headers = 500, {"X-Slack-No-Retry": "1"}
        await slack.person("ada").types("@qfbot one", channel="training")
        app.status = 200
        await slack.person("ada").types("@qfbot two", channel="training")
        assert len(app.received) == 2


async def test_a_command_that_fails_is_told_and_not_repeated(slack: LocalSlack) -> None:
    async with slack, recording(slack) as app:
        app.status = 500
        exchange = await slack.person("ada").types("/qf ping", channel="training")
        assert (exchange.acked, exchange.problem) == (False, "dispatch_failed")
        told = slack.person("ada").sees("training")[-1].text
        assert told == '/qf failed with the error "dispatch_failed"'
        assert len(app.received) == 1


async def test_an_app_that_is_not_there_is_a_failed_dispatch(slack: LocalSlack) -> None:
    async with slack:
        slack.events_url = "http://127.0.0.1:9/"
        exchange = await slack.person("ada").types("/qf ping", channel="training")
        assert exchange.problem == "dispatch_failed"


async def test_bolt_echoes_the_url_verification(slack: LocalSlack) -> None:
    async with slack, by_http(slack):
        assert await slack.verify_events_url()


async def test_bolt_refuses_another_secret(slack: LocalSlack) -> None:
    async with slack, by_http(slack):
        other = LocalSlack()
        async with other:
            other.workspace.add_user("eve")
            other.workspace.add_channel("training", members=["eve"])
            other.events_url = slack.events_url
            exchange = await other.person("eve").types("/qf ping", channel="training")
            assert exchange.problem == "dispatch_failed"


async def test_a_taken_port_is_told_and_leaves_nothing_behind(slack: LocalSlack) -> None:
    async with slack:
        other = LocalSlack(port=int(slack.api_url.split(":")[2].split("/")[0]))
        with pytest.raises(OSError, match="address already in use"):
            await other.start()


async def test_the_feed_tells_how_a_delivery_went(slack: LocalSlack) -> None:
    async with slack, recording(slack):
        await slack.person("ada").types("/qf ping", channel="training")
        what = slack.feed.entries[-1].what
        assert isinstance(what, Delivered)
        assert (what.kind, what.name, what.transport) == ("slash_commands", "/qf", "http")
        assert what.acked
