"""Answers to people: in a window, by the response URL while it lives, privately, or directly."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError

from bot.domain.calls import Reply
from bot.domain.messages import Message, Value
from bot.domain.ports import People
from bot.slack.clients import Clients
from bot.slack.fallback import plain_text
from bot.slack.render import Rendered, render
from bot.slack.windows import SlackWindow
from bot.wording import buttons

log = structlog.get_logger(__name__)

#: Seconds before each round of the ways: where all are closed, Slack throttles or is down for a
#: while, and somebody still waits for an answer.
_PAUSES = (0.0, 2.0, 5.0, 15.0)


@dataclass(frozen=True)
class ReplyPath:
    """How somebody can be answered, in a thread where it names one.

    `replaces`: the answer stands in the place of the question. `direct`: the channel is their own
    direct messages with the bot, where an answer stays like all that is said there. A `trigger_id`
    opens a window for a moment; a `view_id` names one that is open, under a title.
    """

    user_id: str
    channel_id: str
    response_url: str = ""
    thread_ts: str = ""
    replaces: bool = False
    direct: bool = False
    trigger_id: str = ""
    view_id: str = ""
    view_title: Value = "qfbot"


class Replies:
    """Tries one way after the other; an answer that was perhaps read by all is not repeated."""

    def __init__(self, clients: Clients, people: People) -> None:
        self._clients = clients
        self._people = people

    async def window(self, path: ReplyPath) -> SlackWindow:
        """The window that a question may be answered in, for one who reads their language."""
        return SlackWindow(
            self._clients,
            trigger_id=path.trigger_id,
            view_id=path.view_id,
            title=path.view_title,
            language=await self._people.language(path.user_id),
        )

    async def deliver(self, reply: Reply, path: ReplyPath, window: SlackWindow) -> None:
        """Answer, or log that there was no way to."""
        if await window.show(reply) and not reply.for_all:
            return
        message = reply.message.read_in(window.language)
        rendered = render(message)
        if reply.for_all:
            if await self._by_response_url(rendered, path, for_all=True):
                return
            log.warning("not shared", channel=path.channel_id)
            rendered = render(buttons.not_shared(message))
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            if await self._by_any_way(message, rendered, path):
                return
        log.warning("no way to answer", user=path.user_id, channel=path.channel_id)

    async def _by_any_way(self, message: Message, rendered: Rendered, path: ReplyPath) -> bool:
        # A private answer that comes twice does less harm than one that does not come.
        for form in (rendered, Rendered(plain_text(message), ())):
            for way in (self._by_response_url, self._privately, self._directly):
                if await way(form, path):
                    return True
        return False

    async def _by_response_url(
        self, rendered: Rendered, path: ReplyPath, *, for_all: bool = False
    ) -> bool:
        if not path.response_url:
            return False
        # https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
        body: dict[str, Any] = {
            "response_type": "in_channel" if for_all else "ephemeral",
            "replace_original": path.replaces and not for_all,
            "text": rendered.text,
            "blocks": [block.to_dict() for block in rendered.blocks],
        }
        try:
            async with self._clients.session.post(path.response_url, json=body) as answer:
                return answer.status < 400
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _privately(self, rendered: Rendered, path: ReplyPath) -> bool:
        if not path.channel_id or path.direct:
            return False
        try:
            await self._clients.writes.chat_postEphemeral(
                channel=path.channel_id,
                user=path.user_id,
                thread_ts=path.thread_ts or None,
                text=rendered.text,
                blocks=rendered.blocks,
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            return False
        return True

    async def _directly(self, rendered: Rendered, path: ReplyPath) -> bool:
        try:
            await self._clients.writes.chat_postMessage(
                channel=(path.direct and path.channel_id) or path.user_id,
                thread_ts=(path.direct and path.thread_ts) or None,
                text=rendered.text,
                blocks=rendered.blocks,
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            return False
        return True
