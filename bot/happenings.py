"""What happens at work: told once, in the place where it happens, to whoever counts or writes.

Whoever tells knows neither Prometheus nor the log, and waits for nobody: to be told takes no time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.calls import Origin
from bot.domain.errors import SendError
from bot.domain.moments import Happened
from bot.domain.ports import Posted
from bot.domain.resources import Phase
from bot.domain.watching import Announcement, Thing

#: Stands for the command of a text in which none was found.
UNREAD = "unread"

#: The code of a call that Slack did not take because there were too many.
THROTTLED = "ratelimited"


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """Somebody got an answer, `took` after the question was read (wall).

    `outcome` is the audit's word for it, or the name of the error that was explained.
    """

    command: str
    origin: Origin
    outcome: str
    took: timedelta
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Slack's request was answered, `took` after it had arrived (wall)."""

    kind: str
    took: timedelta


@dataclass(frozen=True, slots=True)
class SlackAnswered:
    """A method of Slack's API was called once: "ok", Slack's word, or why there was no answer."""

    method: str
    code: str


@dataclass(frozen=True, slots=True)
class SocketFailed:
    """A line to Slack could not be opened, or went silent; another is tried."""

    problem: str


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """Slack said hello."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A watched thing was looked at: "same", "changed", "outdated", or the error's name."""

    account: str
    outcome: str


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A look found a thing in another state, and that was recorded."""

    thing: Thing
    before: str
    after: str
    phase: Phase
    happened: Happened

    @property
    def seen_after(self) -> timedelta | None:
        """How long after its end it was seen (world), where it ended and that moment is known."""
        if not self.phase.is_final or self.happened.at is None:
            return None
        return self.happened.before - self.happened.at


@dataclass(frozen=True, slots=True)
class Told:
    """An announcement stands in its channel (wall)."""

    announcement: Announcement
    posted: Posted
    at: datetime

    @property
    def waited(self) -> timedelta | None:
        """How long it was owed (wall)."""
        made_at = self.announcement.made_at
        return None if made_at is None else max(self.at - made_at, timedelta(0))


@dataclass(frozen=True, slots=True)
class NotTold:
    """An attempt to send an announcement failed; what becomes of it depends on the error."""

    announcement: Announcement
    error: SendError


@dataclass(frozen=True, slots=True)
class Parked:
    """An announcement is given up: its channel never gets it."""

    announcement: Announcement
    reason: str


@dataclass(frozen=True, slots=True)
class LoopTurned:
    """The event loop came round so much later than it should have (wall)."""

    lag: timedelta


Happening = (
    CommandEnded
    | Acknowledged
    | SlackAnswered
    | SocketFailed
    | SocketOpened
    | Looked
    | StateChanged
    | Told
    | NotTold
    | Parked
    | LoopTurned
)

Tell = Callable[[Happening], None]


def nobody(_happening: Happening) -> None:
    """Where nobody counts and nobody writes."""


def all_of(*listeners: Tell) -> Tell:
    """Several who are told, each of everything."""

    def tell(happening: Happening) -> None:
        for listener in listeners:
            listener(happening)

    return tell
