"""Socket Mode: tickets, connections, envelopes and their acknowledgements.

https://docs.slack.dev/apis/events-api/using-socket-mode/
"""

import asyncio
import itertools
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.playground.slack.clock import Clock
from bot.playground.slack.delivery import ACK_SECONDS, Answer, Delivery, Retry
from bot.playground.slack.faults import Faults
from bot.playground.slack.feed import Feed
from bot.playground.slack.happenings import SocketClosed, SocketOpened, SocketRefused
from bot.playground.slack.tasks import Tasks
from bot.playground.slack.workspace import APP_ID

CONNECTION_LIMIT = 10
TICKET_LIFE = timedelta(seconds=30)
# A refreshed connection is told so about ten seconds before it ends.
REFRESH_SECONDS = 10.0
# Slack's own pings, and after how long without a word a connection is taken for dead.
_PING_SECONDS = 10.0
_SILENCE_SECONDS = 30.0
# How long a client that is told goodbye may take to say it too.
_CLOSE_SECONDS = 0.5
_LAST_FRAMES = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


@dataclass(eq=False)
class _Connection:
    """One socket, and who waits for which ack on it."""

    number: int
    socket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return not self.socket.closed

    def acknowledge(self, frame: str) -> None:
        """Give an ack's payload to whoever waits for it; anything else is passed over."""
        try:
            ack = json.loads(frame)
        except ValueError:
            return
        future = self.waiting.get(ack.get("envelope_id", "")) if isinstance(ack, dict) else None
        if future is not None and not future.done():
            future.set_result(ack.get("payload"))

    def abort(self) -> None:
        """Cut the line without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Sockets:
    """The app's Socket Mode connections; each envelope goes to one of them."""

    name = "socket"

    def __init__(
        self,
        clock: Clock,
        feed: Feed,
        faults: Faults,
        tasks: Tasks,
        ack_seconds: float = ACK_SECONDS,
    ) -> None:
        self._clock = clock
        self._feed = feed
        self._faults = faults
        self._tasks = tasks
        self._ack_seconds = ack_seconds
        self._tickets: dict[str, datetime] = {}
        self._connections: list[_Connection] = []
        self._numbers = itertools.count(1)
        self._turn = itertools.count()

    @property
    def open_connections(self) -> int:
        return sum(each.is_open for each in self._connections)

    def issue_ticket(self) -> str:
        """Return a ticket that opens one connection, soon."""
        ticket = secrets.token_urlsafe(18)
        self._tickets[ticket] = self._clock.wall() + TICKET_LIFE
        return ticket

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        refusal = self._refusal(request.match_info["ticket"])
        if refusal is not None:
            self._feed.write(SocketRefused(refusal))
            return web.Response(status=408, text=refusal)
        # Pings and pongs are ours to give, or to withhold from a deaf socket's client.
        socket = web.WebSocketResponse(timeout=_CLOSE_SECONDS, autoping=False)
        await socket.prepare(request)
        connection = _Connection(next(self._numbers), socket, request)
        if self.open_connections >= CONNECTION_LIMIT:
            await self._end(connection, "too_many_websockets", 0)
            return socket
        await self._serve(connection)
        return socket

    async def send(self, delivery: Delivery, retry: Retry | None) -> Answer:
        """Send an envelope to one connection and wait for its ack."""
        connections = [each for each in self._connections if each.is_open]
        if not connections:
            return Answer(False, problem="dispatch_failed", reason="timeout")
        connection = connections[next(self._turn) % len(connections)]
        envelope = _envelope(delivery, retry)
        return await self._exchange(connection, envelope)

    async def disconnect(self, reason: str = "warning") -> None:
        """Tell every connection to go, as Slack does now and then.

        "warning" announces the end, "refresh_requested" brings it some seconds later, and
        "link_disabled" and "too_many_websockets" bring it at once.
        """
        delays: dict[str, float | None] = {"warning": None, "refresh_requested": REFRESH_SECONDS}
        for connection in list(self._connections):
            if connection.is_open:
                await self._end(connection, reason, delays.get(reason, 0.0))

    def cut(self) -> None:
        """Break every connection without a frame, as a lost line does."""
        for connection in self._connections:
            connection.abort()

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(each.socket.close() for each in self._connections))

    def _refusal(self, ticket: str) -> str | None:
        ends_at = self._tickets.pop(ticket, None)
        if self._faults.refuses_ticket():
            return "refused by a fault"
        if ends_at is None:
            return "unknown or used ticket"
        return "stale ticket" if self._clock.wall() > ends_at else None

    async def _serve(self, connection: _Connection) -> None:
        self._connections.append(connection)
        pings = self._tasks.start(self._ping(connection))
        try:
            await connection.socket.send_json(self._hello())
            self._feed.write(SocketOpened(connection.number, self.open_connections))
            await self._listen(connection)
        except (ConnectionError, TimeoutError):
            connection.abort()
        finally:
            pings.cancel()
            self._connections.remove(connection)
            self._feed.write(SocketClosed(connection.number, self.open_connections))

    async def _listen(self, connection: _Connection) -> None:
        while True:
            frame = await connection.socket.receive(_SILENCE_SECONDS)
            if frame.type in _LAST_FRAMES:
                return
            if self._faults.deaf:
                continue
            if frame.type is WSMsgType.PING:
                await connection.socket.pong(frame.data)
            elif frame.type is WSMsgType.TEXT:
                connection.acknowledge(frame.data)

    async def _ping(self, connection: _Connection) -> None:
        while True:
            await asyncio.sleep(_PING_SECONDS)
            if not self._faults.deaf:
                with suppress(ConnectionError):
                    await connection.socket.ping(b"playground")

    async def _exchange(self, connection: _Connection, envelope: dict[str, Any]) -> Answer:
        acked = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = acked
        try:
            async with asyncio.timeout(self._ack_seconds):
                if not self._faults.mute:
                    await connection.socket.send_json(envelope)
                return Answer(True, await acked)
        except (TimeoutError, ConnectionError):
            return Answer(False, problem="operation_timeout", reason="timeout")
        finally:
            del connection.waiting[envelope["envelope_id"]]

    async def _end(self, connection: _Connection, reason: str, delay: float | None) -> None:
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
        with suppress(ConnectionError):
            await connection.socket.send_json(frame)
        if delay is not None:
            self._tasks.start(_close_later(connection.socket, delay))

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": self.open_connections,
            "connection_info": {"app_id": APP_ID},
            "debug_info": {"host": "playground", "approximate_connection_time": 18060},
        }


async def _close_later(socket: web.WebSocketResponse, delay: float) -> None:
    await asyncio.sleep(delay)
    await socket.close()


def _envelope(delivery: Delivery, retry: Retry | None) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "envelope_id": str(uuid4()),
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind != "events_api",
    }
    if delivery.kind == "events_api":
        envelope["retry_attempt"] = retry.attempt if retry else 0
        envelope["retry_reason"] = retry.reason if retry else ""
    return envelope
