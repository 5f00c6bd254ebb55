"""What qfbot says, before any language or chat service: sentences with values in them.

A template is English, in Slack's mrkdwn, and trusted; a value is outside text until a
renderer has escaped it. `say("{who} stopped {run}", who=Person("U1"), run=Code("task-…"))`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.languages import Language

#: So much of a Verbatim is shown.
VERBATIM_CHARACTERS = 3000


@dataclass(frozen=True)
class Code:
    """A text to be copied as it is: an id, a command line."""

    text: str


@dataclass(frozen=True)
class Person:
    """Somebody, by their Slack user id; shown by name."""

    user_id: str


@dataclass(frozen=True)
class Group:
    """A Slack user group, by its id."""

    group_id: str


@dataclass(frozen=True)
class Channel:
    """A channel, by its id."""

    channel_id: str


@dataclass(frozen=True)
class Link:
    """A link on a label, which is outside text or a sentence."""

    url: str
    label: "str | Sentence"


@dataclass(frozen=True)
class Moment:
    """A point in time, shown in the reader's zone; without its day where that is told beside it."""

    at: datetime
    day: bool = True


@dataclass(frozen=True)
class Span:
    """A length of time, shown to the coarseness that a person would use."""

    length: timedelta


@dataclass(frozen=True)
class Listing:
    """Several values as a list within a sentence."""

    values: tuple["Value", ...]


@dataclass(frozen=True)
class Sentence:
    """A template with its values."""

    template: str
    values: Mapping[str, "Value"] = field(default_factory=dict)

    def with_values(self, **values: "Value") -> "Sentence":
        """The same template with more values: for one that is kept in a table."""
        return replace(self, values={**self.values, **values})


Value = str | int | Code | Person | Group | Channel | Link | Moment | Span | Listing | Sentence


def say(template: str, **values: Value) -> Sentence:
    """A sentence in which each `{name}` stands for a value."""
    return Sentence(template, values)


@dataclass(frozen=True)
class Heading:
    """What the message is about, in a few words, without markup."""

    text: Sentence


@dataclass(frozen=True)
class Line:
    """A paragraph, with a button beside it where it has one."""

    text: Sentence
    button: "Button | None" = None


@dataclass(frozen=True)
class Facts:
    """Labelled values, side by side where there is room."""

    rows: tuple[tuple[Sentence, Value], ...]


@dataclass(frozen=True)
class Verbatim:
    """Outside text, shown letter for letter."""

    text: str


@dataclass(frozen=True)
class Grid:
    """Values in rows of equal length: the first row names the columns, the first column the rows.

    They are aligned; what does not fit side by side is told in parts, one below the other.
    """

    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Bar:
    """Progress in whole percents."""

    percent: int


@dataclass(frozen=True)
class Picture:
    """A picture that was uploaded to the chat service, by its id there.

    `told` says what it shows, for those who do not see it.
    """

    file_id: str
    told: Sentence


@dataclass(frozen=True)
class Note:
    """Something small at the end."""

    text: Sentence


class Style(StrEnum):
    """How strongly a button asks to be pressed."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    """A button; `press` is a command line, or the name of a stored call (`#…`)."""

    label: Sentence
    press: str = ""
    style: Style = Style.PLAIN
    url: str = ""


@dataclass(frozen=True)
class Buttons:
    """Buttons in a row."""

    row: tuple[Button, ...]


Part = Heading | Line | Facts | Verbatim | Grid | Bar | Picture | Note | Buttons


@dataclass(frozen=True)
class Message:
    """A message: its whole sense in one sentence, for notices and screen readers, and its parts.

    It is made in English, and read in its language.
    """

    summary: Sentence
    parts: tuple[Part, ...] = ()
    language: Language = Language.ENGLISH

    @classmethod
    def of(cls, sentence: Sentence, *more: Part) -> "Message":
        """A message that begins with its own summary."""
        return cls(sentence, (Line(sentence), *more))

    def with_parts(self, *more: Part) -> "Message":
        """The same message with something added at its end."""
        return replace(self, parts=(*self.parts, *more))

    def read_in(self, language: Language) -> "Message":
        """The same message for those who read this language."""
        return replace(self, language=language)
