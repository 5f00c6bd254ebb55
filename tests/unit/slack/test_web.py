"""The HTTP endpoints: only what Slack has signed reaches the bot, and health is told as it is."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Counter
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot import health
from bot.domain.errors import StoreError
from bot.happenings import Acknowledged, Happening
from bot.health import SILENCE, Alive, Ready
from bot.slack import doors, web
from bot.slack.clients import Clients
from bot.slack.web import BODY_BYTES, WebServer
from tests.unit.domain.samples import NOON
from tests.unit.slack.canned import CannedSlack

SECRET = "signing-canary"
COMMAND = "command=%2Fqf&text=ping&user_id=U1&team_id=T1&channel_id=C1&trigger_id=1"


async def well() -> Mapping[str, str | None]:
    return {"database": None}


class Bot:
    """A server to be asked, and what reached the Bolt app behind it."""

    def __init__(
        self,
        server: WebServer,
        session: aiohttp.ClientSession,
        texts: Sequence[str] = (),
        told: Sequence[Happening] = (),
    ) -> None:
        self.address = server.address
        host, port = server.address
        self._url = f"http://{host}:{port}"
        self._session = session
        self.texts = texts
        self.told = told

    async def gets(self, path: str) -> tuple[int, str]:
        async with self._session.get(self._url + path) as answer:
            return answer.status, await answer.text()

    async def is_sent(self, body: str | bytes | BytesIO, **headers: str) -> tuple[int, str]:
        """Post as Slack does, with these headers, `_` for "-"."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"Content-Type": "application/x-www-form-urlencoded", **named}
        url = f"{self._url}/slack/events"
        async with self._session.post(url, data=body, headers=named) as answer:
            return answer.status, await answer.text()


def signed(body: str, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body)
    assert signature
    return {"X_Slack_Request_Timestamp": timestamp, "X_Slack_Signature": signature}


@pytest.fixture
async def bot(slack: CannedSlack, clients: Clients) -> AsyncIterator[Bot]:
    slack.answers("auth.test", {"team_id": "T1", "user_id": "UBOT", "bot_id": "B1"})
    app = AsyncApp(
        client=clients.reads,
        signing_secret=SECRET,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    texts: list[str] = []

    @app.command("/qf")
    async def qf(ack: Any, command: dict[str, str]) -> None:
        await ack()
        texts.append(command["text"])

    @app.error
    async def unhandled(error: Exception) -> BoltResponse:
        assert isinstance(error, BoltUnhandledRequestError)
        return BoltResponse(status=200)

    registry = CollectorRegistry()
    Counter("qfbot_posts", "Posts.", registry=registry).inc()
    told: list[Happening] = []
    server = WebServer(
        "127.0.0.1", 0, alive=well, ready=well, registry=registry, slack=app, tell=told.append
    )
    async with server, aiohttp.ClientSession() as session:
        yield Bot(server, session, texts, told)


async def test_what_slack_has_signed_reaches_the_bot(bot: Bot) -> None:
    assert (await bot.is_sent(COMMAND, **signed(COMMAND)))[0] == 200
    assert list(bot.texts) == ["ping"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X_Slack_Signature": "v0=00"},
        {"X_Slack_Request_Timestamp": "", "X_Slack_Signature": "v0=00"},
        {"X_Slack_Request_Timestamp": "now", "X_Slack_Signature": "v0=00"},
        {"X_Slack_Request_Timestamp": "-1", "X_Slack_Signature": "v0=00"},
        {"X_Slack_Request_Timestamp": "1e9", "X_Slack_Signature": "v0=00"},
        {"X_Slack_Request_Timestamp": "9" * 400, "X_Slack_Signature": "v0=00"},
        {**signed(COMMAND), "X_Slack_Signature": "v0=00"},
        {**signed(COMMAND), "X_Slack_Signature": ""},
        {**signed(COMMAND), "X_Slack_Signature": "v0=é"},
        signed("command=%2Fqf&text=other"),
        signed(COMMAND, at=time.time() - 3600),
    ],
)
async def test_what_slack_has_not_signed_is_turned_away(bot: Bot, headers: dict[str, str]) -> None:
    assert (await bot.is_sent(COMMAND, **headers))[0] == 401
    assert list(bot.texts) == []


async def test_a_request_without_any_body_is_turned_away(bot: Bot) -> None:
    assert (await bot.is_sent(b"", X_Slack_Request_Timestamp=str(int(time.time()))))[0] == 401


async def test_a_body_that_is_no_text_is_turned_away(bot: Bot) -> None:
    assert (await bot.is_sent(b"\xff\xfe", **signed("x")))[0] == 400


UNREADABLE = [
    '{"type": "event_callback", "event": 7}',
    '{"user": 7}',
    "type=event_callback&event=type",
    "payload=7",
    "{",
    "[" * 100_000,
    '{"event":' * 400 + "{}" + "}" * 400,
]


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: body[:20])
async def test_what_bolt_cannot_read_is_acknowledged_where_slack_has_signed_it(
    bot: Bot, body: str, content_type: str
) -> None:
    assert (await bot.is_sent(body, **signed(body), Content_Type=content_type))[0] == 200
    forged = {**signed(body), "X_Slack_Signature": "v0=00"}
    assert (await bot.is_sent(body, **forged, Content_Type=content_type))[0] == 401


async def test_a_body_larger_than_slacks_is_not_read(bot: Bot) -> None:
    body = "x" * (BODY_BYTES + 1)
    assert (await bot.is_sent(BytesIO(body.encode()), **signed(body)))[0] == 413


async def raw(bot: Bot, sent: bytes) -> bytes:
    """Send these bytes and wait for whatever comes until the server ends the connection."""
    reader, writer = await asyncio.open_connection(*bot.address)
    try:
        writer.write(sent)
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"


async def test_a_head_that_does_not_come_to_its_end_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web, "KEEP_ALIVE_SECONDS", 0.2)
    server = WebServer("127.0.0.1", 0, alive=well, ready=well, registry=CollectorRegistry())
    async with server, aiohttp.ClientSession() as session:
        assert await raw(Bot(server, session), HEAD) == b""


async def test_a_body_that_does_not_come_to_its_end_is_not_waited_for(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "BODY_SECONDS", 0.1)
    signature = b"X-Slack-Request-Timestamp: 1\r\nX-Slack-Signature: v0=00\r\n"
    answer = await raw(bot, HEAD + signature + b"Content-Length: 100\r\n\r\nhalf")
    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("head", [b"X-Much: " + b"x" * 100_000, b"X: 1\r\n" * 1000, b"\0\0"])
async def test_a_head_that_cannot_be_is_refused_and_fills_no_log(
    bot: Bot, caplog: pytest.LogCaptureFixture, head: bytes
) -> None:
    answer = await raw(bot, HEAD + head + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.0 400 ")
    assert not caplog.records


async def test_who_comes_while_all_places_are_taken_is_turned_away(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "MOST_CONNECTIONS", 2)
    first, second = [await asyncio.open_connection(*bot.address) for _ in range(2)]
    assert await raw(bot, HEAD) == b""
    for _, writer in (first, second):
        writer.close()
        await writer.wait_closed()
    assert (await bot.gets("/healthz"))[0] == 200


async def test_an_acknowledgement_is_timed_by_what_it_answers_and_a_forged_request_is_not(
    bot: Bot,
) -> None:
    await bot.is_sent(COMMAND, **signed(COMMAND))
    await bot.is_sent("{", **signed("{"), Content_Type="application/json")
    await bot.is_sent(COMMAND, **signed(COMMAND) | {"X_Slack_Signature": "v0=00"})
    kinds = [each.kind for each in bot.told if isinstance(each, Acknowledged)]
    assert kinds == ["command", "other"]


async def test_metrics_are_those_of_the_registry(bot: Bot) -> None:
    status, text = await bot.gets("/metrics")
    assert status == 200
    assert "qfbot_posts_total 1.0" in text


async def test_health_tells_what_was_looked_at(bot: Bot) -> None:
    for path in ("/healthz", "/readyz"):
        status, text = await bot.gets(path)
        assert status == 200
        assert '"database": null' in text


async def unready() -> Mapping[str, str | None]:
    return {"database": None, "slack": "no auth.test has succeeded yet"}


async def broken() -> Mapping[str, str | None]:
    raise ValueError("canary")


async def stuck() -> Mapping[str, str | None]:
    await asyncio.Event().wait()
    return {}


@pytest.mark.parametrize(
    ("ready", "told"),
    [
        (unready, "no auth.test has succeeded yet"),
        (broken, "ValueError"),
        (stuck, "no answer within 0 s"),
    ],
)
async def test_a_bot_that_is_not_ready_says_why(
    ready: web.Probe, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "PROBE_SECONDS", 0.05)
    server = WebServer("127.0.0.1", 0, alive=well, ready=ready, registry=CollectorRegistry())
    async with server, aiohttp.ClientSession() as session:
        bot = Bot(server, session)
        status, text = await bot.gets("/readyz")
        assert (status, told in text, "canary" in text) == (503, True, False)
        assert (await bot.gets("/healthz"))[0] == 200


class StillClock:
    """A clock that stands still."""

    def wall(self) -> datetime:
        return NOON

    def world(self) -> datetime:
        raise AssertionError


async def answers() -> None:
    pass


async def fails() -> None:
    raise StoreError("canary")


async def test_a_bot_whose_messages_slack_takes_is_ready() -> None:
    ready = Ready(StillClock(), answers, lambda: NOON, lambda: "")
    assert await ready() == {"slack": None, "database": None, "socket": None}


async def test_a_bot_of_which_slack_takes_nothing_names_slacks_word() -> None:
    closed = ["token_revoked"]
    ready = Ready(StillClock(), answers, None, lambda: closed[-1])
    told = "takes nothing from this bot: token_revoked"
    assert await ready() == {"slack": told, "database": None}
    closed.append("")
    assert await ready() == {"slack": None, "database": None}


async def test_a_process_whose_loop_turns_and_whose_scheduler_ticks_lives() -> None:
    assert await Alive(StillClock(), lambda: NOON, lambda: NOON)() == {
        "loop": None,
        "scheduler": None,
    }


async def test_a_loop_that_stood_still_and_a_dead_scheduler_are_told_apart() -> None:
    long_ago = NOON - SILENCE - timedelta(seconds=1)
    assert await Alive(StillClock(), lambda: long_ago, lambda: None)() == {
        "loop": "has not turned for 61 s",
        "scheduler": "has not ticked yet",
    }


async def test_a_database_that_hangs_hides_no_other_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hangs() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(health, "PATIENCE", timedelta(seconds=0.05))
    assert await Ready(StillClock(), hangs, lambda: NOON)() == {
        "slack": None,
        "database": "does not answer",
        "socket": None,
    }


async def test_a_silent_database_and_a_deaf_socket_are_told_apart() -> None:
    ready = Ready(StillClock(), fails, lambda: NOON - SILENCE - timedelta(seconds=1))
    assert await ready() == {
        "slack": None,
        "database": "does not answer",
        "socket": "was not heard for 61 s",
    }
    assert (await Ready(StillClock(), answers, lambda: None)())["socket"] == "was not heard yet"


async def test_in_socket_mode_no_request_of_slack_is_taken() -> None:
    server = WebServer("127.0.0.1", 0, alive=well, ready=well, registry=CollectorRegistry())
    async with server, aiohttp.ClientSession() as session:
        bot = Bot(server, session)
        assert (await bot.is_sent(COMMAND, **signed(COMMAND)))[0] == 404


async def test_a_taken_address_is_refused_by_the_system() -> None:
    def server(port: int) -> WebServer:
        return WebServer("127.0.0.1", port, alive=well, ready=well, registry=CollectorRegistry())

    async with server(0) as first:
        with pytest.raises(OSError, match="address already in use"):
            async with server(first.address[1]):
                pass
