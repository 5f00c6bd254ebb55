"""The files that people give in forms, read from Slack within bounds of size and time."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from yarl import URL

from bot.domain.errors import FileUnfit, WhyFileUnfit
from bot.domain.ports import File
from bot.slack.clients import Clients
from bot.slack.errors import slack_word

log = structlog.get_logger(__name__)

#: How long somebody who sent a form waits for its file, in seconds.
PATIENCE = 20.0

#: Where Slack keeps files; the token goes nowhere else.
#: https://docs.slack.dev/reference/objects/file-object
_FILES = URL("https://files.slack.com")


class SlackFiles:
    """The Files of `bot.domain.ports`."""

    def __init__(self, clients: Clients) -> None:
        self._reads = clients.reads
        self._session = clients.session
        self._homes = {_FILES.origin(), URL(clients.reads.base_url).origin()}

    async def read(self, field: str, file_id: str, user_id: str, largest: int) -> File:
        """The file, where that person gave it and it has at most `largest` bytes.

        Raises FileUnfit: NOT_YOURS, TOO_LARGE, or GONE where Slack does not give it out.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._read(field, file_id, user_id, largest)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, ValueError) as problem:
            reason = slack_word(problem) or type(problem).__name__
            log.warning("file not read", file=file_id, error=reason)
            raise FileUnfit(field, WhyFileUnfit.GONE) from problem

    async def _read(self, field: str, file_id: str, user_id: str, largest: int) -> File:
        about = await self._about(file_id)
        # Anybody may name any file that the bot can see.
        if about.get("user") != user_id:
            raise FileUnfit(field, WhyFileUnfit.NOT_YOURS)
        if int(about.get("size") or 0) > largest:
            raise FileUnfit(field, WhyFileUnfit.TOO_LARGE)
        content = await self._content(str(about.get("url_private_download") or ""), largest + 1)
        if content is None:
            raise FileUnfit(field, WhyFileUnfit.GONE)
        if len(content) > largest:
            raise FileUnfit(field, WhyFileUnfit.TOO_LARGE)
        return File(str(about.get("name") or ""), content)

    async def _about(self, file_id: str) -> Mapping[str, Any]:
        answer = await self._reads.files_info(file=file_id)
        return answer.get("file") or {}

    async def _content(self, url: str, most: int) -> bytes | None:
        """The first bytes of what is there, at most so many; None where nothing is given out."""
        if not self._is_slacks(url):
            log.warning("file at a foreign address", host=URL(url).host or "")
            return None
        headers = {"Authorization": f"Bearer {self._reads.token}"}
        # A redirect leads to a page to sign in at, and would take the token along.
        async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status != 200:
                log.warning("file not given out", status=answer.status)
                return None
            return await _at_most(answer.content, most)

    def _is_slacks(self, url: str) -> bool:
        address = URL(url)
        return address.is_absolute() and address.origin() in self._homes


async def _at_most(stream: aiohttp.StreamReader, most: int) -> bytes:
    content = bytearray()
    while len(content) < most and (chunk := await stream.read(most - len(content))):
        content += chunk
    return bytes(content)
