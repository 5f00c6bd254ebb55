"""Slack's mrkdwn as a person reads it: names for ids, dates for timestamps, text for links.

https://docs.slack.dev/messaging/formatting-message-text/
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.playground.slack.typed import unescaped
from bot.playground.slack.workspace import Workspace

_SEQUENCE = re.compile(r"<([^<>]+)>")
_DATE_TOKEN = re.compile(r"\{(\w+)\}")

# https://docs.slack.dev/messaging/formatting-message-text/#date-formatting
_DATE_FORMATS = {
    "date_num": "%Y-%m-%d",
    "date_slash": "%m/%d/%Y",
    "date": "%B {day}, %Y",
    "date_pretty": "%B {day}, %Y",
    "date_short": "%b {day}, %Y",
    "date_short_pretty": "%b {day}, %Y",
    "date_long": "%A, %B {day}, %Y",
    "date_long_pretty": "%A, %B {day}, %Y",
    "time": "%H:%M",
    "time_secs": "%H:%M:%S",
}


def as_read(text: str, workspace: Workspace, tz: str = "UTC") -> str:
    """Return mrkdwn as it reads, dates in the reader's time zone; bold and the like stay marked."""
    return unescaped(_SEQUENCE.sub(lambda found: _read(found[1], workspace, tz), text))


def _read(sequence: str, workspace: Workspace, tz: str) -> str:
    body, _, label = sequence.partition("|")
    match body[:1]:
        case "@":
            user = workspace.users.get(body[1:])
            return f"@{user.name if user else label or body[1:]}"
        case "#":
            channel = workspace.channels.get(body[1:])
            return f"#{channel.name if channel else label or body[1:]}"
        case "!":
            return _special(body[1:], label, workspace, tz)
    return label or body


def _special(body: str, label: str, workspace: Workspace, tz: str) -> str:
    if body.startswith("subteam^"):
        group = workspace.user_groups.get(body.removeprefix("subteam^"))
        return f"@{group.handle}" if group else label or body
    if body.startswith("date^"):
        return _date(body.removeprefix("date^"), label, tz)
    return f"@{body}"


def _date(body: str, fallback: str, tz: str) -> str:
    """Format `timestamp^tokens[^link]`; the fallback where Slack could not format it either."""
    timestamp, _, rest = body.partition("^")
    tokens = _DATE_TOKEN.findall(rest)
    if not timestamp.isdigit() or not all(token in _DATE_FORMATS for token in tokens):
        return fallback
    moment = datetime.fromtimestamp(int(timestamp), UTC).astimezone(ZoneInfo(tz))
    text = rest.partition("^")[0]
    return _DATE_TOKEN.sub(lambda found: _formatted(moment, found[1]), text)


def _formatted(moment: datetime, token: str) -> str:
    return moment.strftime(_DATE_FORMATS[token]).replace("{day}", str(moment.day))
