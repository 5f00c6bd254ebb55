"""The Web API clients: one that repeats what it reads, one that never repeats what it writes."""

from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Self

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

#: How long one request may take, and how long its connection may take to be made, in seconds.
REQUEST_SECONDS = 10.0
CONNECT_SECONDS = 4.0


@dataclass(frozen=True)
class Identity:
    """Who the bot token speaks for; `url` is the workspace's address, which ends in `/`."""

    team_id: str
    user_id: str
    url: str = ""

    def permalink(self, channel_id: str, ts: str) -> str:
        """The address of a message as Slack makes them; empty where the workspace has none.

        https://docs.slack.dev/reference/methods/chat.getPermalink
        """
        return f"{self.url}archives/{channel_id}/p{ts.replace('.', '')}" if self.url else ""


@dataclass(frozen=True)
class Clients:
    """Two Web API clients on one HTTP session.

    `reads` repeats a call that failed, so it is for calls that may happen twice. `writes` makes
    each call once: the outbox alone decides what is sent again.
    """

    reads: AsyncWebClient
    writes: AsyncWebClient
    session: aiohttp.ClientSession

    async def identify(self) -> Identity:
        """Whom the token belongs to.

        Raises SlackApiError where Slack refuses the token, and aiohttp's errors.
        """
        answer = await self.reads.auth_test()
        return Identity(answer["team_id"], answer["user_id"], answer.get("url") or "")

    async def close(self) -> None:
        """Give the connections back; nothing can be called after it."""
        await self.session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def open_clients(token: str, api_url: str, *, request_seconds: float = REQUEST_SECONDS) -> Clients:
    """The clients for one bot token; to be called, and closed, within one running event loop."""
    session = aiohttp.ClientSession(
        # AsyncWebClient's own timeout has no effect on a session that is given to it.
        timeout=aiohttp.ClientTimeout(total=request_seconds, sock_connect=CONNECT_SECONDS),
        middlewares=(_loopback_without_proxy,),
    )

    def client(*handlers: AsyncRetryHandler) -> AsyncWebClient:
        return AsyncWebClient(
            token=token, base_url=api_url, session=session, retry_handlers=list(handlers)
        )

    reads = client(
        AsyncConnectionErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=1),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    )
    return Clients(reads=reads, writes=client(), session=session)


def is_loopback(url: str | URL) -> bool:
    """Whether a URL names this very machine."""
    host = URL(url).host or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _loopback_without_proxy(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    # slack_sdk takes the proxy from the environment, and NO_PROXY does not count for it; Bolt's
    # copies of a client would take it up again, so that it is undone where all of them meet.
    if is_loopback(request.url):
        request.update_proxy(None, None, None)
    return await send(request)
