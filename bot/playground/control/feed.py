"""What one person sees, live: a snapshot, then every change. `GET /control/feed?as=NAME`."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.playground.control.faults import faults_of
from bot.playground.control.lives import lives_of, time_of
from bot.playground.control.seen import (
    channels_seen,
    is_in_reach,
    message_seen,
    views_seen,
    workspace_seen,
)
from bot.playground.control.traffic import qianfan_call, traffic_of
from bot.playground.control.verbs import Json, Setting
from bot.playground.slack import Entry, Message, Person
from bot.playground.slack.happenings import (
    ChannelChanged,
    MemberJoined,
    MemberLeft,
    MessageChanged,
    MessageDeleted,
    MessagePosted,
    ViewClosed,
    ViewShown,
)

# How often the page hears of what has no happenings of its own: time, lives, faults, Qianfan.
_BEAT = 0.4
_PING_SECONDS = 15.0
_PAST_TRAFFIC = 150


Next = Callable[[], Awaitable[Entry]]


class Feed:
    """One page's line; it ends when the page goes away."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._slack = setting.playing.slack
        self._socket = web.WebSocketResponse(heartbeat=_PING_SECONDS)
        self._told: dict[str, str] = {}
        self._requests_told = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Send the snapshot and every change until the line ends."""
        try:
            person = self._slack.person(request.query.get("as", ""))
        except KeyError:
            error = {"ok": False, "error": "Say as whom: /control/feed?as=NAME."}
            return web.json_response(error, status=404)
        self._slack.workspace.open_dm(person.user)
        await self._setting.visited()
        await self._socket.prepare(request)
        with self._slack.feed.subscribe() as news:
            past = self._slack.feed.entries
            await self._begin(person, past)
            pumps = [
                asyncio.create_task(self._tell_news(person, news.next)),
                asyncio.create_task(self._tell_world()),
            ]
            try:
                async for _ in self._socket:
                    pass
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        return self._socket

    async def _begin(self, person: Person, past: tuple[Entry, ...]) -> None:
        seen = workspace_seen(person, self._slack, self._setting.readings)
        traffic = [told for entry in past if (told := traffic_of(entry))]
        with contextlib.suppress(ConnectionError):
            await self._send("snapshot", **seen, traffic=traffic[-_PAST_TRAFFIC:])

    async def _tell_news(self, person: Person, next_entry: Next) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                entry = await next_entry()
                for kind, fields in self._changes(entry, person):
                    await self._send(kind, **fields)

    async def _tell_world(self) -> None:
        playing = self._setting.playing
        self._requests_told = len(playing.qianfan.requests)
        with contextlib.suppress(ConnectionError):
            while True:
                await self._send("time", **time_of(playing.clock))
                await self._send_if_new("lives", lives=lives_of(playing.world))
                await self._send_if_new("faults", faults=faults_of(playing))
                await self._tell_requests()
                await asyncio.sleep(_BEAT)

    async def _tell_requests(self) -> None:
        """Tell of the calls to Qianfan that were answered, or given up, since the last time."""
        requests = self._setting.playing.qianfan.requests
        for number in range(self._requests_told, len(requests)):
            await self._send("traffic", entry=qianfan_call(requests[number], number))
        self._requests_told = len(requests)

    def _changes(self, entry: Entry, person: Person) -> list[tuple[str, Json]]:
        """What the page has to be told of a happening."""
        if told := traffic_of(entry):
            return [("traffic", {"entry": told})]
        match entry.what:
            case MessagePosted(message) | MessageChanged(message=message):
                seen = self._sees(person, message)
                return [("message", {"message": message_seen(message)})] if seen else []
            case MessageDeleted(message):
                return [("gone", {"channel": message.channel, "ts": message.ts})]
            case ChannelChanged() | MemberJoined() | MemberLeft():
                channels = channels_seen(person, self._slack, self._setting.readings)
                return [("channels", {"channels": channels})]
            case ViewShown(view=view) | ViewClosed(view=view) if view.user == person.id:
                return [("views", views_seen(person))]
        return []

    def _sees(self, person: Person, message: Message) -> bool:
        channel = self._slack.workspace.channels[message.channel]
        return message.ephemeral_to in (None, person.id) and is_in_reach(channel, person)

    async def _send_if_new(self, kind: str, **fields: object) -> None:
        text = json.dumps(fields)
        if self._told.get(kind) != text:
            self._told[kind] = text
            await self._send(kind, **fields)

    async def _send(self, kind: str, **fields: object) -> None:
        await self._socket.send_json({"type": kind, **fields})
