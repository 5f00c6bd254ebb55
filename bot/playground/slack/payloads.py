"""What Slack tells the app of a command, a click, a form or a shortcut.

https://docs.slack.dev/reference/interaction-payloads/
"""

from typing import Any

from bot.playground.slack.elements import Interactive
from bot.playground.slack.platform import Platform
from bot.playground.slack.typed import encoded, escaped
from bot.playground.slack.values import Channel, Json, Message, User, View
from bot.playground.slack.wire import message_object, returned, view_object
from bot.playground.slack.workspace import APP_ID, TEAM_DOMAIN, TEAM_ID


def slash_command(platform: Platform, user: User, channel: Channel, line: str, key: str) -> Json:
    """The form of a slash command; `key` is the secret part of its response_url."""
    command, typed = (*line.split(maxsplit=1), "")[:2]
    escapes = platform.installation.escapes(command)
    text = encoded(typed, platform.workspace, labels=True) if escapes else escaped(typed)
    return {
        "token": platform.credentials.verification_token,
        "team_id": user.team_id,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text.strip(),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": platform.response_url(key),
        "trigger_id": platform.triggers.issue(user.id),
    }


def block_actions(
    platform: Platform,
    user: User,
    place: Message | View,
    used: Interactive,
    chosen: Json,
    state: Json,
) -> Json:
    """A button was clicked, or a menu's choice made; `chosen` is what the element adds.

    `state` is what all the place's inputs hold now.
    """
    action = {
        "type": used.type,
        "action_id": used.action_id,
        "block_id": used.block_id,
        "action_ts": _now(platform),
        **_shown_on(used.element),
        **chosen,
    }
    return {
        **_common(platform, "block_actions", user),
        **_where(platform, user, place, used.block_id),
        **({} if isinstance(place, View) else {"state": {"values": state}}),
        "trigger_id": platform.triggers.issue(user.id),
        "actions": [action],
    }


def block_suggestion(
    platform: Platform, user: User, place: Message | View, used: Interactive, query: str
) -> Json:
    """A person types into a menu whose options come from the app."""
    where = _where(platform, user, place, used.block_id)
    where.pop("response_url", None)
    return {
        **_common(platform, "block_suggestion", user),
        **where,
        "action_id": used.action_id,
        "block_id": used.block_id,
        "value": query,
    }


def view_submission(platform: Platform, user: User, view: View) -> Json:
    """A form was sent; its values stand in `view.state.values`."""
    return {
        **_common(platform, "view_submission", user),
        "trigger_id": platform.triggers.issue(user.id),
        "view": view_object(view, platform.workspace.bot.bot_id),
        "response_urls": [],
    }


def view_closed(platform: Platform, user: User, view: View, *, cleared: bool) -> Json:
    """A modal was closed whose `notify_on_close` is set."""
    return {
        **_common(platform, "view_closed", user),
        "view": view_object(view, platform.workspace.bot.bot_id),
        "is_cleared": cleared,
    }


def global_shortcut(platform: Platform, user: User, callback_id: str) -> Json:
    """A shortcut was chosen that belongs to no message."""
    return {
        **_common(platform, "shortcut", user),
        "callback_id": callback_id,
        "action_ts": _now(platform),
        "trigger_id": platform.triggers.issue(user.id),
    }


def message_shortcut(platform: Platform, user: User, callback_id: str, message: Message) -> Json:
    """A shortcut was chosen in a message's menu."""
    channel = platform.workspace.channels[message.channel]
    key = platform.response_urls.issue(user.id, channel.id)
    return {
        **_common(platform, "message_action", user),
        "callback_id": callback_id,
        "action_ts": _now(platform),
        "trigger_id": platform.triggers.issue(user.id),
        "response_url": platform.response_url(key),
        "message_ts": message.ts,
        "message": message_object(message, platform.workspace, metadata=True),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
    }


def _common(platform: Platform, kind: str, user: User) -> Json:
    return {
        "type": kind,
        "token": platform.credentials.verification_token,
        "api_app_id": APP_ID,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _where(platform: Platform, user: User, place: Message | View, block_id: str) -> Json:
    if isinstance(place, View):
        view = view_object(place, platform.workspace.bot.bot_id)
        return {"container": {"type": "view", "view_id": place.id}, "view": view}
    channel = platform.workspace.channels[place.channel]
    container: Json = {
        "type": "message",
        "message_ts": place.ts,
        "channel_id": place.channel,
        "is_ephemeral": place.ephemeral_to is not None,
        **_attached(place, block_id),
    }
    if place.thread_ts:
        container["thread_ts"] = place.thread_ts
    key = platform.response_urls.issue(user.id, place.channel, place)
    where: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "response_url": platform.response_url(key),
    }
    if place.ephemeral_to is None:
        where["message"] = message_object(place, platform.workspace, metadata=True)
    return where


def _attached(message: Message, block_id: str) -> Json:
    """What a container says of the attachment that a block stands in, where it is in one.

    https://docs.slack.dev/messaging/unfurling-links-in-messages/#interactivity
    """
    for number, attachment in enumerate(message.attachments, start=1):
        if any(block.get("block_id") == block_id for block in attachment.get("blocks", ())):
            told: Json = {"type": "message_attachment", "attachment_id": number}
            if attachment.get("is_app_unfurl"):
                told |= {"is_app_unfurl": True, "app_unfurl_url": attachment["from_url"]}
            return told
    return {}


def _shown_on(element: Json) -> dict[str, Any]:
    names = ("text", "value", "style", "placeholder", "confirm", "url")
    return {name: returned(element[name]) for name in names if name in element}


def _channel_name(channel: Channel) -> str:
    return "privategroup" if channel.kind == "private" else channel.name


def _now(platform: Platform) -> str:
    return f"{platform.clock.wall().timestamp():.6f}"
