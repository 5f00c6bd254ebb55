"""When to look next: often where something is about to happen, seldom where nothing is.

An account may spend so many requests a second, and each of them goes where it saves most waiting.
Where an end is likely at a steady rate, looking at intervals proportional to one over the root of
that rate makes the sum of all delays least for the calls that it takes. So a run is looked at in
the fair interval (things watched, divided by requests a second) where it is as likely to end as
the typical one, and oftener or more seldom with the root of how likely it is:

- a failure comes at any moment: of a short run's hours each is likelier to bring it;
- an end as forecast comes within the forecast's range, so that most looks fall there. While an
  end does not come, the forecast's range widens, and the looks become fewer again;
- what tells no percentage has ended, by experience, at any multiple of its age so far.

Where all this wants more than there is, what is due waits for its turn: that bends all alike.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.forecast import HELD, Forecast, forecast
from bot.domain.moments import plausible
from bot.domain.resources import Phase, Watchable
from bot.domain.track import Track

#: A person's question may be answered from a look or a list this young.
FRESH = timedelta(seconds=15)

_HOUR = timedelta(hours=1)

# Of a hundred runs so many fail or are stopped, at any moment of their time.
_FAILING = 0.15

# The length of a run that is looked at in the fair interval. Somewhat above the median of the
# `usual` fleet of tests/benchmarks, which spends its budget so.
_TYPICAL_LENGTH = timedelta(hours=2.5)
_TYPICAL_RATE = _FAILING * (_HOUR / _TYPICAL_LENGTH)

# Nobody expects a failure, and somebody has to act: a second of its delay counts as much as so
# many of an end as forecast.
_WORTH_OF_A_FAILURE = 8

# However little is to be expected of a run, it waits no longer than so many fair intervals: the
# longest delays are to stay near those of equal turns.
_MOST_SHARES = 1.4

# Before there is a forecast a run may be a short one: it is taken to have so much before it.
_UNKNOWN_REST = timedelta(hours=1)

# What has waited so long in the queue is looked at in the fair interval; it may wait as long
# again. Only the end of the queue is missed meanwhile, so that the bounds are wider.
_TYPICAL_WAIT = timedelta(minutes=5)
_LEAST_QUEUE_SHARES = 0.75
_MOST_QUEUE_SHARES = 2.0

# A look after a tenth of the age so far notices an end with at most a tenth of delay: of what
# tells nothing of itself nobody can expect more.
_PATIENCE = 10

# What was first seen so far on its way tells nothing of its whole length.
_MOST_MISSED = 95


@dataclass(frozen=True)
class Pace:
    """The shortest and the longest time between two looks at one thing."""

    shortest: timedelta
    longest: timedelta

    def within(self, wanted: timedelta) -> timedelta:
        """The wanted time, brought between the two."""
        return max(self.shortest, min(self.longest, wanted))


@dataclass(frozen=True)
class Plan:
    """When to look at a thing again (world time), and when it is expected to end."""

    at: datetime
    expected: Forecast | None = None

    @property
    def expected_end(self) -> datetime | None:
        """From when on its end is expected (world time)."""
        return self.expected.earliest if self.expected else None


def plan(
    resource: Watchable, track: Track, now: datetime, pace: Pace, share: timedelta
) -> Plan | None:
    """When to look at the thing again; None where its life is over.

    `share` is the fair interval: the things watched in the account, divided by the requests a
    second that may be spent on them. The next look never comes sooner than the pace's shortest,
    and later than its longest only where there is more watched than that allows.
    """
    if resource.phase.is_final:
        return None
    expected = forecast(track, resource, now)
    if expected:
        wait = _until_the_end(track, expected, now, pace, share)
    else:
        wait = _unforeseen(resource, track, now, pace, share)
    at = now + max(min(wait, farthest(share, pace)), pace.shortest)
    return Plan(at, expected)


def farthest(share: timedelta, pace: Pace) -> timedelta:
    """How far ahead a look is planned at most."""
    return max(pace.longest, share * _MOST_QUEUE_SHARES, pace.shortest)


def after_failure(failures: int, now: datetime, pace: Pace) -> datetime:
    """When to try again after a look failed so many times in a row: twice as long each time."""
    return now + pace.within(pace.shortest * 2 ** min(failures, 10))


def _unforeseen(
    resource: Watchable, track: Track, now: datetime, pace: Pace, share: timedelta
) -> timedelta:
    """How long to wait where there is no forecast."""
    if resource.phase in (Phase.ENDING, Phase.UNKNOWN):
        return share / 10
    if resource.phase is Phase.QUEUED:
        shares = math.sqrt(_since(track.queued_since, now) / _TYPICAL_WAIT)
        return share * min(max(shares, _LEAST_QUEUE_SHARES), _MOST_QUEUE_SHARES)
    if track.points:
        age = _since(track.running_since or track.points[0].at, now)
        return _fair(_FAILING * (_HOUR / (age + _UNKNOWN_REST)), share)
    began = track.running_since or plausible(resource.created_at, now)
    age = max(_since(began, now), pace.shortest)
    return max(min(age / _PATIENCE, pace.longest), _fair(_HOUR / age, share))


def _since(began: datetime | None, now: datetime) -> timedelta:
    """How long ago; none where that is not known, or would lie ahead."""
    return max(now - began, timedelta(0)) if began else timedelta(0)


def _until_the_end(
    track: Track, expected: Forecast, now: datetime, pace: Pace, share: timedelta
) -> timedelta:
    """How long to wait at most before the range begins, and from then on."""
    failing = _FAILING * (_HOUR / _length(track, expected))
    range_ = max(expected.latest - expected.earliest, pace.shortest)
    ending = HELD / 100 * (_HOUR / range_) / _WORTH_OF_A_FAILURE
    within = _fair(failing + ending, share)
    return min(_fair(failing, share), max(expected.earliest - now, within, pace.shortest))


def _fair(rate: float, share: timedelta) -> timedelta:
    """The interval for what ends so often an hour."""
    return share * min(math.sqrt(_TYPICAL_RATE / rate), _MOST_SHARES)


def _length(track: Track, expected: Forecast) -> timedelta:
    """How long the whole run is likely to take, also where its beginning was not seen."""
    first = track.points[0]
    seen = 1 - min(first.percent, _MOST_MISSED) / 100
    return max((expected.likely - first.at) / seen, timedelta(minutes=1))
