"""What a workspace consists of: frozen values, replaced as a whole when something changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.playground.slack.elements import Interactive, interactives

Json = dict[str, Any]
ChannelKind = Literal["public", "private", "im"]


@dataclass(frozen=True, slots=True)
class User:
    """A person or an app's bot; `team_id` differs from the workspace's for a stranger."""

    id: str
    name: str
    real_name: str
    team_id: str
    locale: str = "en-US"
    tz: str = "UTC"
    is_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False
    bot_id: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation; `members` are user ids."""

    id: str
    name: str
    kind: ChannelKind = "public"
    is_archived: bool = False
    is_ext_shared: bool = False
    members: frozenset[str] = frozenset()

    @property
    def is_private(self) -> bool:
        return self.kind != "public"


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A handle that stands for several people; `users` are user ids."""

    id: str
    handle: str
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file; Slack knows its type only once `processed_at` has passed."""

    id: str
    name: str
    title: str
    user: str
    size: int
    alt_text: str = ""
    content: bytes = field(default=b"", repr=False)
    complete: bool = False
    processed_at: datetime | None = None
    shares: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One version of a message, as it stood at one moment."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str | None = None
    metadata: Json | None = None
    ephemeral_to: str | None = None
    broadcast: bool = False
    edited: bool = False
    deleted: bool = False
    revision: int = 0
    bot_id: str | None = None
    files: tuple[File, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def interactives(self) -> tuple[Interactive, ...]:
        """Everything in it that a person can use, attachments included."""
        return tuple(interactives(list(self._all_blocks())))

    @property
    def buttons(self) -> tuple[Interactive, ...]:
        """The buttons, in reading order."""
        return tuple(each for each in self.interactives if each.is_button)

    def _all_blocks(self) -> Iterator[Json]:
        yield from self.blocks
        for attachment in self.attachments:
            yield from attachment.get("blocks", ())


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home tab as one person has it before them; `values` is what they entered.

    `appeared` has a mark for each of its blocks that can be used: another one where the app took
    the block away and brought it back.
    """

    id: str
    hash: str
    user: str
    type: Literal["modal", "home"]
    content: Json
    root_id: str
    previous_id: str | None = None
    values: Mapping[str, Any] | None = None
    errors: Mapping[str, str] | None = None
    appeared: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[Json, ...]:
        return tuple(self.content.get("blocks", ()))

    @property
    def title(self) -> str:
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def can_be_sent(self) -> bool:
        """Whether there is something to send: a modal without a submit button is only read."""
        return bool(self.content.get("submit"))

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id", ""))

    @property
    def interactives(self) -> tuple[Interactive, ...]:
        return tuple(interactives(list(self.blocks)))

    @property
    def buttons(self) -> tuple[Interactive, ...]:
        return tuple(each for each in self.interactives if each.is_button)
