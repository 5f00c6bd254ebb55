"""Socket and HTTP are the same bot; what is forged or stale is refused."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.settings import Mode
from tests.scenarios.play import Play, open_play

TASK = "task-0tgmn4a7h4i6"


@pytest.fixture(params=list(Mode))
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Play]:
    """The same conversation over each transport."""
    async with open_play(mode=request.param, data=tmp_path) as play:
        yield play


@pytest.fixture
async def over_http(tmp_path: Path) -> AsyncIterator[Play]:
    async with open_play(mode=Mode.HTTP, data=tmp_path) as play:
        yield play


async def test_ask_watch_and_stop_are_the_same_over_both(either: Play) -> None:
    run = either.world.add_task(TASK)
    run.runs(progress=34)
    assert "is *Running*, 34 %" in await either.bo.asks(f"/qf status {TASK}")
    await either.bo.asks(f"/qf watch {TASK}")
    await either.lin.asks(f'/qf stop {TASK} reason="wrong data"')
    await either.lin.clicks("Stop it")
    await either.passes(minutes=5)
    assert "by @lin through qfbot" in either.training.hears()[-1]


async def post(play: Play, body: str, headers: dict[str, str]) -> int:
    host, port = play.app.address
    url = f"http://{host}:{port}/slack/events"
    headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body.encode(), headers=headers) as answer,
    ):
        return answer.status


def command(play: Play) -> str:
    return urlencode(
        {
            "command": "/qf",
            "text": "ping",
            "user_id": play.bo.id,
            "team_id": play.slack.team_id,
            "channel_id": play.slack.workspace.channel("training").id,
        }
    )


def signed(secret: str, body: str, timestamp: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


async def test_a_signed_command_is_taken(over_http: Play) -> None:
    body = command(over_http)
    headers = signed(over_http.slack.signing_secret, body, str(int(time.time())))
    assert await post(over_http, body, headers) == 200


@pytest.mark.parametrize(
    "forge",
    [
        lambda body, _: signed("wrong", body, str(int(time.time()))),
        lambda body, secret: signed(secret, body + "x", str(int(time.time()))),
        lambda body, secret: signed(secret, body, str(int(time.time()) - 3600)),
        lambda body, secret: signed(secret, body, "yesterday"),
        lambda body, secret: signed(secret, body, "9" * 400),
        lambda _body, _secret: {},
        lambda _body, _secret: {"X-Slack-Request-Timestamp": str(int(time.time()))},
    ],
    ids=["forged", "changed", "stale", "no number", "huge", "unsigned", "half signed"],
)
async def test_a_request_that_slack_did_not_sign_now_is_answered_401(
    over_http: Play, forge: object
) -> None:
    body = command(over_http)
    headers = forge(body, over_http.slack.signing_secret)  # type: ignore[operator]
    assert await post(over_http, body, headers) == 401


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": "reaction_added"}},
        {"type": "view_submission", "view": {"callback_id": "none", "type": "modal"}},
        {"type": "view_closed", "view": {"callback_id": "none", "type": "modal"}},
        {"type": "shortcut", "callback_id": "none"},
        {"type": "message_action", "callback_id": "none"},
        {"type": "block_suggestion", "action_id": "none", "block_id": "none", "value": ""},
        {"type": "block_actions", "actions": [{"action_id": "none", "type": "button"}]},
    ],
    ids=lambda payload: payload["type"],
)
async def test_what_the_bot_does_not_know_is_acknowledged(
    over_http: Play, payload: dict[str, object]
) -> None:
    whole = {
        "team": {"id": over_http.slack.team_id},
        "team_id": over_http.slack.team_id,
        "user": {"id": over_http.bo.id},
        **payload,
    }
    is_event = payload["type"] == "event_callback"
    body = json.dumps(whole) if is_event else urlencode({"payload": json.dumps(whole)})
    headers = signed(over_http.slack.signing_secret, body, str(int(time.time())))
    if is_event:
        headers["Content-Type"] = "application/json"
    assert await post(over_http, body, headers) == 200


async def test_in_socket_mode_nothing_is_taken_by_http(play: Play) -> None:
    body = command(play)
    headers = signed(play.slack.signing_secret, body, str(int(time.time())))
    assert await post(play, body, headers) == 404


async def test_health_readiness_and_metrics_are_served(either: Play) -> None:
    host, port = either.app.address
    async with aiohttp.ClientSession() as session:
        for path in ("healthz", "readyz"):
            async with session.get(f"http://{host}:{port}/{path}") as answer:
                assert answer.status == 200, await answer.text()
                assert json.loads(await answer.text())["ok"] is True
        async with session.get(f"http://{host}:{port}/metrics") as answer:
            assert "qfbot_build_info" in await answer.text()
