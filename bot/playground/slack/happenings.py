"""The kinds of things that happen in the local Slack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack.values import Channel, File, Message, UserGroup, View


@dataclass(frozen=True, slots=True)
class MessagePosted:
    """A message came; an ephemeral one where `message.ephemeral_to` is set."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A message was edited, unfurled or reacted to."""

    message: Message
    before: Message


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message went away."""

    message: Message


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Someone is now in a channel."""

    channel: Channel
    user: str
    inviter: str | None = None


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """Someone is no longer in a channel."""

    channel: Channel
    user: str


@dataclass(frozen=True, slots=True)
class ChannelChanged:
    """A channel was made, archived or opened again."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class UserGroupChanged:
    """A user group has other people now."""

    group: UserGroup
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ViewShown:
    """A person's modal or Home tab was opened, pushed, updated, published or given errors."""

    how: str
    view: View


@dataclass(frozen=True, slots=True)
class ViewClosed:
    """A person's modal went away."""

    view: View


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """A person looks at the app's Home (or Messages) tab."""

    user: str
    tab: str


@dataclass(frozen=True, slots=True)
class FileUploaded:
    """The app completed an upload."""

    file: File


@dataclass(frozen=True, slots=True)
class ApiCalled:
    """The app called a method; `outcome` is "ok", Slack's error name or what a fault did."""

    method: str
    outcome: str
    status: int
    seconds: float
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ResponseUrlUsed:
    """The app posted to a response_url; `body` is what it posted, None where that was no JSON."""

    outcome: str
    status: int
    user: str
    body: Any = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """Slack handed something to the app: one attempt, and what came back of it.

    The payload holds secrets (triggers, a response_url): whoever shows it strikes them out.
    """

    kind: str
    name: str
    transport: str
    attempt: int
    acked: bool
    problem: str | None
    seconds: float
    ack_payload: Any = None
    payload: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """The app connected by Socket Mode."""

    connection: int
    open_connections: int


@dataclass(frozen=True, slots=True)
class SocketClosed:
    """A Socket Mode connection ended."""

    connection: int
    open_connections: int


@dataclass(frozen=True, slots=True)
class SocketRefused:
    """A ticket for Socket Mode was used, stale or unknown."""

    why: str


Happening = (
    MessagePosted
    | MessageChanged
    | MessageDeleted
    | MemberJoined
    | MemberLeft
    | ChannelChanged
    | UserGroupChanged
    | ViewShown
    | ViewClosed
    | HomeOpened
    | FileUploaded
    | ApiCalled
    | ResponseUrlUsed
    | Delivered
    | SocketOpened
    | SocketClosed
    | SocketRefused
)
