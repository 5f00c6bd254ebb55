"""The bot's own HTTP endpoints: Slack's requests where it sends them, health and metrics."""

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.request.internals import parse_body

from bot.happenings import Acknowledged, Tell, nobody
from bot.slack.doors import KEEP_ALIVE_SECONDS, Door, server_log
from bot.slack.shapes import is_readable, kind_of

log = structlog.get_logger(__name__)

EVENTS_PATH = "/slack/events"

#: Slack's largest payloads, submitted forms, stay far below it.
BODY_BYTES = 1024 * 1024
#: How long a body may take to arrive: Slack itself waits three seconds for the answer.
BODY_SECONDS = 5.0
PROBE_SECONDS = 5.0

_SHUTDOWN_SECONDS = 3.0


class Probe(Protocol):
    """Something that can tell whether the process is well."""

    async def __call__(self) -> Mapping[str, str | None]:
        """What was looked at, by name, each with its problem in words, or None."""


class WebServer:
    """Serves on `host:port` while it is entered; port 0 takes any free one.

    `alive` answers `/healthz`, `ready` answers `/readyz`. Slack's requests are taken only where
    a Bolt app is given, which then needs its signing secret.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        alive: Probe,
        ready: Probe,
        registry: CollectorRegistry,
        slack: AsyncApp | None = None,
        tell: Tell = nobody,
    ) -> None:
        self._tell = tell
        self._host = host
        self._port = port
        self._alive = alive
        self._ready = ready
        self._registry = registry
        self._slack = slack
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> tuple[str, int]:
        """The host and the actual port."""
        return self._host, self._port

    async def __aenter__(self) -> Self:
        """Listen. Raises OSError where the address is taken."""
        self._runner = web.AppRunner(
            self._application(),
            access_log=None,
            logger=server_log(),
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        await self._runner.setup()
        try:
            await Door(self._runner, self._host, self._port).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY_BYTES)
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._metrics)
        if self._slack is not None:
            requests = _SlackRequests(self._slack, self._tell)
            application.router.add_post(EVENTS_PATH, requests.take)
        return application

    async def _healthz(self, _request: web.Request) -> web.Response:
        return await _told(self._alive)

    async def _readyz(self, _request: web.Request) -> web.Response:
        return await _told(self._ready)

    async def _metrics(self, _request: web.Request) -> web.Response:
        body = generate_latest(self._registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


class _SlackRequests:
    """Hands Slack's requests to Bolt, which checks their signatures."""

    def __init__(self, app: AsyncApp, tell: Tell) -> None:
        self._app = app
        self._tell = tell

    async def take(self, request: web.Request) -> web.Response:
        began, question = time.perf_counter(), _question(request, "")
        if not _is_verifiable(question):
            return web.Response(status=401)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = (await request.read()).decode()
        except UnicodeDecodeError:
            return web.Response(status=400)
        except TimeoutError:
            return _too_slow()
        # Bolt looks into a payload before it looks at the signature, and fails on what it cannot
        # read: then it gets the text, to verify it, and an empty payload, which no listener is for.
        question.raw_body, kind = body, "other"
        with suppress(ValueError, RecursionError):
            if is_readable(payload := parse_body(body, question.content_type)):
                question, kind = _question(request, body), kind_of(payload)
        answer = await self._app.async_dispatch(question)
        if answer.status < 400:  # a forged request is not acknowledged
            self._tell(Acknowledged(kind, timedelta(seconds=time.perf_counter() - began)))
        return await to_aiohttp_response(answer)


def _too_slow() -> web.Response:
    answer = web.Response(status=408)
    answer.force_close()
    return answer


def _question(request: web.Request, body: str) -> AsyncBoltRequest:
    return AsyncBoltRequest(body=body, headers=dict(request.headers))


def _is_verifiable(question: AsyncBoltRequest) -> bool:
    # slack_sdk's verifier fails with an error, and so with status 500, where the timestamp is no
    # number or the signature is not in ASCII.
    timestamp = question.headers.get("x-slack-request-timestamp", [""])[0]
    signature = question.headers.get("x-slack-signature", [""])[0]
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    return is_number and signature.isascii()


async def _told(probe: Probe) -> web.Response:
    """200 where nothing is wrong, else 503; the findings as JSON."""
    findings = await _asked(probe)
    problems = {name: problem for name, problem in findings.items() if problem is not None}
    body = {"ok": not problems, "checks": dict(findings)}
    return web.json_response(
        body, status=503 if problems else 200, dumps=lambda told: json.dumps(told, indent=2)
    )


async def _asked(probe: Probe) -> Mapping[str, str | None]:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe()
    except TimeoutError:
        return {"probe": f"no answer within {PROBE_SECONDS:.0f} s"}
    except Exception as problem:
        log.exception("probe failed")
        return {"probe": type(problem).__name__}
