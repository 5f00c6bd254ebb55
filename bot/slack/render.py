"""A Message as Block Kit, within Slack's limits whatever outside text it carries.

The limits: https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    ImageBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.domain.messages import (
    VERBATIM_CHARACTERS,
    Bar,
    Button,
    Buttons,
    Facts,
    Grid,
    Heading,
    Line,
    Message,
    Note,
    Part,
    Picture,
    Style,
    Value,
    Verbatim,
    say,
)
from bot.slack.fitting import fitted
from bot.slack.grids import grid_text
from bot.slack.mrkdwn import cleaned, cut, cut_plain, web_url
from bot.slack.spans import Mrkdwn, Plain, Translate
from bot.wording.languages import translation

#: Slack asks for at most 4,000 characters in `text`.
#: https://docs.slack.dev/reference/methods/chat.postMessage#truncating
SUMMARY_CHARACTERS = 3000
HEADING_CHARACTERS = 150
TEXT_CHARACTERS = 3000
#: Slack takes 2,000, but ten such fields are more than a whole message may hold.
FIELD_CHARACTERS = 500
SECTION_FIELDS = 10
ROW_BUTTONS = 25
LABEL_CHARACTERS = 75
PRESS_CHARACTERS = 2000
ALT_CHARACTERS = 2000

#: What a button's `action_id` begins with: the bot acts on the one, Slack opens the other.
PRESS = "press"
OPEN = "open"

_BAR_CELLS = 20


@dataclass(frozen=True)
class Rendered:
    """A message for the Web API: its blocks, and the text for notices and screen readers."""

    text: str
    blocks: tuple[Block, ...]


def render(message: Message) -> Rendered:
    """The message as Slack takes it, in its language.

    Parts without any text are left out, as are buttons whose command or address is too long to
    be carried whole. A message that is too long loses its middle, and says so.
    """
    page = _Page(translation(message.language))
    blocks = [block for part in message.parts for block in page.blocks(part)]
    summary = cut(page.mrkdwn.write(message.summary), SUMMARY_CHARACTERS)
    return Rendered(text=summary or "…", blocks=tuple(fitted(blocks, page.left_out)))


class _Page:
    """The blocks of one message, in which each button has a name of its own."""

    def __init__(self, translate: Translate) -> None:
        self.mrkdwn = Mrkdwn(translate)
        self._plain = Plain(translate)
        self._numbers = count()

    def blocks(self, part: Part) -> Iterator[Block]:
        """The blocks of one part."""
        match part:
            case Heading(text):
                if heading := cut_plain(self._plain.write(text), HEADING_CHARACTERS).strip():
                    yield HeaderBlock(text=PlainTextObject(text=heading))
            case Line(text, button):
                yield from self._section(text, button)
            case Facts(rows):
                yield from self._facts(rows)
            case Verbatim(text):
                yield from self._verbatim(text)
            case Grid(rows):
                yield from self._verbatim(grid(rows, self._plain))
            case Bar(percent):
                yield from self._section(bar(percent))
            case Picture(file_id, told):
                yield self._picture(file_id, told)
            case Note(text):
                yield from self._context(text)
            case Buttons(row):
                yield from self._actions(row)

    def left_out(self, number: int) -> Block:
        """What stands in place of the blocks that a message cannot hold."""
        told = self.mrkdwn.write(say("… {count} parts left out …", count=number))
        return ContextBlock(elements=[_markdown(told)])

    def _section(self, text: Value, button: Button | None = None) -> Iterator[Block]:
        if written := cut(self.mrkdwn.write(text), TEXT_CHARACTERS).strip():
            beside = self._button(button) if button else None
            yield SectionBlock(text=_markdown(written), accessory=beside)

    def _context(self, text: Value) -> Iterator[Block]:
        if written := cut(self.mrkdwn.write(text), TEXT_CHARACTERS).strip():
            yield ContextBlock(elements=[_markdown(written)])

    def _facts(self, rows: Sequence[tuple[Value, Value]]) -> Iterator[Block]:
        fields = [_markdown(cut(fact, FIELD_CHARACTERS)) for fact in map(self._fact, rows)]
        for start in range(0, len(fields), SECTION_FIELDS):
            yield SectionBlock(fields=fields[start : start + SECTION_FIELDS])

    def _fact(self, row: tuple[Value, Value]) -> str:
        label, value = row
        return f"*{self.mrkdwn.write(label)}*\n{self.mrkdwn.write(value) or '—'}"

    def _verbatim(self, text: str) -> Iterator[Block]:
        whole = cleaned(text).strip("\n")
        if not whole.strip():
            return
        shown = RichTextElementParts.Text(text=whole[:VERBATIM_CHARACTERS])
        yield RichTextBlock(elements=[RichTextPreformattedElement(elements=[shown])])
        if len(whole) > VERBATIM_CHARACTERS:
            yield from self._context(
                say("… and {count} more characters", count=len(whole) - VERBATIM_CHARACTERS)
            )

    def _picture(self, file_id: str, told: Value) -> Block:
        alt_text = cut_plain(self._plain.write(told), ALT_CHARACTERS).strip()
        return ImageBlock(slack_file=SlackFile(id=file_id), alt_text=alt_text or "…")

    def _actions(self, row: Sequence[Button]) -> Iterator[Block]:
        buttons = [element for button in row if (element := self._button(button))]
        for start in range(0, len(buttons), ROW_BUTTONS):
            yield ActionsBlock(elements=buttons[start : start + ROW_BUTTONS])

    def _button(self, button: Button) -> ButtonElement | None:
        url = web_url(button.url)
        # Half a command line would be another command.
        if len(button.press) > PRESS_CHARACTERS or (button.url and url is None):
            return None
        label = cut_plain(self._plain.write(button.label), LABEL_CHARACTERS).strip()
        return ButtonElement(
            text=PlainTextObject(text=label or "…"),
            action_id=f"{OPEN if url else PRESS}{next(self._numbers)}",
            value=button.press or None,
            url=url,
            style=None if button.style is Style.PLAIN else button.style.value,
        )


def bar(percent: int) -> Value:
    """A bar of text, with its percent in digits for those who cannot see the bar."""
    known = min(max(percent, 0), 100)
    filled = round(known * _BAR_CELLS / 100)
    cells = "█" * filled + "░" * (_BAR_CELLS - filled)
    return say("{bar} {percent} %", bar=cells, percent=known)


def grid(rows: Sequence[Sequence[Value]], plain: Plain) -> str:
    """A grid as lines for a block of code."""
    return grid_text([[plain.write(cell) for cell in row] for row in rows])


def _markdown(text: str) -> MarkdownTextObject:
    # verbatim: Slack is not to make links of what looks like a URL, a channel or a name.
    return MarkdownTextObject(text=text, verbatim=True)
