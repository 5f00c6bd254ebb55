"""What the workspace granted to the app: scopes, commands, events, as its manifest asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack.scopes import ALL_SCOPES, EVENT_SCOPES

# Sent where there is no manifest to say otherwise: an app that subscribes to what people say in
# every channel is rare, and one that does not listen would be told everything again and again.
DEFAULT_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "link_shared",
        "member_joined_channel",
        "member_left_channel",
        "message.im",
        "subteam_members_changed",
    }
)


@dataclass(frozen=True, slots=True)
class Installation:
    """The app as installed; `None` stands for "whatever is used, there is no manifest".

    `usage` has each command's hint for the composer, `message_shortcuts` the names by callback id.
    """

    scopes: frozenset[str] = ALL_SCOPES
    events: frozenset[str] = DEFAULT_EVENTS
    commands: Mapping[str, bool] | None = None
    usage: Mapping[str, str] = field(default_factory=dict)
    shortcuts: frozenset[str] | None = None
    message_shortcuts: Mapping[str, str] = field(default_factory=dict)
    unfurl_domains: frozenset[str] | None = None
    is_interactive: bool = True
    has_home_tab: bool = True
    has_messages_tab: bool = True

    @classmethod
    def of(cls, manifest: Mapping[str, Any] | None) -> "Installation":
        """Read a manifest (https://docs.slack.dev/reference/app-manifest/), or grant everything."""
        if manifest is None:
            return cls()
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        tabs = features.get("app_home", {})
        scopes = frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
        return cls(
            scopes=scopes,
            events=_granted(settings.get("event_subscriptions", {}).get("bot_events", ()), scopes),
            commands={
                each["command"]: bool(each.get("should_escape"))
                for each in features.get("slash_commands", ())
            },
            usage={
                each["command"]: str(each.get("usage_hint", ""))
                for each in features.get("slash_commands", ())
            },
            shortcuts=frozenset(each["callback_id"] for each in features.get("shortcuts", ())),
            message_shortcuts={
                each["callback_id"]: str(each["name"])
                for each in features.get("shortcuts", ())
                if each.get("type") == "message"
            },
            unfurl_domains=frozenset(features.get("unfurl_domains", ())),
            is_interactive=settings.get("interactivity", {}).get("is_enabled", False),
            has_home_tab=tabs.get("home_tab_enabled", False),
            has_messages_tab=tabs.get("messages_tab_enabled", True),
        )

    def knows_command(self, command: str) -> bool:
        return self.commands is None or command in self.commands

    def escapes(self, command: str) -> bool:
        """Whether Slack turns names and links in the command's text into ids and `<https://…>`."""
        return True if self.commands is None else self.commands.get(command, False)

    def unfurls(self, host: str) -> bool:
        """Whether links to `host` are told to the app: its domains, and what is below them."""
        if self.unfurl_domains is None:
            return True
        return any(host == each or host.endswith(f".{each}") for each in self.unfurl_domains)


def _granted(events: Iterable[str], scopes: frozenset[str]) -> frozenset[str]:
    """Return the events that also have their scope; Slack sends no others."""
    return frozenset(each for each in events if EVENT_SCOPES.get(each, frozenset()) <= scopes)
