"""The Web API clients: one that repeats what it reads, one that never repeats what it writes."""

import logging
from dataclasses import dataclass
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

from bot.happenings import Tell, nobody
from bot.slack.calls import telling_of_calls
from bot.slack.proxies import open_session

# Below this level it writes down every request and answer, the tickets of lines and what people
# wrote among them; and it puts them into words for that even where nobody reads them.
logging.getLogger("slack_sdk.web.async_base_client").setLevel(logging.INFO)

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


def open_clients(
    token: str, api_url: str, *, request_seconds: float = REQUEST_SECONDS, tell: Tell = nobody
) -> Clients:
    """The clients for one bot token; to be called, and closed, within one running event loop."""
    session = open_session(
        # AsyncWebClient's own timeout has no effect on a session that is given to it.
        aiohttp.ClientTimeout(total=request_seconds, sock_connect=CONNECT_SECONDS),
        telling_of_calls(api_url, tell),
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
