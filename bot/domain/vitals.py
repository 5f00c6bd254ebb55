"""How qfbot is doing: what is behind, on the way in and on the way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.facts import Outage
from bot.domain.resources import Phase
from bot.domain.watching import Load


@dataclass(frozen=True)
class Backlog:
    """What channels are still owed, and how long the oldest of it has waited (wall time).

    `closed` of them wait until a channel can be written to again; they do not count as old.
    """

    pending: int = 0
    oldest: timedelta = timedelta(0)
    closed: int = 0


@dataclass(frozen=True)
class Census:
    """How many watches there are in each phase, and how many in channels that are closed to us."""

    by_phase: Mapping[Phase, int] = field(default_factory=dict)
    blocked: int = 0


@dataclass(frozen=True)
class BudgetState:
    """How an account's budget stands: the rate that is spent at now, and the tokens left.

    `tokens` that are shared are those last heard of and what should have come since.
    `waiting_urgent` requests are for persons, `waiting_patient` ones for nobody; `longest_wait`
    is how long (wall) the first of them all has been waiting.
    """

    per_second: float
    tokens: float
    waiting_urgent: int = 0
    waiting_patient: int = 0
    longest_wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class AccountVitals:
    """One account: what is looked at, from which budget, and why nothing is, where so.

    `longest` is the pause between two looks at a thing that is wanted at most (world time).
    """

    load: Load
    budget: BudgetState
    longest: timedelta
    outage: Outage | None = None

    @property
    def pause(self) -> timedelta:
        """How often each thing can be looked at, if all were looked at alike (world time)."""
        return self.load.share(self.budget.per_second)

    @property
    def is_crowded(self) -> bool:
        """Whether more is watched than the budget can serve at the wanted pace."""
        return self.pause > self.longest


@dataclass(frozen=True)
class Vitals:
    """The whole of it. `closed` is Slack's word for why it takes nothing, where it does not."""

    accounts: Mapping[str, AccountVitals]
    backlog: Backlog = field(default_factory=Backlog)
    healed: int = 0
    closed: str = ""
    census: Census = field(default_factory=Census)
