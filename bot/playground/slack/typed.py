"""What Slack makes of what a person types: mentions and links become control sequences.

https://docs.slack.dev/messaging/formatting-message-text/#escaping
"""

import re

from bot.playground.slack.workspace import Workspace

_TOKEN = re.compile(
    r"(?P<url>https?://[^\s<>|]+)"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<site>(?<![\w@./-])(?:[\w-]+\.)+(?:com|org|net|io|dev|cn)\b(?:/[^\s<>|]*)?)"
    r"|(?<![\w.])@(?P<who>[\w.-]+)"
    r"|(?<![\w&])#(?P<where>[\w-]+)"
)
# Punctuation that ends a sentence rather than an address.
_AFTER_URL = ".,;:!?)'\"，。；：！？）」”"
_BROADCASTS = ("here", "channel", "everyone")


def escaped(text: str) -> str:
    """Escape the three characters that Slack escapes in everything a person types."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_once(text: str) -> str:
    """Escape what is not escaped yet."""
    bare = re.sub(r"&(?!amp;|lt;|gt;)", "&amp;", text)
    return bare.replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """Undo `escaped`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def encoded(text: str, workspace: Workspace, *, labels: bool) -> str:
    """Return what the app gets for what was typed.

    With `labels`, as in a slash command whose `should_escape` is set, people come as
    `<@U0|name>`; in messages as `<@U0>`.
    """
    parts, end = [], 0
    for found in _TOKEN.finditer(text):
        sequence, length = _sequence(found, workspace, labels)
        if sequence:
            parts += [escaped(text[end : found.start()]), sequence]
            end = found.start() + length
    return "".join([*parts, escaped(text[end:])])


def links(text: str) -> list[str]:
    """Return the addresses that stand in an encoded text."""
    return [unescaped(url) for url in re.findall(r"<(https?://[^|>]+)(?:\|[^>]*)?>", text)]


def _sequence(found: re.Match[str], workspace: Workspace, labels: bool) -> tuple[str, int]:
    """Return the control sequence for a token and how much of the text it stands for."""
    if url := found["url"]:
        address = url.rstrip(_AFTER_URL)
        return f"<{escaped(address)}>", len(address)
    if mail := found["mail"]:
        return f"<mailto:{mail}|{mail}>", len(mail)
    if site := found["site"]:
        host = escaped(site.rstrip(_AFTER_URL))
        return f"<http://{host}|{host}>", len(site.rstrip(_AFTER_URL))
    if name := found["who"]:
        known = name if _mention(name, workspace, labels) else name.rstrip(".-")
        return _mention(known, workspace, labels), len(known) + 1
    return _channel(found["where"], workspace), len(found["where"]) + 1


def _mention(name: str, workspace: Workspace, labels: bool) -> str:
    if name in _BROADCASTS:
        return f"<!{name}>"
    for user in workspace.users.values():
        if user.name == name:
            return f"<@{user.id}|{user.name}>" if labels else f"<@{user.id}>"
    for group in workspace.user_groups.values():
        if group.handle == name:
            return f"<!subteam^{group.id}|@{group.handle}>"
    return ""


def _channel(name: str, workspace: Workspace) -> str:
    for channel in workspace.channels.values():
        if channel.name == name and channel.kind != "im":
            return f"<#{channel.id}|{channel.name}>"
    return ""
