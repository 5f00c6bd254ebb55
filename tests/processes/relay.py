"""A relay before a server: it can be cut, so that the server is out of reach, and mended."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Relay:
    """Listens on 127.0.0.1 while it is entered, and passes on what comes to `connect`."""

    def __init__(self, connect: Callable[[], Awaitable[Streams]]) -> None:
        self._connect = connect
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()

    async def mend(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End all connections, and let nobody in."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await self._connect()
        self._writers |= {writer, to_there}
        await asyncio.gather(pipe(reader, to_there), pipe(there, writer))
        self._writers -= {writer, to_there}


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on all that comes, and then the end."""
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
