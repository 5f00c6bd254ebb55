"""chat.postMessage, postEphemeral, update, delete and getPermalink."""

import json
from typing import Any

from bot.playground.slack.elements import with_ids
from bot.playground.slack.errors import SlackError
from bot.playground.slack.limits import check_message
from bot.playground.slack.values import Channel, Json, Message
from bot.playground.slack.web_api.call import Call, Methods
from bot.playground.slack.wire import message_object

# "Slack will truncate messages containing more than 40,000 characters".
# https://docs.slack.dev/reference/methods/chat.postMessage/#truncating
POSTED_CHARACTERS = 40_000

# "The text field cannot exceed 4,000 characters" (msg_too_long).
# https://docs.slack.dev/reference/methods/chat.update/
UPDATED_CHARACTERS = 4_000

# https://docs.slack.dev/messaging/message-metadata/ gives no figure for metadata_too_large.
METADATA_BYTES = 8_000

ATTACHMENTS = 100


def post_message(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postMessage/"""
    channel = _target(call)
    thread_ts = call.arguments.text("thread_ts") or None
    contents = _contents(call)
    shared = call.platform.files.linked(contents["text"], contents["blocks"], call.bot.id)
    message = call.workspace.post(
        channel.id,
        call.bot.id,
        bot_id=call.bot.bot_id,
        thread_ts=thread_ts,
        broadcast=thread_ts is not None and call.arguments.flag("reply_broadcast"),
        files=shared,
        **contents,
    )
    for file in shared:
        call.platform.files.share(file.id, channel.id, message.ts)
    shown = message_object(message, call.workspace, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral/"""
    channel = _target(call)
    reader = call.arguments.required("user")
    if reader not in channel.members:
        raise SlackError("user_not_in_channel")
    contents = _contents(call)
    contents.pop("metadata", None)
    message = call.workspace.post(
        channel.id,
        call.bot.id,
        bot_id=call.bot.bot_id,
        ephemeral_to=reader,
        thread_ts=call.arguments.text("thread_ts") or None,
        **contents,
    )
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.update/"""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.user != call.bot.id:
        raise SlackError("cant_update_message")
    if channel.is_archived:
        raise SlackError("is_inactive")
    changes = _changes(call, message)
    changed = call.workspace.edit(message, **changes)
    shown = message_object(changed, call.workspace, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": changed.text, "message": shown}


def delete(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.delete/"""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.user != call.bot.id:
        raise SlackError("cant_delete_message")
    call.workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.getPermalink/"""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": call.workspace.permalink(message)}


def _target(call: Call) -> Channel:
    """Return where the bot may post: a conversation it is in, or may write to from outside."""
    named = call.arguments.required("channel", "channel_not_found")
    user = call.workspace.users.get(named)
    channel = call.workspace.open_dm(user) if user else _named(call, named)
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.kind == "im" and not call.platform.installation.has_messages_tab:
        raise SlackError("messages_tab_disabled")
    if call.bot.id not in channel.members:
        if channel.is_private:
            raise SlackError("channel_not_found")
        if "chat:write.public" not in call.scopes:
            raise SlackError("not_in_channel")
    return channel


def _named(call: Call, named: str) -> Channel:
    try:
        return call.workspace.channel(named)
    except KeyError:
        raise SlackError("channel_not_found") from None


def _contents(call: Call) -> Json:
    """Read text, blocks, attachments and metadata of a new message."""
    text = call.arguments.text("text") or call.arguments.text("markdown_text")
    blocks = _checked(call, call.arguments.json("blocks", "invalid_blocks_format"))
    attachments = _attached(call.arguments.json("attachments", "invalid_attachments"))
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    return {
        "text": text[:POSTED_CHARACTERS],
        "blocks": blocks,
        "attachments": attachments,
        "metadata": _metadata(call.arguments.json("metadata", "invalid_metadata_format")),
    }


def _changes(call: Call, message: Message) -> Json:
    """Read what an update replaces: text without blocks takes the old blocks away."""
    given = {name: call.arguments.json(name) for name in ("blocks", "attachments", "metadata")}
    text = call.arguments.get("text")
    if len(str(text or "")) > UPDATED_CHARACTERS:
        raise SlackError("msg_too_long")
    if call.arguments.flag("reply_broadcast"):
        return {"broadcast": True}
    if text is None and given["blocks"] is None and given["attachments"] is None:
        raise SlackError("no_text")
    changes: Json = {
        "text": message.text if text is None else str(text),
        "blocks": _checked(call, given["blocks"]),
        "edited": not given["blocks"],
    }
    if given["attachments"] is not None:
        changes["attachments"] = _attached(given["attachments"])
    if given["metadata"] is not None:
        changes["metadata"] = _metadata(given["metadata"] or None)
    return changes


def _checked(call: Call, blocks: Any) -> tuple[Json, ...]:
    if blocks is None:
        return ()
    check_message(blocks, call.platform.files.can_be_shown)
    return with_ids(blocks)


def _attached(attachments: Any) -> tuple[Json, ...]:
    if attachments is None:
        return ()
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return tuple(attachments)


def _metadata(metadata: Any) -> Json | None:
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if not metadata.get("event_type"):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


METHODS: Methods = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
}
