"""Which scope each Web API method needs.

From the "Scopes" of each method's page, https://docs.slack.dev/reference/methods/
"""

from bot.playground.slack.errors import SlackError
from bot.playground.slack.values import ChannelKind

# Also what the bytes of a file are handed out for.
FILES_READ = "files:read"

# Methods that any token of the right kind may call are not listed.
_SCOPES = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.unfurl": "links:write",
    "chat.update": "chat:write",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": FILES_READ,
    "reactions.add": "reactions:write",
    "team.info": "team:read",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
}

# conversations.* and users.conversations: the scope follows the kind of conversation.
_FAMILIES: dict[ChannelKind, str] = {"public": "channels", "private": "groups", "im": "im"}

# "Required scopes" of each event's page, https://docs.slack.dev/reference/events/
EVENT_SCOPES = {
    "app_mention": frozenset({"app_mentions:read"}),
    "link_shared": frozenset({"links:read"}),
    "member_joined_channel": frozenset({"channels:read"}),
    "member_left_channel": frozenset({"channels:read"}),
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    "subteam_members_changed": frozenset({"usergroups:read"}),
}

# Scopes that change what a method may do, rather than whether.
_OTHERS = {
    "app_mentions:read",
    "chat:write.public",
    "commands",
    "links:read",
    "users:read.email",
}

ALL_SCOPES = frozenset(
    set(_SCOPES.values())
    | _OTHERS
    | {f"{family}:{what}" for family in _FAMILIES.values() for what in ("read", "history")}
)


def require_scope(method: str, granted: frozenset[str]) -> None:
    """Refuse with `missing_scope` where the method needs what was not granted."""
    if method in _SCOPES:
        require(_SCOPES[method], granted)


def require_family(kind: ChannelKind, what: str, granted: frozenset[str]) -> None:
    """Refuse unless `what` ("read" or "history") is granted for this kind of conversation."""
    require(f"{_FAMILIES[kind]}:{what}", granted)


def require(scope: str, granted: frozenset[str]) -> None:
    """Refuse with `missing_scope`, naming what is needed and what was provided."""
    if scope not in granted:
        provided = ",".join(sorted(granted))
        raise SlackError("missing_scope", needed=scope, provided=provided)
