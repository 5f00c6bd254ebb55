"""A registry in which everything that qfbot tells of itself has happened once."""

from datetime import datetime, timedelta
from typing import get_args

from prometheus_client import CollectorRegistry

from bot.domain.access import Place
from bot.domain.calls import Origin, Way
from bot.domain.errors import TryLater
from bot.domain.facts import Moved
from bot.domain.ids import Kind, ResourceId
from bot.domain.moments import Happened
from bot.domain.ports import Posted
from bot.domain.resources import Phase
from bot.domain.vitals import AccountVitals, Backlog, BudgetState, Vitals
from bot.domain.watching import Announcement, Load, Thing
from bot.happenings import (
    Acknowledged,
    CommandEnded,
    Happening,
    Looked,
    LoopTurned,
    NotTold,
    Parked,
    SlackAnswered,
    SocketFailed,
    SocketOpened,
    StateChanged,
    Told,
)
from bot.metrics.readings import Sources
from bot.metrics.registry import Metrics
from tests.unit.domain.samples import NOON, task

SECOND = timedelta(seconds=1)

_ENDED = Happened(NOON, NOON + SECOND, NOON)
_OWED = Announcement(1, "key", "C1", Moved(task(), Phase.QUEUED, "Queued", _ENDED), made_at=NOON)
_RUN = Thing("default", ResourceId(Kind.TASK, "task-0tgmn4a7h4i6"))

HAPPENINGS: tuple[Happening, ...] = (
    CommandEnded("status", Origin("U1", Place("C1"), Way.TYPED, NOON), "answered", SECOND),
    Acknowledged("command", SECOND),
    SlackAnswered("auth.test", "ok"),
    SocketFailed("silent"),
    SocketOpened(),
    Looked("default", "same"),
    StateChanged(_RUN, "Running", "Failed", Phase.FAILED, _ENDED),
    Told(_OWED, Posted("C1", "7.0"), NOON),
    NotTold(_OWED, TryLater(SECOND, "ratelimited")),
    Parked(_OWED, "invalid_blocks"),
    LoopTurned(SECOND),
)
assert {type(each) for each in HAPPENINGS} == set(get_args(Happening))


class _Clock:
    def wall(self) -> datetime:
        return NOON

    def world(self) -> datetime:
        return NOON


class _Line:
    is_connected = True
    heard_at = NOON


def registry() -> CollectorRegistry:
    """All of it, with one account and a line to Slack."""
    account = AccountVitals(Load(1), BudgetState(1, 10), 300 * SECOND)
    vitals = Vitals({"default": account}, Backlog(1, SECOND))
    made = Metrics()
    made.read(Sources("1.2.3", _Clock(), str, int, lambda: vitals, lambda: NOON, _Line()))
    for happening in HAPPENINGS:
        made.counts(happening)
    return made.registry
