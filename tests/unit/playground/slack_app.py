"""A small real Bolt app for the local Slack's tests, with every way in and every way out."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_form import add_form, publish_form


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


STOP = {"type": "button", "text": plain("Stop"), "action_id": "stop", "value": "task-1"}
CARD: list[dict[str, Any]] = [
    section("*task-1* is running"),
    {"type": "actions", "elements": [STOP]},
]
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "import",
    "title": plain("Import a model"),
    "submit": plain("Import"),
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": plain("Name"),
            "element": {"type": "plain_text_input", "action_id": "name"},
        },
        {
            "type": "input",
            "block_id": "bucket",
            "optional": True,
            "label": plain("Bucket"),
            "element": {"type": "external_select", "action_id": "bucket"},
        },
    ],
}


def bolt_app(slack: LocalSlack, session: aiohttp.ClientSession) -> AsyncApp:
    """`/qf status` answers in private, `watch` in the channel; two commands open forms."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)
    app = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)

    @app.command("/qf")
    async def command(ack: Any, body: dict[str, Any], respond: Any, client: Any) -> None:
        await ack()
        match body["text"].split():
            case ["status", *_]:
                await respond(text="running", blocks=CARD)
            case ["watch", *_]:
                await client.chat_postMessage(
                    channel=body["channel_id"], text="watching", blocks=CARD
                )
            case ["import"]:
                await client.views_open(trigger_id=body["trigger_id"], view=FORM)

            case ["publish"]:
                await client.views_open(trigger_id=body["trigger_id"], view=publish_form("train"))

    add_form(app, slack, session)

    @app.action("stop")
    async def stop(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"stopped {body['actions'][0]['value']}", replace_original=True)

    @app.options("bucket")
    async def buckets(ack: Any) -> None:
        await ack(options=[{"text": plain("bos://models"), "value": "models"}])

    @app.view("import")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        name = view["state"]["values"]["name"]["name"]["value"]
        if name == "bad":
            await ack(response_action="errors", errors={"name": "That name is taken."})
        else:
            await ack()

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], client: Any) -> None:
        await client.chat_postMessage(
            channel=event["channel"], thread_ts=event["ts"], text=f"heard: {event['text']}"
        )

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: Any) -> None:
        blocks = [{"type": "header", "text": plain("Your watches")}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    return app


@asynccontextmanager
async def by_socket(slack: LocalSlack, ping_seconds: float = 10.0) -> AsyncIterator[Any]:
    """Run the app in Socket Mode; yields its handler.

    A line that brings no pong for four pings is left for a new one, and a lost line is noticed
    after one: a test that has to do with neither is not to be troubled by a slow machine.
    """
    async with aiohttp.ClientSession() as session:
        handler: Any = AsyncSocketModeHandler(bolt_app(slack, session), slack.app_token)
        handler.client.ping_interval = ping_seconds
        await handler.connect_async()
        await slack.until(lambda: slack.open_connections)
        try:
            yield handler
        finally:
            await handler.close_async()


@asynccontextmanager
async def by_http(slack: LocalSlack) -> AsyncIterator[None]:
    """Run the app behind signed HTTP."""
    async with aiohttp.ClientSession() as session:
        app = bolt_app(slack, session)
        runner = web.AppRunner(app.web_app("/slack/events"), shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            slack.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
            yield
        finally:
            await runner.cleanup()


@asynccontextmanager
async def api(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    """Yield the real Web API client with the bot's token; it repeats nothing by itself."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[]
        )


@dataclass
class Received:
    """One request that Slack made to an app."""

    headers: dict[str, str]
    body: bytes
    form: dict[str, str]
    json: dict[str, Any]


@dataclass
class RecordingApp:
    """An app that keeps what Slack sends it, and answers what it was told to."""

    received: list[Received] = field(default_factory=list)
    status: int = 200
    answer: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        form = {name: str(value) for name, value in (await request.post()).items()}
        is_json = request.content_type == "application/json"
        sent = body.decode() if is_json else form.get("payload", "{}")
        self.received.append(Received(dict(request.headers), body, form, json.loads(sent)))
        if self.answer is None:
            return web.Response(status=self.status, headers=self.headers)
        return web.json_response(self.answer, status=self.status, headers=self.headers)

    @property
    def last(self) -> Received:
        return self.received[-1]


@asynccontextmanager
async def recording(slack: LocalSlack) -> AsyncIterator[RecordingApp]:
    """Put a recording app behind the local Slack's signed HTTP."""
    app = RecordingApp()
    application = web.Application()
    application.router.add_post("/", app.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield app
    finally:
        await runner.cleanup()


class HandClock:
    """A wall clock that a test moves by hand."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def wall(self) -> datetime:
        return self._now

    def passes(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


async def error_of(call: Any) -> str:
    """Return Slack's error name for a call that is refused, or "ok"."""
    try:
        await call
    except SlackApiError as refusal:
        return str(refusal.response["error"])
    return "ok"
