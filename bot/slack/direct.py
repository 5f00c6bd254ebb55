"""The direct messages between the bot and somebody: which channel they are."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.recent import Recent

_USER_ID = re.compile(r"[UW][A-Z0-9]+")
# The channel of two parties never changes; the limit only keeps the cache honest.
_LIFETIME = timedelta(days=1)
_SIZE = 10_000


class DirectMessages:
    """Opens direct messages; opening one that is open changes nothing, so it may be repeated."""

    def __init__(self, reads: AsyncWebClient, now: Callable[[], datetime]) -> None:
        self._reads = reads
        self._channels = Recent[str, str](_LIFETIME, now, size=_SIZE)

    async def channel(self, target: str) -> str:
        """The channel to write in: a user id's direct messages, or the channel id given.

        Raises SlackApiError and aiohttp's errors.
        """
        if not _USER_ID.fullmatch(target):
            return target
        return await self._channels.get(target, lambda: self._open(target))

    async def _open(self, user_id: str) -> str:
        answer = await self._reads.conversations_open(users=user_id)
        return str(answer["channel"]["id"])
