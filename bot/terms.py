"""The terms on which the bot runs: its clock, its tempo, and the team's decisions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.account_settings import AccountSettings
from bot.commands.shares import ASKS_PER_MINUTE
from bot.domain.access import Rules
from bot.domain.languages import Language
from bot.slack.home import PAUSE
from bot.watcher.repeats import CHECKS
from bot.watcher.schedule import Tick


class RealClock:
    """The two clocks in production, where they are one."""

    def wall(self) -> datetime:
        """Now."""
        return datetime.now(UTC)

    def world(self) -> datetime:
        """Now."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Tempo:
    """How fast the bot's own clockwork runs (wall time).

    `posts` and `card_edits` lie between two of them in one channel, on one card, `homes` between
    two looks of one person at their Home; `settle` is how long a post whose answer was lost may
    take to appear, and `acks` how long an acknowledgement may be on its way. `checks` are the
    pauses between looks for a repeat. Ends in one channel that come within `gathering` after
    another are told together. `posts_a_second` and `edits_a_minute` are for the whole workspace,
    `asks_per_minute` is how often one person may ask.
    """

    tick: timedelta = timedelta(seconds=1)
    posts: timedelta = timedelta(seconds=1)
    card_edits: timedelta = timedelta(minutes=1)
    settle: timedelta = timedelta(seconds=10)
    checks: tuple[timedelta, ...] = CHECKS
    gathering: timedelta = timedelta(minutes=1)
    posts_a_second: float = 5
    edits_a_minute: float = 45
    acks: timedelta = timedelta(seconds=0.5)
    homes: timedelta = PAUSE
    asks_per_minute: int = ASKS_PER_MINUTE


#: As a workspace of people wants it.
ORDINARY = Tempo()


@dataclass(frozen=True)
class Ruling:
    """The team's decisions that the bot runs under.

    `rules` are those of the file at any time and `hash` is theirs; `tick` reads the file again,
    and `refusals` counts how often it was refused then. `language` is the one of all channels,
    where one was chosen for them.
    `accounts` are opened beside the default one, with keys that may be in `environ`.
    """

    rules: Callable[[], Rules]
    hash: Callable[[], str] = lambda: ""
    tick: Tick | None = None
    language: Callable[[], Language | None] = lambda: None
    refusals: Callable[[], int] = lambda: 0
    accounts: tuple[AccountSettings, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
