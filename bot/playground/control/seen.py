"""The workspace as one person sees it, as JSON for the page."""

from bot.playground.control.readings import Readings
from bot.playground.control.verbs import Json
from bot.playground.slack import Channel, LocalSlack, Message, Person, User, View

#: The messages of a channel that the page begins with; older ones stay with the server.
_SHOWN = 300


def workspace_seen(person: Person, slack: LocalSlack, readings: Readings) -> Json:
    """Everything that this person sees at first."""
    channels = channels_seen(person, slack, readings)
    return {
        "me": person.id,
        "bot": slack.bot_user_id,
        "people": [_user(each) for each in slack.workspace.users.values()],
        "groups": [
            {"id": group.id, "name": group.handle} for group in slack.workspace.user_groups.values()
        ],
        "channels": channels,
        "messages": [
            message_seen(message)
            for channel in channels
            for message in person.sees(channel["id"])[-_SHOWN:]
        ],
        "usage": dict(slack.installation.usage),
        "shortcuts": dict(slack.installation.message_shortcuts),
        "has_home": slack.installation.has_home_tab,
        **views_seen(person),
    }


def channels_seen(person: Person, slack: LocalSlack, readings: Readings) -> list[Json]:
    """The conversations in this person's reach."""
    return [
        _channel(each, person, readings)
        for each in slack.workspace.channels.values()
        if is_in_reach(each, person)
    ]


def is_in_reach(channel: Channel, person: Person) -> bool:
    """Whether somebody can look into a channel; guests only into those that they are in."""
    is_open = channel.kind == "public" and not person.user.is_restricted
    return is_open or person.id in channel.members


def message_seen(message: Message) -> Json:
    """One version of a message."""
    return {
        "channel": message.channel,
        "ts": message.ts,
        "revision": message.revision,
        "user": message.user,
        "text": message.text,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "thread_ts": message.thread_ts,
        "broadcast": message.broadcast,
        "ephemeral": message.ephemeral_to is not None,
        "edited": message.edited,
        "files": [
            {"id": file.id, "title": file.title, "alt": file.alt_text, "size": file.size}
            for file in message.files
        ],
        "reactions": [list(each) for each in message.reactions],
    }


def views_seen(person: Person) -> Json:
    """The form in front, and the Home tab."""
    return {"view": _view(person.open_view), "home": _view(person.sees_home())}


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "is_bot": user.is_bot,
        "is_guest": user.is_restricted,
        "is_stranger": user.is_stranger,
        "locale": user.locale,
        "tz": user.tz,
    }


def _channel(channel: Channel, person: Person, readings: Readings) -> Json:
    other = next((each for each in channel.members if each != person.id), person.id)
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "with": other if channel.kind == "im" else None,
        "is_archived": channel.is_archived,
        "is_shared": channel.is_ext_shared,
        "members": sorted(channel.members),
        "last_read": readings.last(person.id, channel.id),
    }


def _view(view: View | None) -> Json | None:
    if view is None:
        return None
    return {
        "id": view.id,
        "hash": view.hash,
        "content": view.content,
        "errors": dict(view.errors or {}),
        "values": dict(view.values or {}),
        "appeared": dict(view.appeared),
        "is_pushed": view.previous_id is not None,
    }
