"""When to look next: often where something is about to happen, seldom where nothing is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.resources import Phase, Watchable

#: A person's question may be answered from a look or a list this young.
FRESH = timedelta(seconds=15)


@dataclass(frozen=True)
class Pace:
    """The shortest and the longest time between two looks at one thing."""

    shortest: timedelta
    longest: timedelta

    def within(self, wanted: timedelta) -> timedelta:
        """The wanted time, brought between the two."""
        return max(self.shortest, min(self.longest, wanted))


# A look a tenth of the way to where the next event is expected notices it with about a
# tenth of that time's delay.
_SHARE = 10


def next_look(
    resource: Watchable, running_since: datetime | None, now: datetime, pace: Pace
) -> datetime | None:
    """When to look at the thing again (world time); None where its life is over."""
    if resource.phase.is_final:
        return None
    return now + pace.within(_wanted(resource, running_since, now, pace))


def after_failure(failures: int, now: datetime, pace: Pace) -> datetime:
    """When to try again after a look failed so many times in a row: twice as long each time."""
    return now + pace.within(pace.shortest * 2 ** min(failures, 10))


def _wanted(
    resource: Watchable, running_since: datetime | None, now: datetime, pace: Pace
) -> timedelta:
    if resource.phase in (Phase.ENDING, Phase.UNKNOWN):
        return pace.shortest
    began = running_since or resource.created_at
    if resource.phase is Phase.QUEUED or began is None or began > now:
        return pace.shortest * 2
    elapsed = now - began
    if not resource.percent:
        return elapsed / _SHARE
    remaining = elapsed * (100 - resource.percent) / resource.percent
    return remaining / _SHARE
