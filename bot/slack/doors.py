"""The door of the HTTP endpoints: so many connections and no more, and none that dawdles."""

import asyncio
import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

#: How long a connection may rest, and how long a request's head may take to arrive. Longer than
#: the 60 s after which common load balancers let go of a connection that rests.
KEEP_ALIVE_SECONDS = 75.0

#: Slack, a few probes and a load balancer hold a handful.
MOST_CONNECTIONS = 200


def server_log() -> logging.Logger:
    """Where the server writes: what is wrong with itself, and not with what strangers send."""
    log = logging.getLogger(f"{__name__}.server")
    if not log.filters:
        log.addFilter(_is_our_own)
    return log


def _is_our_own(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


class Door(web.BaseSite):
    """Listens on one address. Whoever comes while all places are taken is turned away at once."""

    def __init__(self, runner: web.AppRunner, host: str, port: int) -> None:
        super().__init__(runner)
        self._address = (host, port)

    @property
    def name(self) -> str:
        """The address in words."""
        host, port = self._address
        return f"http://{host}:{port}"

    async def start(self) -> None:
        """Listen. Raises OSError where the address is taken."""
        await super().start()
        host, port = self._address
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._let_in, host, port, backlog=self._backlog)

    def _let_in(self) -> asyncio.BaseProtocol:
        server = self._runner.server
        assert server is not None
        return server() if len(server.connections) < MOST_CONNECTIONS else _TurnedAway()


class _TurnedAway(asyncio.Protocol):
    """A connection that ends as it begins."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
