"""A value within a sentence as text, in the two dialects that Block Kit knows: mrkdwn and plain."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.domain.messages import (
    Channel,
    Code,
    Group,
    Link,
    Listing,
    Moment,
    Person,
    Sentence,
    Span,
    Value,
    say,
)
from bot.slack import mrkdwn

#: English template -> template in the reader's language.
Translate = Callable[[str], str]

#: How many values of a listing are shown before the rest is only counted.
LISTING_LIMIT = 40

_PERSON = re.compile(r"[UW][A-Z0-9]{1,20}")
_GROUP = re.compile(r"S[A-Z0-9]{1,20}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,20}")


class Dialect(ABC):
    """How values are written; a template is translated, then its values are put in."""

    def __init__(self, translate: Translate = str) -> None:
        self._translate = translate

    def write(self, value: Value) -> str:
        """The value as text of this dialect."""
        match value:
            case Sentence(template, values):
                written = {name: self.write(each) for name, each in values.items()}
                return self.template(self._translate(template)).format_map(written)
            case Code(text):
                return self.code(text)
            case Person(user_id):
                return self.mention("@", user_id, _PERSON)
            case Group(group_id):
                return self.mention("!subteam^", group_id, _GROUP)
            case Channel(channel_id):
                return self.mention("#", channel_id, _CHANNEL)
            case Link(url, Sentence() as label):
                return self.link(url, Plain(self._translate).write(label))
            case Link(url, str() as label):
                return self.link(url, label)
            case Moment(at, day):
                return self.moment(at, day=day)
            case Span(length):
                return self.write(_span(length))
            case Listing(values):
                return self._listing(values)
            case _:
                return self.text(str(value))

    def _listing(self, values: tuple[Value, ...]) -> str:
        comma = self.write(say(", "))
        shown = comma.join(self.write(value) for value in values[:LISTING_LIMIT])
        if len(values) <= LISTING_LIMIT:
            return shown
        rest = self.write(say("and {count} more", count=len(values) - LISTING_LIMIT))
        return f"{shown} {rest}"

    @abstractmethod
    def template(self, template: str) -> str: ...

    @abstractmethod
    def text(self, text: str) -> str: ...

    @abstractmethod
    def code(self, text: str) -> str: ...

    @abstractmethod
    def mention(self, sign: str, slack_id: str, pattern: re.Pattern[str]) -> str: ...

    @abstractmethod
    def link(self, url: str, label: str) -> str: ...

    @abstractmethod
    def moment(self, at: datetime, *, day: bool) -> str: ...


class Mrkdwn(Dialect):
    """Slack's markup."""

    def write(self, value: Value) -> str:
        """The value as text of this dialect."""
        return mrkdwn.apart(super().write(value))

    def template(self, template: str) -> str:
        return template

    def text(self, text: str) -> str:
        return mrkdwn.literal(text)

    def code(self, text: str) -> str:
        return mrkdwn.code(text)

    def mention(self, sign: str, slack_id: str, pattern: re.Pattern[str]) -> str:
        return f"<{sign}{slack_id}>" if pattern.fullmatch(slack_id) else self.text(slack_id)

    def link(self, url: str, label: str) -> str:
        return mrkdwn.link(url, label)

    def moment(self, at: datetime, *, day: bool) -> str:
        shown = "{date_short_pretty} {time}" if day else "{time}"
        return f"<!date^{int(at.timestamp())}^{shown}|{_utc(at, day=day)}>"


class Plain(Dialect):
    """Text that Slack shows letter for letter: in headings and on buttons."""

    # Marks that format in a template: at the border of a word or of a placeholder.
    _MARKS = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")

    def template(self, template: str) -> str:
        unmarked = self._MARKS.sub("", template)
        return unmarked.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def text(self, text: str) -> str:
        return mrkdwn.inline(text)

    def code(self, text: str) -> str:
        return mrkdwn.inline(text)

    def mention(self, sign: str, slack_id: str, pattern: re.Pattern[str]) -> str:
        return self.text(slack_id)

    def link(self, url: str, label: str) -> str:
        return self.text(label or url)

    def moment(self, at: datetime, *, day: bool) -> str:
        return _utc(at, day=day)


def _utc(at: datetime, *, day: bool) -> str:
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%d %H:%M} UTC" if day else f"{utc:%H:%M} UTC"


def _span(length: timedelta) -> Sentence:
    """A length of time in its largest unit and the one below it."""
    seconds = max(round(length.total_seconds()), 0)
    minutes = round(seconds / 60)
    hours = round(seconds / 3600)
    if seconds < 60:
        return say("{seconds} s", seconds=seconds)
    if minutes < 60:
        return say("{minutes} min", minutes=minutes)
    if minutes < 24 * 60:
        if minutes % 60 == 0:
            return say("{hours} h", hours=minutes // 60)
        return say("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    if hours % 24 == 0:
        return say("{days} d", days=hours // 24)
    return say("{days} d {hours} h", days=hours // 24, hours=hours % 24)
