"""Writes announcements and cards in Slack, each call once, and finds again what it wrote."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata

from bot.domain.access import Place
from bot.domain.errors import AccessLost, MessageRefused, PersonUnknown, SendError, TryLater
from bot.domain.facts import SHARED
from bot.domain.messages import Message
from bot.domain.ports import Clock, Posted
from bot.domain.watching import Announcement, Card
from bot.slack.clients import Clients
from bot.slack.direct import DirectMessages
from bot.slack.errors import THREAD_GONE, read_error, slack_word, write_error
from bot.slack.fallback import one_line, plain_text, without_pictures
from bot.slack.render import render

#: The event type of the metadata that an announcement's message carries its key in.
EVENT_TYPE = "qfbot_announcement"

#: How far Slack's clock, which dates messages, may be behind ours.
CLOCK_TOLERANCE = timedelta(minutes=15)

#: How long to wait where Slack does not say what a channel is.
_PLACE_PAUSE = timedelta(seconds=5)
_LOOK_UP_SECONDS = 3.0

#: Slack is not to make links or mentions of plain text, nor to unfold links.
AS_WRITTEN: dict[str, Any] = {"parse": "none", "link_names": False}
NOT_UNFOLDED: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}

_PAGE = 200

_Call = Callable[..., Awaitable[Any]]


class SlackAnnouncer:
    """The Announcer of `bot.domain.ports`, for one bot user.

    Its calls end when the clients' own timeouts end them; a caller that gives up earlier has to
    take the outcome for unclear itself.
    """

    def __init__(
        self,
        clients: Clients,
        direct: DirectMessages,
        clock: Clock,
        bot_user_id: str,
        place: Callable[[str], Awaitable[Place]],
    ) -> None:
        """`place` tells what a channel is; it raises PersonUnknown where Slack does not."""
        self._place = place
        self._reads = clients.reads
        self._writes = clients.writes
        self._direct = direct
        self._clock = clock
        self._bot_user_id = bot_user_id
        self._unsearchable: set[str] = set()

    @property
    def can_search(self) -> bool:
        """Whether no channel has refused `find` for the lack of a history scope."""
        return not self._unsearchable

    async def post(
        self, announcement: Announcement, message: Message, *, broadcast: bool = False
    ) -> Posted:
        """Post it once: with blocks, or where Slack refuses them as text, or as one line.

        Where the message that it should answer is gone, it stands in the channel itself.
        Raises TryLater, AccessLost, MessageRefused or OutcomeUnclear.
        """
        place: dict[str, Any] = {"channel": await self._own_channel(announcement.channel_id)}
        if announcement.thread_ts:
            place |= {"thread_ts": announcement.thread_ts, "reply_broadcast": broadcast}
        key = Metadata(event_type=EVENT_TYPE, event_payload={"key": announcement.key})
        try:
            return await self._post(place, message, key)
        except MessageRefused as refused:
            if not announcement.thread_ts or refused.reason not in THREAD_GONE:
                raise
        return await self._post({"channel": place["channel"]}, message, key)

    async def edit(self, card: Card, message: Message) -> None:
        """Show the card anew.

        Raises the same as `post`; MessageRefused("message_not_found") where it was deleted.
        """
        channel_id = await self._own_channel(card.channel_id)
        place = {"channel": channel_id, "ts": card.ts}
        await self._write(self._writes.chat_update, place, message)

    async def find(self, announcement: Announcement, since: datetime) -> Sequence[Posted]:
        """The messages that bear the announcement's key, the oldest first.

        A thread is read from its beginning, a channel from `since` (wall) on.

        None also where the bot has no scope to read the channel: `can_search` is False then.
        Raises TryLater or AccessLost where Slack could not be asked.
        """
        channel_id = await self._channel(announcement.channel_id)
        try:
            found = await self._search(channel_id, announcement, self._from(since))
        except Exception as problem:
            if slack_word(problem) == "missing_scope":
                self._unsearchable.add(channel_id)
                return ()
            raise read_error(problem, self._clock.wall()) from problem
        self._unsearchable.discard(channel_id)
        return found

    async def delete(self, posted: Posted) -> None:
        """Take a message away; one that is not there any more is no error.

        Raises the same as `post`.
        """
        try:
            await self._writes.chat_delete(channel=posted.channel_id, ts=posted.ts)
        except Exception as problem:
            if slack_word(problem) not in THREAD_GONE:
                raise write_error(problem, self._clock.wall()) from problem

    def _from(self, since: datetime) -> datetime:
        """From when on to read: an attempt lies never ahead, whatever the clock said then."""
        return min(since, self._clock.wall()) - CLOCK_TOLERANCE

    async def _own_channel(self, target: str) -> str:
        """The channel, where no other organisation reads along. Raises AccessLost or TryLater.

        It has a time limit of its own: as long as nothing was posted, that is certain.
        """
        try:
            async with asyncio.timeout(_LOOK_UP_SECONDS):
                channel_id = await self._channel(target)
                place = await self._place(channel_id)
        except (PersonUnknown, TimeoutError) as problem:
            raise TryLater(_PLACE_PAUSE, "place unknown") from problem
        if place.shared:
            raise AccessLost(SHARED)
        return channel_id

    async def _channel(self, target: str) -> str:
        try:
            return await self._direct.channel(target)
        except Exception as problem:
            raise read_error(problem, self._clock.wall()) from problem

    async def _post(self, place: dict[str, Any], message: Message, key: Metadata) -> Posted:
        arguments = {**place, **NOT_UNFOLDED, "metadata": key}
        answer = await self._write(self._writes.chat_postMessage, arguments, message)
        return Posted(channel_id=answer["channel"], ts=answer["ts"])

    async def _write(self, call: _Call, arguments: dict[str, Any], message: Message) -> Any:
        """Make the call with the richest form of the message that Slack takes."""
        error: SendError = MessageRefused("no form of the message was taken")
        for form in self._forms(message):
            attempted_at = self._clock.wall()
            try:
                return await call(**arguments, **AS_WRITTEN, **form)
            except Exception as problem:
                error = write_error(problem, attempted_at)
                if not isinstance(error, MessageRefused) or error.reason in THREAD_GONE:
                    raise error from problem
        raise error

    def _forms(self, message: Message) -> Iterator[dict[str, Any]]:
        # A picture is the likeliest part to be refused: Slack may not be done with it.
        for each in filter(None, (message, without_pictures(message))):
            rendered = render(each)
            if rendered.blocks:
                blocks = [block.to_dict() for block in rendered.blocks]
                yield {"text": rendered.text, "blocks": blocks}
        yield {"text": plain_text(message)}
        yield {"text": one_line(message)}

    async def _search(
        self, channel_id: str, announcement: Announcement, since: datetime
    ) -> Sequence[Posted]:
        found = {
            message["ts"]
            async for message in self._messages(channel_id, announcement.thread_ts, since)
            if self._bears(message, announcement.key)
        }
        return [Posted(channel_id, ts) for ts in sorted(found)]

    async def _messages(
        self, channel_id: str, thread_ts: str, since: datetime
    ) -> AsyncIterator[dict[str, Any]]:
        """The whole thread, or the channel's messages since then where there is no such thread."""
        window: dict[str, Any] = {
            "channel": channel_id,
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        if thread_ts:
            try:
                async for page in await self._reads.conversations_replies(ts=thread_ts, **window):
                    for message in page["messages"]:
                        yield message
                return
            except SlackApiError as problem:
                if slack_word(problem) not in THREAD_GONE:
                    raise
        window |= {"oldest": f"{since.timestamp():.6f}", "inclusive": True}
        async for page in await self._reads.conversations_history(**window):
            for message in page["messages"]:
                yield message

    def _bears(self, message: dict[str, Any], key: str) -> bool:
        metadata = message.get("metadata") or {}
        return (
            message.get("user") == self._bot_user_id
            and metadata.get("event_type") == EVENT_TYPE
            and (metadata.get("event_payload") or {}).get("key") == key
        )
