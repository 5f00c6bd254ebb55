"""One call of a Web API method: its arguments, and the look-ups that many methods share."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.playground.slack.arguments import Arguments
from bot.playground.slack.errors import SlackError
from bot.playground.slack.ids import ts_value
from bot.playground.slack.platform import Platform
from bot.playground.slack.scopes import require_family
from bot.playground.slack.values import Channel, Json, Message, User
from bot.playground.slack.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """What a method's handler gets; it returns the body of the answer, or raises SlackError."""

    platform: Platform
    arguments: Arguments

    @property
    def workspace(self) -> Workspace:
        return self.platform.workspace

    @property
    def bot(self) -> User:
        return self.workspace.bot

    @property
    def scopes(self) -> frozenset[str]:
        return self.platform.installation.scopes

    def channel(self, argument: str = "channel", *, reading: str = "") -> Channel:
        """Return a conversation that the bot can know of, else `channel_not_found`.

        `reading` ("read" or "history") asks for the scope of its kind as well.
        """
        channel = self.workspace.channels.get(self.arguments.text(argument))
        if channel is None:
            raise SlackError("channel_not_found")
        if reading:
            require_family(channel.kind, reading, self.scopes)
        if channel.is_private and self.bot.id not in channel.members:
            raise SlackError("channel_not_found")
        return channel

    def user(self, argument: str = "user") -> User:
        """Return a user of this workspace, or one that it knows; else `user_not_found`."""
        user = self.workspace.users.get(self.arguments.text(argument))
        if user is None:
            raise SlackError("user_not_found")
        return user

    def message(self, channel: Channel, argument: str, error: str = "message_not_found") -> Message:
        """Return a message that everyone in the channel can see, else refuse with `error`."""
        message = self.workspace.message(channel.id, self.arguments.text(argument))
        if message is None or message.ephemeral_to is not None:
            raise SlackError(error)
        return message

    def ts(self, argument: str) -> int | None:
        """Return a timestamp argument as microseconds; None where it is absent."""
        text = self.arguments.text(argument)
        try:
            return ts_value(text) if text else None
        except ValueError:
            raise SlackError(f"invalid_ts_{argument}") from None

    def page(self, items: Sequence[T], default: int, most: int) -> tuple[list[T], Json]:
        """Return the page that `cursor` and `limit` ask for, and the answer's metadata."""
        limit = min(max(self.arguments.number("limit", default), 1), most)
        start = self._cursor()
        end = start + limit
        following = _encoded(end) if end < len(items) else ""
        return list(items[start:end]), {"response_metadata": {"next_cursor": following}}

    def _cursor(self) -> int:
        cursor = self.arguments.text("cursor")
        try:
            return int(base64.urlsafe_b64decode(cursor).decode()) if cursor else 0
        except (binascii.Error, ValueError):
            raise SlackError("invalid_cursor") from None


Handler = Callable[[Call], Json]
Methods = Mapping[str, Handler]


def _encoded(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode()
