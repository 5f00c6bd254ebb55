"""A message as a person reads it, in lines: its text, then its buttons with what they do."""

import re
from html import unescape

from bot.domain.messages import Button, Buttons, Message
from bot.slack.fallback import plain_text
from bot.slack.spans import Plain

_DATE = re.compile(r"<!date\^[^|]*\|([^>]*)>")
_LINK = re.compile(r"<(https?:[^|>]*)\|([^>]*)>")


def read(message: Message) -> str:
    """The whole message; times are in UTC."""
    body = message.parts
    text = plain_text(
        Message(message.summary, tuple(p for p in body if not isinstance(p, Buttons)))
    )
    rows = [part for part in body if isinstance(part, Buttons)]
    return "\n".join(
        [
            unescape(_LINK.sub(r"\2 (\1)", _DATE.sub(r"\1", text))),
            *(_button(each) for row in rows for each in row.row),
        ]
    )


def buttons(message: Message) -> list[str]:
    """The labels of its buttons."""
    rows = [part for part in message.parts if isinstance(part, Buttons)]
    return [Plain().write(each.label) for row in rows for each in row.row]


def _button(button: Button) -> str:
    return f"[{Plain().write(button.label)}] {button.url or button.press}"
