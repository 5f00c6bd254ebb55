"""Alarms beyond states: when a thing that goes on is worth a word, though it has not moved.

`symptoms` says what may be wrong, as figures; `raised` says what of it a channel is to hear, by
the limits that the channel has set.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import linear_regression

from bot.domain.facts import Fact, Moved
from bot.domain.forecast import forecast
from bot.domain.resources import FineTuningTask, Phase, Watchable
from bot.domain.symptoms import LossGone, LossRising, Queued, Slowed, Stalled, Symptom
from bot.domain.track import Point, Track

#: The least limits that can be set: what is below them is no symptom, and costs nothing.
LEAST_WAIT = timedelta(minutes=10)
LEAST_TIMES = 1.5

# Reported percentages wander by some points (`bot.domain.forecast` reckons with 3), so that the
# highest so far may stand for as much as this many points of true progress.
_WANDERING = 12

# Over so many points of progress noise hardly hides how fast a run is: this is its first pace.
_FIRST_STRETCH = 20
_FEWEST_POINTS = 5

# The loss at a checkpoint is that of a few samples: it rises where it does so several times in a
# row, and is above the best by more than this share of it.
_ABOVE = 0.5
_IN_A_ROW = 3


@dataclass(frozen=True)
class AlarmLimits:
    """From when on a channel wants an alarm; None, or False for the loss: never.

    `queued` and `stalled` are how long it waits, or stands; `slow` is how many times as long as
    its first pace promised it takes.
    """

    queued: timedelta | None = timedelta(hours=2)
    stalled: timedelta | None = timedelta(hours=1)
    slow: float | None = 2.0
    loss: bool = True


#: No alarm at all.
NO_ALARMS = AlarmLimits(queued=None, stalled=None, slow=None, loss=False)


def symptoms(track: Track, resource: Watchable, now: datetime) -> tuple[Symptom, ...]:
    """What may be wrong with a thing, as it was just seen; nothing where it has ended."""
    found: tuple[Symptom | None, ...] = ()
    if resource.phase is Phase.QUEUED:
        found = (_queued(track, now),)
    if resource.phase is Phase.RUNNING:
        found = (_stalled(track, now), _slowed(track, resource, now), _spoilt(resource))
    return tuple(each for each in found if each is not None)


def raised(
    found: Sequence[Symptom], limits: AlarmLimits, already: Collection[str] = ()
) -> tuple[Symptom, ...]:
    """Those that are alarms by these limits; each type once, `already` are those that were.

    A run that stands grows slower by the minute: where standing is an alarm, that says it all.
    """
    stands = limits.stalled is not None and any(isinstance(each, Stalled) for each in found)
    return tuple(
        each
        for each in found
        if each.type not in already
        and _is_beyond(each, limits)
        and not (stands and isinstance(each, Slowed))
    )


def begins_anew(facts: Sequence[Fact]) -> bool:
    """Whether it waits again: what was raised of its way until then may be raised once more."""
    return any(isinstance(each, Moved) and each.resource.phase is Phase.QUEUED for each in facts)


def _is_beyond(symptom: Symptom, limits: AlarmLimits) -> bool:
    match symptom:
        case Queued(length=length):
            return limits.queued is not None and length >= limits.queued
        case Stalled(length=length):
            return limits.stalled is not None and length >= limits.stalled
        case Slowed(times=times):
            return limits.slow is not None and times >= limits.slow
        case LossGone() | LossRising():
            return limits.loss


def _queued(track: Track, now: datetime) -> Queued | None:
    if track.queued_since is None or now - track.queued_since < LEAST_WAIT:
        return None
    return Queued(track.queued_since, now - track.queued_since)


def _stalled(track: Track, now: datetime) -> Stalled | None:
    """Its percentage has not risen for so long that noise can hardly be why."""
    since = track.progressed_at
    if since is None or not track.points or now - since < LEAST_WAIT:
        return None
    rising = [point for point in track.points if point.at <= since]
    standing = {point.percent for point in track.points if point.at >= since}
    if len(rising) < _FEWEST_POINTS:
        # Its pace is not known; but noise would show.
        stands = len(standing) == 1
    else:
        hidden = _WANDERING + _step(track.points)
        stands = _pace(rising) * (now - since).total_seconds() >= hidden
    return Stalled(since, now - since, max(standing)) if stands else None


def _slowed(track: Track, resource: Watchable, now: datetime) -> Slowed | None:
    """Its end is expected much later than at first, whatever both forecasts leave open."""
    early = _first_stretch(track.points)
    if not early or _pace(track.points) * LEAST_TIMES > _pace(early):
        return None
    rose_at = max(early, key=lambda point: point.percent).at
    first = forecast(replace(track, points=early, progressed_at=rose_at), resource, early[-1].at)
    expected = forecast(track, resource, now)
    if first is None or expected is None or expected.earliest <= first.latest:
        return None
    since = early[0].at
    times = (expected.earliest - since) / (first.likely - since)
    return Slowed(since, first.likely, expected.likely, times) if times >= LEAST_TIMES else None


def _first_stretch(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The first points from which its pace can be told; none where there is nothing after them."""
    below = [
        n for n, each in enumerate(points) if each.percent < points[0].percent + _FIRST_STRETCH
    ]
    count = max(below[-1] + 2, _FEWEST_POINTS) if below else 0
    return points[:count] if count < len(points) else ()


def _pace(points: Sequence[Point]) -> float:
    """Percents a second, by a straight line through the points."""
    times = [(point.at - points[0].at).total_seconds() for point in points]
    return linear_regression(times, [float(point.percent) for point in points]).slope


def _step(points: Sequence[Point]) -> int:
    """Qianfan may tell only every so many percents."""
    return math.gcd(*(point.percent for point in points))


def _spoilt(resource: Watchable) -> LossGone | LossRising | None:
    """What is wrong with the training loss at the newest checkpoints."""
    if not isinstance(resource, FineTuningTask):
        return None
    told = sorted(
        (each.step, each.training_loss)
        for each in resource.checkpoints
        if each.training_loss is not None
    )
    numbers = [(step, loss) for step, loss in told if math.isfinite(loss)]
    if not told or told[-1] in numbers:
        return _rising(numbers)
    good_step = numbers[-1][0] if numbers else None
    since = next(step for step, _ in told if good_step is None or step > good_step)
    return LossGone(since, good_step)


def _rising(numbers: Sequence[tuple[int, float]]) -> LossRising | None:
    """The last few rise, and the last of them is well above the best of all."""
    last = [loss for _, loss in numbers[-_IN_A_ROW:]]
    if len(last) < _IN_A_ROW or any(b <= a for a, b in pairwise(last)):
        return None
    best_step, best = min(numbers, key=lambda each: each[1])
    step, loss = numbers[-1]
    if loss - best <= _ABOVE * abs(best):
        return None
    return LossRising(step, loss, best_step, best)
