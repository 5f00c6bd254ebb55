"""What goes in and what comes out: a Call with its Origin, and a Reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.access import Place
from bot.domain.forms import Form
from bot.domain.messages import Message
from bot.domain.secrets import strike_out

#: What an argument is before it is read: text, or the texts of a repeated argument.
Argument = str | tuple[str, ...]


class Way(StrEnum):
    """How a call came in."""

    TYPED = "typed"
    MENTION = "mention"
    BUTTON = "button"
    FORM = "form"
    SHORTCUT = "shortcut"
    LINK = "link"
    HOME = "home"
    OWN = "own"


@dataclass(frozen=True)
class Origin:
    """Who asked, where, how and when (world time), in which thread where it was in one.

    `seen_by_all`: the answer is for the channel.
    """

    user_id: str
    place: Place
    way: Way
    at: datetime
    team_id: str = ""
    seen_by_all: bool = False
    thread_ts: str = ""


@dataclass(frozen=True)
class Call:
    """A command with its arguments as texts: the one value for all ways in."""

    command: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)

    def struck_out(self) -> "Call":
        """The call without what looks like a secret, to be written down."""
        return Call(self.command, {n: _struck_out(each) for n, each in self.arguments.items()})


def _struck_out(argument: Argument) -> Argument:
    if isinstance(argument, tuple):
        return tuple(strike_out(text) for text in argument)
    return strike_out(argument)


#: How long a question with a button may be answered.
CONFIRMATION_LIFETIME = timedelta(minutes=15)

#: How long what a form shows is taken to be true; filling one in takes longer than a click.
FORM_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class Confirmation:
    """A question that was asked: the call that a click makes, for one person, for a while.

    `seen` is the state of the target when the question was asked. A question may be a form:
    then its call is what is known of it before it is filled in.
    """

    call: Call
    asker: str
    channel_id: str
    asked_at: datetime
    seen: str
    form: Form | None = None

    @property
    def lifetime(self) -> timedelta:
        """How long it may be answered."""
        return CONFIRMATION_LIFETIME if self.form is None else FORM_LIFETIME

    def expired(self, now: datetime) -> bool:
        """Whether it is too late to answer (world time)."""
        return now - self.asked_at > self.lifetime


@dataclass(frozen=True)
class Reply:
    """What the asker reads.

    A `shareable` reply may be repeated for all to see, and `for_all` is one that is. `outcome`
    is the audit's word for what happened. Where there is a `form`, kept under `form_name`, it is
    shown where forms can be shown, and the message elsewhere.
    """

    message: Message
    shareable: bool = False
    for_all: bool = False
    outcome: str = "answered"
    request_id: str | None = None
    form: Form | None = None
    form_name: str = ""
