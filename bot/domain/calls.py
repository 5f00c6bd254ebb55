"""What goes in and what comes out: a Call with its Origin, and a Reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.access import Place
from bot.domain.messages import Message
from bot.domain.secrets import strike_out

#: What an argument is before it is read: text, or the texts of a repeated argument.
Argument = str | tuple[str, ...]


class Way(StrEnum):
    """How a call came in."""

    TYPED = "typed"
    MENTION = "mention"
    BUTTON = "button"
    OWN = "own"


@dataclass(frozen=True)
class Origin:
    """Who asked, where, how and when (world time). `seen_by_all`: the answer is for the channel."""

    user_id: str
    place: Place
    way: Way
    at: datetime
    team_id: str = ""
    seen_by_all: bool = False


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


@dataclass(frozen=True)
class Confirmation:
    """A question that was asked: the call that a click makes, for one person, for a while.

    `seen` is the state of the target when the question was asked.
    """

    call: Call
    asker: str
    channel_id: str
    asked_at: datetime
    seen: str

    def expired(self, now: datetime) -> bool:
        """Whether it is too late to answer (world time)."""
        return now - self.asked_at > CONFIRMATION_LIFETIME


@dataclass(frozen=True)
class Reply:
    """What the asker reads.

    A `shareable` reply may be repeated for all to see, and `for_all` is one that is. `outcome`
    is the audit's word for what happened.
    """

    message: Message
    shareable: bool = False
    for_all: bool = False
    outcome: str = "answered"
    request_id: str | None = None
