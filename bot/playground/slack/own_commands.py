"""The slash commands that are Slack's own: /invite and /remove.

https://slack.com/help/articles/201259356-Slash-commands-in-Slack
"""

from collections.abc import Callable, Mapping

from bot.playground.slack.values import Channel, User
from bot.playground.slack.workspace import Workspace

OwnCommand = Callable[[Workspace, Channel, User, str], None]


def invite(workspace: Workspace, channel: Channel, asker: User, named: str) -> None:
    """Bring somebody into the channel; PermissionError for an asker who is not in it."""
    _require_member(channel, asker)
    workspace.invite(channel, workspace.user(named), by=asker)


def remove(workspace: Workspace, channel: Channel, asker: User, named: str) -> None:
    """Take somebody out of the channel; PermissionError for an asker who is not in it."""
    _require_member(channel, asker)
    workspace.kick(channel, workspace.user(named))


OWN_COMMANDS: Mapping[str, OwnCommand] = {"/invite": invite, "/remove": remove}


def _require_member(channel: Channel, asker: User) -> None:
    if channel.kind == "im":
        raise PermissionError("nobody can be brought into direct messages")
    if asker.id not in channel.members:
        raise PermissionError(f"@{asker.name} is not in #{channel.name}")
