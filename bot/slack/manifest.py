"""The Slack app manifest: what the bot is called there, and what it may do."""

from typing import Any

import yaml

from bot.domain.console import CONSOLE
from bot.slack.web import EVENTS_PATH

COMMAND = "/qf"

#: The `callback_id` of the shortcut in a message's menu.
WATCH_RUNS = "watch_runs"


#: Nothing more than the bot uses; the history scopes are for reading back what it has posted,
#: files:read is for the files that people give in its forms, files:write for its own pictures.
BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "usergroups:read",
    "users:read",
)

#: What Slack tells of by itself: mentions and direct messages, the Home tab, links, new members.
BOT_EVENTS = (
    "app_home_opened",
    "app_mention",
    "link_shared",
    "member_joined_channel",
    "message.im",
    "subteam_members_changed",
    "subteam_updated",
)

_DESCRIPTION = "Run and follow fine-tuning on Baidu Qianfan from Slack."
_LONG_DESCRIPTION = (
    "Ask for the state of a fine-tuning run, stop it, and be told in the channel when something "
    "changes and why it failed. Watch a run and its card is kept up to date; its end is "
    "announced where your team reads it. Type /qf help to begin."
)


def manifest(url: str | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode, or for HTTP where the bot is reached at `url`.

    https://docs.slack.dev/reference/app-manifest
    """
    endpoint = {} if url is None else {"url": f"{url.rstrip('/')}{EVENTS_PATH}"}
    return {
        "_metadata": {"major_version": 2, "minor_version": 2},
        "display_information": {
            "name": "qfbot",
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
            "background_color": "#1f3a5f",
        },
        "features": {
            # Without the messages tab the bot cannot write to anybody directly.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "qfbot", "always_online": True},
            "shortcuts": [
                {
                    "name": "Watch these runs",
                    "type": "message",
                    "callback_id": WATCH_RUNS,
                    "description": "Watch the runs that this message names, in its channel.",
                }
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": _DESCRIPTION,
                    "usage_hint": "runs | status task-… | watch task-… | publish task-… | help",
                    # People, channels and links then arrive with their ids.
                    "should_escape": True,
                    **endpoint,
                }
            ],
            "unfurl_domains": [CONSOLE.removeprefix("https://")],
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {
                "bot_events": list(BOT_EVENTS),
                **({"request_url": endpoint["url"]} if endpoint else {}),
            },
            "interactivity": {
                "is_enabled": True,
                **({"request_url": endpoint["url"]} if endpoint else {}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def manifest_yaml(url: str | None = None) -> str:
    """The manifest as one pastes it at https://api.slack.com/apps?new_app=1."""
    return yaml.safe_dump(manifest(url), sort_keys=False, allow_unicode=True, width=100)
