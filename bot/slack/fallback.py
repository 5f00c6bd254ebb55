"""A Message for when Slack refuses it: without its pictures, as plain text, then as one line."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.messages import (
    Bar,
    Buttons,
    Facts,
    Grid,
    Heading,
    Line,
    Link,
    Message,
    Note,
    Part,
    Picture,
    Verbatim,
)
from bot.slack.mrkdwn import code_block, cut
from bot.slack.render import bar, grid
from bot.slack.spans import Mrkdwn, Plain, Translate
from bot.wording.languages import translation

PLAIN_CHARACTERS = 3900
LINE_CHARACTERS = 300

_VERBATIM_CHARACTERS = 1500


def without_pictures(message: Message) -> Message | None:
    """The message with what its pictures show in words; None where it has none."""
    parts = tuple(Line(part.told) if isinstance(part, Picture) else part for part in message.parts)
    return None if parts == message.parts else replace(message, parts=parts)


def plain_text(message: Message) -> str:
    """The whole message as one text, without its buttons but with its links."""
    translate = translation(message.language)
    lines = [line for part in message.parts for line in _lines(part, translate) if line]
    summary = Mrkdwn(translate).write(message.summary)
    return cut("\n".join(lines) or summary, PLAIN_CHARACTERS) or "…"


def one_line(message: Message) -> str:
    """The message's sense in one short line."""
    summary = Mrkdwn(translation(message.language)).write(message.summary)
    return cut(" ".join(summary.split()), LINE_CHARACTERS) or "…"


def _lines(part: Part, translate: Translate) -> Iterator[str]:
    dialect = Mrkdwn(translate)
    match part:
        case Heading(text) | Line(text) | Note(text):
            yield dialect.write(text)
        case Facts(rows):
            yield from (f"{dialect.write(label)}: {dialect.write(value)}" for label, value in rows)
        case Verbatim(text):
            if text.strip():
                yield code_block(text, _VERBATIM_CHARACTERS)
        case Grid(rows):
            yield code_block(grid(rows, Plain(translate)), _VERBATIM_CHARACTERS)
        case Picture(_, told):
            yield dialect.write(told)
        case Bar(percent):
            yield dialect.write(bar(percent))
        case Buttons(row):
            label = Plain(translate).write
            links = (Link(button.url, label(button.label)) for button in row if button.url)
            yield " · ".join(map(dialect.write, links))
