"""The Socket Mode line: kept open, watched, and replaced where it has gone deaf."""

import asyncio
import logging
import re
import time
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.domain.ports import Clock
from bot.happenings import Acknowledged, SocketFailed, SocketOpened, Tell, nobody
from bot.slack.proxies import open_session
from bot.slack.shapes import is_readable, kind_of

#: Seconds between two pings; Bolt's own default.
PING_SECONDS = 10.0
#: A line that was silent for three pings is replaced, which leaves as long again for the new
#: connection to say hello within a minute of the last pong.
PATIENCE_SECONDS = 30.0
#: How long a new connection may take until its hello.
HELLO_SECONDS = 10.0
#: The pause between two attempts to connect.
RETRY_SECONDS = 2.0
#: How long a connection gets to say goodbye.
CLOSE_SECONDS = 2.0

_GLANCE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class SocketLine:
    """Slack's envelopes for one Bolt app, from one connection at a time.

    slack_sdk renews a connection that ends. What it does not survive, such as a refused ticket
    (it knocks with the same one for ever), ends in silence; a silent line is thrown away with all
    that belongs to it, and a fresh one is opened. A line that answers pings and delivers nothing
    cannot be told from a quiet workspace.

    To be entered and left within one event loop: entering does not wait for Slack.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        clock: Clock,
        *,
        ping_seconds: float = PING_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
        hello_seconds: float = HELLO_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
        tell: Tell = nobody,
    ) -> None:
        self._tell = tell
        self._app = app
        self._app_token = app_token
        self._clock = clock
        self._ping_seconds = ping_seconds
        self._patience = timedelta(seconds=patience_seconds)
        self._hello_seconds = hello_seconds
        self._retry_seconds = retry_seconds
        self._glance_seconds = min(_GLANCE_SECONDS, ping_seconds)
        self._heard_at: datetime | None = None
        self._greeted = asyncio.Event()
        self._connected = False
        self._tending: asyncio.Task[None] | None = None

    @property
    def heard_at(self) -> datetime | None:
        """When Slack last said hello or answered a ping (wall); None before the first hello."""
        return self._heard_at

    @property
    def is_connected(self) -> bool:
        """Whether a connection is open that was heard of lately."""
        return self._connected

    async def first_hello(self, seconds: float) -> bool:
        """Wait for Slack's first hello; False where it does not come in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._greeted.wait(), seconds)
        return self._greeted.is_set()

    async def __aenter__(self) -> Self:
        self._tending = asyncio.create_task(self._tend(), name="socket line")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.gather(self._tending, return_exceptions=True)

    async def _tend(self) -> None:
        """Keep one connection after the other, each until it falls silent."""
        while True:
            connection = _Connection(self._app, self._app_token, self._ping_seconds, self._tell)
            try:
                await self._listen(connection)
            except Exception as problem:
                self._tell(SocketFailed(type(problem).__name__))
            finally:
                self._connected = False
                await connection.close()
            await asyncio.sleep(self._retry_seconds)

    async def _listen(self, connection: "_Connection") -> None:
        async with asyncio.timeout(self._hello_seconds):
            await connection.open()
        self._connected = True
        heard_at = self._hear()
        while self._clock.wall() - heard_at < self._patience:
            await asyncio.sleep(self._glance_seconds)
            if connection.has_spoken():
                heard_at = self._hear()
        self._tell(SocketFailed("silent"))

    def _hear(self) -> datetime:
        self._heard_at = self._clock.wall()
        self._greeted.set()
        return self._heard_at


class _Connection:
    """One handler of envelopes, its tasks and its HTTP session, from opening to closing."""

    def __init__(self, app: AsyncApp, app_token: str, ping_seconds: float, tell: Tell) -> None:
        self._tell = tell
        self._hello = asyncio.Event()
        self._spoke = False
        self._ponged: float | None = None
        self._client = self._listening_client(app, app_token, ping_seconds)
        self._connecting: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, and wait for Slack's hello. Slack may refuse for ever, so bound the wait."""
        self._connecting = asyncio.create_task(self._client.connect())  # type: ignore[no-untyped-call]
        await self._hello.wait()

    def has_spoken(self) -> bool:
        """Whether there was a pong or a hello since the last question."""
        ponged = self._client.last_ping_pong_time
        # The SDK also sets a time where there was none, without having heard anything.
        new_pong = None not in (ponged, self._ponged) and ponged != self._ponged
        spoke, self._spoke, self._ponged = self._spoke or new_pong, False, ponged
        return spoke

    async def close(self) -> None:
        """End all that the handler has begun; takes at most CLOSE_SECONDS and a moment."""
        # The SDK's own close() neither waits for its tasks nor reaches its end if Slack is silent.
        client = self._client
        client.closed = True
        client.auto_reconnect_enabled = False
        tasks = (
            self._connecting,
            client.message_processor,
            client.current_session_monitor,
            client.message_receiver,
        )
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                if client.current_session is not None:
                    await client.current_session.close()
        except Exception as problem:
            log.info("socket line ended without goodbye", problem=type(problem).__name__)
        finally:
            await client.aiohttp_client_session.close()

    def _listening_client(
        self, app: AsyncApp, app_token: str, ping_seconds: float
    ) -> SocketModeClient:
        handler = _Envelopes(app, app_token, ping_seconds, self._tell)
        # The SDK's own session knows no NO_PROXY; it has made no connection yet.
        handler.client.aiohttp_client_session.detach()
        connecting = aiohttp.ClientTimeout(sock_connect=HELLO_SECONDS)
        handler.client.aiohttp_client_session = open_session(connecting)
        handler.client.message_listeners.append(self._on_message)
        return handler.client

    async def _on_message(self, _client: Any, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self._tell(SocketOpened())
            self._spoke = True
            self._hello.set()


class _Envelopes(AsyncSocketModeHandler):
    """Hands envelopes to Bolt; what Bolt cannot read is acknowledged, lest it come again."""

    def __init__(self, app: AsyncApp, app_token: str, ping_seconds: float, tell: Tell) -> None:
        super().__init__(app, app_token, logger=_sdk_log(), ping_interval=ping_seconds)
        self._tell = tell

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        began = time.perf_counter()
        if is_readable(req.payload):
            await super().handle(client, req)
            took = timedelta(seconds=time.perf_counter() - began)
            self._tell(Acknowledged(kind_of(req.payload), took))
        else:
            log.warning("an unreadable payload was dropped")
            await client.send_socket_mode_response(SocketModeResponse(req.envelope_id))


class _WithoutTickets(logging.Filter):
    """Strikes out what opens a connection, and the traces that repeat it."""

    _TICKET = re.compile(r"(wss?://[^\s/?'\"]+)[^\s'\"]*")

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._TICKET.sub(r"\1…", record.getMessage())
        record.args = None
        record.exc_info = None
        return True


def _sdk_log() -> logging.Logger:
    log = logging.getLogger(f"{__name__}.sdk")
    if not log.filters:
        log.addFilter(_WithoutTickets())
    # Below this level the SDK writes down every payload; at INFO each renewal of a connection.
    log.setLevel(logging.WARNING)
    return log
