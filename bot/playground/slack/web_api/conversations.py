"""conversations.info, list, members, open, join; users.conversations."""

from collections.abc import Iterable

from bot.playground.slack.errors import SlackError
from bot.playground.slack.scopes import require_family
from bot.playground.slack.values import Channel, ChannelKind, Json
from bot.playground.slack.web_api.call import Call, Methods
from bot.playground.slack.wire import channel_object

_KINDS: dict[str, ChannelKind] = {
    "public_channel": "public",
    "private_channel": "private",
    "im": "im",
}


def info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.info/"""
    channel = call.channel(reading="read")
    shown = channel_object(channel, call.bot.id)
    if not call.arguments.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def list_all(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.list/"""
    return _listed(call, call.workspace.channels.values())


def list_of_user(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.conversations/"""
    user = call.user() if "user" in call.arguments else call.bot
    mine = (each for each in call.workspace.channels.values() if user.id in each.members)
    return _listed(call, mine)


def members(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.members/"""
    channel = call.channel(reading="read")
    page, following = call.page(sorted(channel.members), 100, 999)
    return {"members": page, **following}


def open_conversation(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.open/

    Direct messages with one person; a group of several is not in this workspace.
    """
    named = "channel" in call.arguments
    channel = call.channel() if named else _direct_messages(call)
    shown = channel_object(channel, call.bot.id)
    return {"channel": shown if call.arguments.flag("return_im") else {"id": channel.id}}


def join(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.join/"""
    channel = call.channel()
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    warning = {"warning": "already_in_channel"} if call.bot.id in channel.members else {}
    joined = call.workspace.invite(channel, call.bot)
    return {"channel": channel_object(joined, call.bot.id), **warning}


def _direct_messages(call: Call) -> Channel:
    users = [each for each in call.arguments.text("users").split(",") if each]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    user = call.workspace.users.get(users[0])
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    return call.workspace.open_dm(user)


def _listed(call: Call, among: Iterable[Channel]) -> Json:
    kinds = _kinds(call)
    visible = [
        channel
        for channel in among
        if channel.kind in kinds
        and (channel.kind == "public" or call.bot.id in channel.members)
        and not (channel.is_archived and call.arguments.flag("exclude_archived"))
    ]
    page, following = call.page(visible, 100, 1000)
    return {"channels": [channel_object(each, call.bot.id) for each in page], **following}


def _kinds(call: Call) -> set[ChannelKind]:
    kinds: set[ChannelKind] = set()
    for name in call.arguments.text("types", "public_channel").split(","):
        if name == "mpim":
            continue
        if name not in _KINDS:
            raise SlackError("invalid_types")
        require_family(_KINDS[name], "read", call.scopes)
        kinds.add(_KINDS[name])
    return kinds


METHODS: Methods = {
    "conversations.info": info,
    "conversations.list": list_all,
    "conversations.members": members,
    "conversations.open": open_conversation,
    "conversations.join": join,
    "users.conversations": list_of_user,
}
