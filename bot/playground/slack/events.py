"""Tells the app, by the Events API, what happened in the workspace.

Shapes and conditions from https://docs.slack.dev/reference/events/
"""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.playground.slack.delivery import Courier, Delivery, Exchange
from bot.playground.slack.feed import Entry
from bot.playground.slack.happenings import (
    Happening,
    HomeOpened,
    MemberJoined,
    MemberLeft,
    MessageChanged,
    MessageDeleted,
    MessagePosted,
    UserGroupChanged,
)
from bot.playground.slack.ids import event_id, ts_value
from bot.playground.slack.platform import Platform
from bot.playground.slack.typed import links
from bot.playground.slack.values import Channel, Json, Message
from bot.playground.slack.wire import group_object, message_object, view_object
from bot.playground.slack.workspace import APP_ID, TEAM_ID

_CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im"}
_MESSAGE_EVENTS = {"public": "message.channels", "private": "message.groups", "im": "message.im"}


class Events:
    """Watches the feed and delivers the events that the app subscribes to.

    What happens before the server listens is told to nobody: it is how the workspace was made.
    """

    def __init__(self, platform: Platform, courier: Courier) -> None:
        self._platform = platform
        self._courier = courier
        self._latest: list[asyncio.Task[Exchange]] = []
        platform.feed.observe(self._tell)

    async def settle(self) -> Exchange:
        """Return what came of the first attempts for what happened just now.

        To be called right after the change, with no await between. Of several events the worst
        exchange is returned; an empty one where the app was told nothing.
        """
        exchanges = await asyncio.gather(*self._latest)
        return min(exchanges, key=lambda each: each.acked, default=Exchange())

    def _tell(self, entry: Entry) -> None:
        is_open = bool(self._platform.address)
        deliveries = list(self._deliveries(entry.what)) if is_open else []
        if deliveries or isinstance(entry.what, MessagePosted | HomeOpened):
            start = self._platform.tasks.start
            self._latest = [start(self._courier.deliver(each)) for each in deliveries]

    def _deliveries(self, what: Happening) -> Iterator[Delivery]:
        for subscription, event in events_of(what, self._platform):
            if subscription in self._platform.installation.events:
                yield Delivery("events_api", str(event["type"]), self._envelope(event))

    def _envelope(self, event: Json) -> Json:
        workspace = self._platform.workspace
        now = self._platform.clock.wall().timestamp()
        channel = workspace.channels.get(str(event.get("channel")))
        return {
            "token": self._platform.credentials.verification_token,
            "team_id": TEAM_ID,
            "context_team_id": TEAM_ID,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": {**event, "event_ts": event.get("event_ts", f"{now:.6f}")},
            "type": "event_callback",
            "event_id": event_id(),
            "event_time": int(now),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM_ID,
                    "user_id": workspace.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": channel is not None and channel.is_ext_shared,
        }


def events_of(what: Happening, platform: Platform) -> Iterator[tuple[str, Json]]:
    """Yield the events for a happening, each with the subscription that it comes by."""
    match what:
        case MessagePosted(message) if message.ephemeral_to is None:
            yield from _of_message(message, platform)
        case MessageChanged(message, before) if message.ephemeral_to is None:
            versions = {
                "message": message_object(message, platform.workspace),
                "previous_message": message_object(before, platform.workspace),
            }
            yield from _of_change(message, platform, "message_changed", versions)
        case MessageDeleted(message) if message.ephemeral_to is None:
            yield from _of_change(message, platform, "message_deleted", {"deleted_ts": message.ts})
        case MemberJoined(channel, user, inviter):
            yield from _of_member("member_joined_channel", channel, user, platform, inviter)
        case MemberLeft(channel, user):
            yield from _of_member("member_left_channel", channel, user, platform, None)
        case UserGroupChanged(group, added, removed):
            yield (
                "subteam_members_changed",
                {
                    "type": "subteam_members_changed",
                    "subteam_id": group.id,
                    "team_id": TEAM_ID,
                    "added_users": list(added),
                    "added_users_count": len(added),
                    "removed_users": list(removed),
                    "removed_users_count": len(removed),
                    "subteam": group_object(group),
                },
            )
        case HomeOpened(user, tab):
            yield "app_home_opened", _home_opened(user, tab, platform)


def _of_message(message: Message, platform: Platform) -> Iterator[tuple[str, Json]]:
    workspace = platform.workspace
    channel = workspace.channels[message.channel]
    is_member = workspace.bot.id in channel.members
    seen = {**message_object(message, workspace), "channel": channel.id, "event_ts": message.ts}
    if workspace.users[message.user].is_stranger:
        seen |= {"user_team": seen["team"], "source_team": seen["team"]}
    if is_member:
        of_kind = {**seen, "channel_type": _CHANNEL_TYPES[channel.kind]}
        yield _MESSAGE_EVENTS[channel.kind], of_kind
    if message.bot_id is not None:
        return
    # Direct messages to the app are never app_mentions.
    # https://docs.slack.dev/reference/events/app_mention/
    if is_member and channel.kind != "im" and f"<@{workspace.bot.id}" in message.text:
        yield "app_mention", {**seen, "type": "app_mention"}
    if shared := _shared_links(message, platform):
        yield "link_shared", _link_shared(message, shared, is_member)


def _of_change(
    message: Message, platform: Platform, subtype: str, fields: Json
) -> Iterator[tuple[str, Json]]:
    channel = platform.workspace.channels[message.channel]
    if platform.workspace.bot.id in channel.members:
        yield (
            _MESSAGE_EVENTS[channel.kind],
            {
                "type": "message",
                "subtype": subtype,
                "hidden": True,
                "channel": channel.id,
                "channel_type": _CHANNEL_TYPES[channel.kind],
                **fields,
            },
        )


def _of_member(
    name: str, channel: Channel, user: str, platform: Platform, inviter: str | None
) -> Iterator[tuple[str, Json]]:
    bot = platform.workspace.bot.id
    if bot in channel.members or bot == user:
        kind = "C" if channel.kind == "public" else "G"
        event = {"type": name, "user": user, "channel": channel.id, "channel_type": kind}
        yield name, {**event, "team": TEAM_ID, **({"inviter": inviter} if inviter else {})}


def _shared_links(message: Message, platform: Platform) -> list[Json]:
    hosts = ((url, urlsplit(url).hostname or "") for url in links(message.text))
    unfurls = platform.installation.unfurls
    return [{"url": url, "domain": host} for url, host in hosts if unfurls(host)]


def _link_shared(message: Message, shared: list[Json], is_member: bool) -> Json:
    event = {
        "type": "link_shared",
        "user": message.user,
        "channel": message.channel,
        "message_ts": message.ts,
        "links": shared,
        "source": "conversations_history",
        "unfurl_id": f"{message.channel}.{ts_value(message.ts)}",
        "is_bot_user_member": is_member,
        "event_ts": message.ts,
    }
    return {**event, "thread_ts": message.thread_ts} if message.is_reply else event


def _home_opened(user: str, tab: str, platform: Platform) -> Json:
    channel = platform.workspace.open_dm(user).id
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab}
    home = platform.views.home(user)
    if home is not None and tab == "home":
        event["view"] = view_object(home, platform.workspace.bot.bot_id)
    return event
