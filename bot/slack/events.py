"""Events as Slack sends them, read into what is handed over; None where they are not for the bot.

https://docs.slack.dev/reference/events
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.calls import Way
from bot.slack.desk import Question
from bot.slack.home import Visit
from bot.slack.payloads import part_of, text_of
from bot.slack.replies import ReplyPath
from bot.slack.unfolding import SharedLinks

#: What somebody says; a message of any other sort tells that one was changed, or that one came.
_SAYING = frozenset({"", "file_share", "thread_broadcast"})

#: What may stand between a mention and what is asked.
_AFTER_MENTION = " \t\r\n\u3000,:;，：；、"


@dataclass(frozen=True)
class Arrival:
    """The bot was brought into a channel, by somebody where that is known."""

    channel_id: str
    inviter: str
    event_id: str


def mentioned(body: Mapping[str, Any], bot_user_id: str) -> Question | None:
    """An app_mention event: answered where it stands, in its thread where it is in one.

    What follows the mention is asked, or what stands before it where nothing follows.
    """
    event = part_of(body, "event")
    if not _is_said(event, bot_user_id):
        return None
    path = ReplyPath(
        text_of(event, "user"), text_of(event, "channel"), thread_ts=text_of(event, "thread_ts")
    )
    return _question(body, bot_user_id, path)


def told_directly(body: Mapping[str, Any], bot_user_id: str) -> Question | None:
    """A message.im event: what somebody writes in the bot's own messages is meant for it."""
    event = part_of(body, "event")
    if text_of(event, "channel_type") != "im" or not _is_said(event, bot_user_id):
        return None
    path = ReplyPath(
        text_of(event, "user"),
        text_of(event, "channel"),
        thread_ts=text_of(event, "thread_ts"),
        direct=True,
    )
    return _question(body, bot_user_id, path)


def opened_home(body: Mapping[str, Any]) -> Visit | None:
    """An app_home_opened event, of the Home tab."""
    event = part_of(body, "event")
    if text_of(event, "tab") != "home":
        return None
    view_hash = text_of(part_of(event, "view"), "hash")
    return Visit(text_of(event, "user"), text_of(body, "team_id"), view_hash)


def shared_links(body: Mapping[str, Any]) -> SharedLinks | None:
    """A link_shared event, of a message that was posted.

    Of one that is still being written nobody knows yet who will read it; when it is posted, Slack
    tells of it again.
    """
    event = part_of(body, "event")
    channel_id = text_of(event, "channel")
    if text_of(event, "source") == "composer" or channel_id == "COMPOSER":
        return None
    return SharedLinks(
        text_of(event, "user"),
        text_of(body, "team_id"),
        channel_id,
        text_of(event, "message_ts"),
        tuple(filter(None, _urls(event.get("links")))),
    )


def arrived(body: Mapping[str, Any], bot_user_id: str) -> Arrival | None:
    """A member_joined_channel event, where it is the bot that joined."""
    event = part_of(body, "event")
    if text_of(event, "user") != bot_user_id:
        return None
    return Arrival(text_of(event, "channel"), text_of(event, "inviter"), text_of(body, "event_id"))


def _urls(links: object) -> Iterator[str]:
    for each in links if isinstance(links, list) else ():
        if isinstance(each, dict):
            yield text_of(each, "url")


def _is_said(event: Mapping[str, Any], bot_user_id: str) -> bool:
    """Whether a person says it: apps, the bot's own messages and changed ones are no questions."""
    return (
        text_of(event, "user") not in ("", bot_user_id)
        and not event.get("bot_id")
        and text_of(event, "subtype") in _SAYING
    )


def _question(body: Mapping[str, Any], bot_user_id: str, path: ReplyPath) -> Question:
    event = part_of(body, "event")
    team_id = text_of(event, "team") or text_of(body, "team_id")
    asked = _addressed(text_of(event, "text"), bot_user_id)
    return Question(asked, Way.MENTION, path.user_id, team_id, path)


def _addressed(text: str, bot_user_id: str) -> str:
    mention = re.search(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>", text)
    if mention is None:
        return text
    return text[mention.end() :].lstrip(_AFTER_MENTION) or text[: mention.start()]
