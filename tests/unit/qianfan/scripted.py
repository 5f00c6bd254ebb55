"""A server on a real socket that replies as it is told, reply by reply."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

Reply = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    action: str
    target: str
    headers: dict[str, str]
    body: Any


class ScriptedQianfan:
    """Gives the scripted replies in turn, the last one for ever; `seen` has every request."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._script: deque[Reply] = deque()
        self._released = asyncio.Event()
        self._arrived = asyncio.Condition()
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.release()
        await self._runner.cleanup()

    async def arrived(self, requests: int) -> None:
        """Return once so many requests have arrived in all."""
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: len(self.seen) >= requests)

    def release(self) -> None:
        """Let go of the requests that hang."""
        self._released.set()

    def answers(self, body: bytes, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def reply(request: web.BaseRequest) -> web.Response:
            return web.Response(body=body, status=status, headers=named)

        self._script.append(reply)

    def refuses(self, status: int, code: str = "", message: str = "", **headers: str) -> None:
        told = {"requestId": "r-1", "code": code, "message": message}
        self.answers(json.dumps(told).encode(), status, **headers)

    def drops(self) -> None:
        """The request is read, and the connection closed without a word."""
        self.says(b"")

    def says(self, raw: bytes) -> None:
        """These bytes, whatever they are, and then the end of the connection."""

        async def reply(request: web.BaseRequest) -> web.Response:
            assert request.transport is not None
            request.transport.write(raw)
            request.transport.close()
            return web.Response()

        self._script.append(reply)

    def hangs(self, then: bytes = b"") -> None:
        """No answer before `release`."""

        async def reply(request: web.BaseRequest) -> web.Response:
            await self._released.wait()
            return web.Response(body=then)

        self._script.append(reply)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await _body_of(request)
        action = request.query.get("Action", "")
        async with self._arrived:
            self.seen.append(Seen(action, request.raw_path, dict(request.headers), body))
            self._arrived.notify_all()
        reply = self._script.popleft() if len(self._script) > 1 else self._script[0]
        return await reply(request)


async def _body_of(request: web.BaseRequest) -> Any:
    """JSON; of a form each file, with its name."""
    if request.content_type != "multipart/form-data":
        return json.loads(await request.read())
    fields = (await request.post()).items()
    return {
        name: (value.filename, value.file.read())
        for name, value in fields
        if isinstance(value, web.FileField)
    }
