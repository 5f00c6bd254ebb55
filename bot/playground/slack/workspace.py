"""The workspace: its people, channels, groups and messages, and how they change."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from bot.playground.slack.clock import Clock
from bot.playground.slack.feed import Feed
from bot.playground.slack.happenings import (
    ChannelChanged,
    MemberJoined,
    MemberLeft,
    MessageChanged,
    MessageDeleted,
    MessagePosted,
    UserGroupChanged,
)
from bot.playground.slack.ids import Ids, Timestamps, ts_value
from bot.playground.slack.values import Channel, Message, User, UserGroup

TEAM_ID = "T0PLAY0001"
TEAM_DOMAIN = "playground"
OTHER_TEAM_ID = "T0OTHER001"
APP_ID = "A0PLAY0001"
SLACKBOT_ID = "USLACKBOT"

T = TypeVar("T")


class Workspace:
    """All that is in the workspace now; every change is written to the feed."""

    def __init__(self, feed: Feed, clock: Clock, bot_name: str = "qfbot") -> None:
        self._feed = feed
        self._ids = Ids()
        self._timestamps = Timestamps(clock)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.user_groups: dict[str, UserGroup] = {}
        self._messages: dict[tuple[str, str], Message] = {}
        self._by_channel: dict[str, list[str]] = {}
        self._by_thread: dict[tuple[str, str], list[str]] = {}
        self.bot = self.add_user(bot_name, is_bot=True)
        self.users[SLACKBOT_ID] = User(SLACKBOT_ID, "slackbot", "Slackbot", TEAM_ID)

    def add_user(
        self,
        name: str,
        *,
        id: str | None = None,
        locale: str = "en-US",
        tz: str = "UTC",
        is_restricted: bool = False,
        is_stranger: bool = False,
        is_bot: bool = False,
        deleted: bool = False,
    ) -> User:
        """Add a person (or a bot); a stranger belongs to another workspace (Slack Connect)."""
        user = User(
            id=id or self._ids.next("U"),
            name=name,
            real_name=name.capitalize(),
            team_id=OTHER_TEAM_ID if is_stranger else TEAM_ID,
            locale=locale,
            tz=tz,
            is_restricted=is_restricted,
            is_stranger=is_stranger,
            is_bot=is_bot,
            deleted=deleted,
            bot_id=self._ids.next("B") if is_bot else None,
        )
        self.users[user.id] = user
        return user

    def change_user(self, user: str | User, **changes: Any) -> User:
        """Replace fields of a user, such as `locale` or `deleted`."""
        changed = replace(self.user(user), **changes)
        self.users[changed.id] = changed
        return changed

    def add_channel(
        self,
        name: str,
        *,
        id: str | None = None,
        is_private: bool = False,
        is_archived: bool = False,
        is_ext_shared: bool = False,
        members: Iterable[str | User] = (),
    ) -> Channel:
        """Add a channel with these members; the app's bot is a member only where it is named."""
        channel = Channel(
            id=id or self._ids.next("C"),
            name=name.removeprefix("#"),
            kind="private" if is_private else "public",
            is_archived=is_archived,
            is_ext_shared=is_ext_shared,
            members=frozenset(self.user(each).id for each in members),
        )
        return self._keep(channel)

    def add_user_group(self, handle: str, users: Iterable[str | User] = ()) -> UserGroup:
        """Add a user group, named by `@handle`."""
        members = tuple(self.user(each).id for each in users)
        group = UserGroup(self._ids.next("S"), handle.removeprefix("@"), members)
        self.user_groups[group.id] = group
        return group

    def change_user_group(self, group: str | UserGroup, users: Iterable[str | User]) -> UserGroup:
        """Give the group these people instead."""
        before = self.user_group(group)
        after = replace(before, users=tuple(self.user(each).id for each in users))
        self.user_groups[after.id] = after
        added = tuple(each for each in after.users if each not in before.users)
        removed = tuple(each for each in before.users if each not in after.users)
        self._feed.write(UserGroupChanged(after, added, removed))
        return after

    def open_dm(self, user: str | User) -> Channel:
        """Return the direct messages between the app's bot and `user`."""
        return self.open_dm_between(self.bot, user)

    def open_dm_between(self, one: str | User, other: str | User) -> Channel:
        """Return the direct messages between two people."""
        pair = (self.user(one), self.user(other))
        members = frozenset(each.id for each in pair)
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == members:
                return channel
        shared = any(each.is_stranger for each in pair)
        return self._keep(
            Channel(
                self._ids.next("D"),
                "directmessage",
                kind="im",
                is_ext_shared=shared,
                members=members,
            )
        )

    def invite(
        self, channel: str | Channel, user: str | User, by: str | User | None = None
    ) -> Channel:
        """Make `user` a member; nothing happens where they are one."""
        before, member = self.channel(channel), self.user(user).id
        if member in before.members:
            return before
        after = self._keep(replace(before, members=before.members | {member}), quiet=True)
        self._feed.write(MemberJoined(after, member, self.user(by).id if by else None))
        return after

    def kick(self, channel: str | Channel, user: str | User) -> Channel:
        """Take `user` out of the channel."""
        before, member = self.channel(channel), self.user(user).id
        after = self._keep(replace(before, members=before.members - {member}), quiet=True)
        self._feed.write(MemberLeft(after, member))
        return after

    def archive(self, channel: str | Channel, archived: bool = True) -> Channel:
        """Archive the channel, or open it again with `archived=False`."""
        return self._keep(replace(self.channel(channel), is_archived=archived))

    def user(self, which: str | User) -> User:
        """Find a user by value, id, or name with or without @; KeyError where there is none."""
        key = which.id if isinstance(which, User) else which.removeprefix("@")
        if key in self.users:
            return self.users[key]
        return _only(key, (each for each in self.users.values() if each.name == key))

    def channel(self, which: str | Channel) -> Channel:
        """Find a channel by value, id, or name with or without #; KeyError where there is none."""
        key = which.id if isinstance(which, Channel) else which.removeprefix("#")
        if key in self.channels:
            return self.channels[key]
        named = (each for each in self.channels.values() if each.name == key and each.kind != "im")
        return _only(key, named)

    def user_group(self, which: str | UserGroup) -> UserGroup:
        """Find a user group by value, id or handle; KeyError where there is none."""
        key = which.id if isinstance(which, UserGroup) else which.removeprefix("@")
        if key in self.user_groups:
            return self.user_groups[key]
        return _only(key, (each for each in self.user_groups.values() if each.handle == key))

    def next_id(self, prefix: str) -> str:
        """Return a new id of a kind that others keep (files, views)."""
        return self._ids.next(prefix)

    def post(self, channel: str, user: str, **fields: Any) -> Message:
        """Add a message by `user` to the channel (both ids); fields as `Message` names them."""
        message = Message(channel=channel, ts=self._timestamps.next(), user=user, **fields)
        self._messages[channel, message.ts] = message
        self._by_channel.setdefault(channel, []).append(message.ts)
        if message.thread_ts is not None:
            self._by_thread.setdefault((channel, message.thread_ts), []).append(message.ts)
        self._feed.write(MessagePosted(message))
        return message

    def edit(self, message: Message, **changes: Any) -> Message:
        """Replace fields of a message."""
        before = self._messages[message.channel, message.ts]
        after = replace(before, revision=before.revision + 1, **changes)
        self._messages[message.channel, message.ts] = after
        self._feed.write(MessageChanged(after, before))
        return after

    def delete(self, message: Message) -> Message:
        """Take a message away; it stays known as deleted."""
        gone = replace(self._messages[message.channel, message.ts], deleted=True)
        self._messages[message.channel, message.ts] = gone
        self._feed.write(MessageDeleted(gone))
        return gone

    def message(self, channel: str, ts: str) -> Message | None:
        """Return the present version of a message that is there, ephemeral or not."""
        found = self._messages.get((channel, ts))
        return None if found is None or found.deleted else found

    def messages(self, channel: str) -> Iterator[Message]:
        """Yield what is in a channel now, ephemeral messages too, oldest first."""
        for ts in self._by_channel.get(channel, []):
            if (message := self.message(channel, ts)) is not None:
                yield message

    def newest_first(self, channel: str) -> Iterator[Message]:
        """Yield what everyone may read in a channel, newest first."""
        for ts in reversed(self._by_channel.get(channel, [])):
            message = self.message(channel, ts)
            if message is not None and message.ephemeral_to is None:
                yield message

    def replies(self, channel: str, ts: str) -> list[Message]:
        """Return the public replies below a message, oldest first."""
        below = (self.message(channel, each) for each in self._by_thread.get((channel, ts), ()))
        return [each for each in below if each is not None and each.ephemeral_to is None]

    def permalink(self, message: Message) -> str:
        """Return the message's address, in Slack's form."""
        where = f"https://{TEAM_DOMAIN}.slack.com/archives/{message.channel}"
        return f"{where}/p{ts_value(message.ts)}"

    def _keep(self, channel: Channel, *, quiet: bool = False) -> Channel:
        self.channels[channel.id] = channel
        if not quiet:
            self._feed.write(ChannelChanged(channel))
        return channel


def _only(key: str, found: Iterator[T]) -> T:
    for each in found:
        return each
    raise KeyError(key)
