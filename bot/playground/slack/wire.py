"""The workspace's values as Slack's JSON shows them.

Shapes from https://docs.slack.dev/reference/objects/
"""

from typing import Any
from urllib.parse import quote

from bot.playground.slack.ids import ts_value
from bot.playground.slack.typed import escaped_once
from bot.playground.slack.values import Channel, File, Json, Message, User, UserGroup, View
from bot.playground.slack.workspace import APP_ID, TEAM_DOMAIN, TEAM_ID, Workspace


def user_object(user: User, *, locale: bool = False) -> Json:
    """A user as users.info gives it; the locale only where it was asked for."""
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "tz": user.tz,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_stranger": user.is_stranger,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "team": user.team_id,
        },
    }
    if user.bot_id is not None:
        shown["profile"] |= {"bot_id": user.bot_id, "api_app_id": APP_ID}
    if locale:
        shown["locale"] = user.locale
    return shown


def channel_object(channel: Channel, viewer: str) -> Json:
    """A conversation as conversations.info gives it to `viewer`."""
    if channel.kind == "im":
        other = next((each for each in channel.members if each != viewer), viewer)
        return {
            "id": channel.id,
            "is_im": True,
            "is_archived": channel.is_archived,
            "user": other,
            "is_ext_shared": channel.is_ext_shared,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_general": channel.name == "general",
        "is_member": viewer in channel.members,
        "num_members": len(channel.members),
        "context_team_id": TEAM_ID,
    }


def group_object(group: UserGroup, *, users: bool = False) -> Json:
    """A user group as usergroups.list gives it."""
    shown: Json = {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": group.handle,
        "handle": group.handle,
        "date_delete": 0,
        "user_count": len(group.users),
    }
    if users:
        shown["users"] = list(group.users)
    return shown


def message_object(message: Message, workspace: Workspace, *, metadata: bool = False) -> Json:
    """A message as history, events and interactions give it."""
    shown: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": workspace.users[message.user].team_id,
        **_authorship(message),
        **_contents(message),
        **_thread(message, workspace),
    }
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    return shown


def returned(part: Any) -> Any:
    """Return blocks as Slack gives them back: `&`, `<` and `>` of plain text come escaped.

    https://github.com/slackapi/bolt-python/issues/513
    """
    if isinstance(part, list | tuple):
        return [returned(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "plain_text":
        return {**part, "text": escaped_once(str(part.get("text", "")))}
    return {name: returned(value) for name, value in part.items()}


def file_object(file: File, address: str, *, processed: bool) -> Json:
    """A file as files.info gives it; its type and size are unknown until it is processed.

    Its bytes are fetched from the local Slack at `address`.
    """
    private = f"{address}/files-pri/{TEAM_ID}-{file.id}"
    shown: Json = {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "user": file.user,
        "alt_txt": file.alt_text,
        "mimetype": "",
        "filetype": "",
        "is_public": bool(file.shares),
        "permalink": f"https://{TEAM_DOMAIN}.slack.com/files/{file.user}/{file.id}/{quote(file.name)}",
        "url_private": f"{private}/{quote(file.name)}",
        "url_private_download": f"{private}/download/{quote(file.name)}",
        "channels": [channel for channel, _ in file.shares],
        "groups": [],
        "ims": [],
        "shares": {},
    }
    if processed:
        suffix = file.name.rpartition(".")[2].lower()
        kind = {"filetype": _TYPES.get(suffix, suffix), "mimetype": _MIME.get(suffix, "text/plain")}
        shown |= {**kind, "size": file.size, "shares": _shares(file)}
    return shown


def view_object(view: View, bot_id: str | None) -> Json:
    """A view as views.* and interactions give it."""
    empty: Json = {"private_metadata": "", "callback_id": "", "external_id": ""}
    return {
        **empty,
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        **view.content,
        "id": view.id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": bot_id,
        "hash": view.hash,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "state": {"values": dict(view.values or {})},
    }


# Slack's words for types that are not their suffix.
# https://docs.slack.dev/reference/objects/file-object/#types
_TYPES = {"md": "markdown", "py": "python", "txt": "text", "yml": "yaml"}

_MIME = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "csv": "text/csv",
    "json": "application/json",
    "txt": "text/plain",
}


def _authorship(message: Message) -> Json:
    if message.bot_id is None:
        return {"client_msg_id": f"client-{message.channel}-{message.ts}"}
    return {"bot_id": message.bot_id, "app_id": APP_ID}


def _contents(message: Message) -> Json:
    shown: Json = {}
    if message.blocks:
        shown["blocks"] = returned(message.blocks)
    if message.attachments:
        shown["attachments"] = list(message.attachments)
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    if message.files:
        shown["files"] = [
            {"id": each.id, "name": each.name, "title": each.title} for each in message.files
        ]
    if message.reactions:
        shown["reactions"] = _reactions(message.reactions)
    return shown


def _thread(message: Message, workspace: Workspace) -> Json:
    if message.is_reply and message.thread_ts is not None:
        shown: Json = {"thread_ts": message.thread_ts}
        parent = workspace.message(message.channel, message.thread_ts)
        if parent is not None:
            shown["parent_user_id"] = parent.user
        if message.broadcast:
            shown["subtype"] = "thread_broadcast"
        return shown
    replies = workspace.replies(message.channel, message.ts)
    if not replies:
        return {}
    users = sorted({each.user for each in replies})
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": max((each.ts for each in replies), key=ts_value),
    }


def _reactions(reactions: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    names = dict.fromkeys(name for name, _ in reactions)
    by_name = {each: [user for name, user in reactions if name == each] for each in names}
    return [{"name": name, "users": who, "count": len(who)} for name, who in by_name.items()]


def _shares(file: File) -> Json:
    public: dict[str, list[Json]] = {}
    for channel, ts in file.shares:
        public.setdefault(channel, []).append({"ts": ts})
    return {"public": public} if public else {}
