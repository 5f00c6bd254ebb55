"""What cards show of a thing, as far as it changes by itself, and when that is worth an edit.

Edits are scarce: a range is told as roughly as a person would tell it, and stays as it was told
until it is clearly another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.alarms import symptoms
from bot.domain.changes import Look
from bot.domain.facts import Actors
from bot.domain.forecast import Forecast, forecast
from bot.domain.moments import Happened
from bot.domain.resources import Phase
from bot.domain.symptoms import Stalled, Symptom
from bot.domain.track import Track, follow

#: So many points of progress are worth an edit; a fall by less than so many is mostly noise.
POINTS = 5
_FALL = 10

# A range is told in steps of the second, where it is narrower than the first.
_STEPS = (
    (timedelta(minutes=5), timedelta(minutes=1)),
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(hours=3), timedelta(minutes=15)),
    (timedelta(hours=8), timedelta(minutes=30)),
    (timedelta.max, timedelta(hours=1)),
)

# A range that was told stays while at most this share of the new one lies outside of it at one
# end, and at most this share of it lies outside of the new one.
_OUTGROWN = 1 / 8
_NARROWED = 1 / 3

# A range several times as wide as the time that is likely left tells nobody anything, unless it is
# narrow all the same.
_VAGUE = 2
_NARROW = timedelta(hours=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Range:
    """When a run is expected to end, as people are told it (world times).

    `earliest` is None where it may end at any moment.
    """

    earliest: datetime | None
    latest: datetime


@dataclass(frozen=True)
class Glance:
    """What cards show of a thing.

    Of what goes on: its expected end, or since when it makes no progress (world time). Of what has
    ended: when that was, and who stopped it through qfbot. `unread`: it cannot be read any more,
    and this is how it was last seen; `gone`: Qianfan does not know it any more.
    """

    phase: Phase
    state: str
    percent: int | None = None
    end: Range | None = None
    stands_since: datetime | None = None
    ended: Happened | None = None
    stopped_by: Actors | None = None
    unread: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of a watched thing: how it was last seen, its way until then, what is shown."""

    look: Look
    track: Track
    glance: Glance | None = None


def first_glance(look: Look) -> Glance:
    """What a card shows of a thing of which nothing but this look is known."""
    return glance(look, None, ())


def seen_anew(known: Known, look: Look) -> Known:
    """What is known of a watched thing after one more look, perhaps not the newest."""
    track, now = known.track, max(look.at, known.look.at)
    if look.at >= known.look.at:
        track = follow(track, known.look, look)
    expected = forecast(track, look.resource, now)
    signs = symptoms(track, look.resource, now)
    return Known(look, track, glance(look, expected, signs, known.glance))


def glance(
    look: Look,
    expected: Forecast | None,
    found: Sequence[Symptom],
    shown: Glance | None = None,
) -> Glance:
    """What cards are to show after a look: what they show already, unless an edit is worth it."""
    resource = look.resource
    stands_since = _stands_since(expected, found)
    now = Glance(resource.phase, resource.state, resource.percent, stands_since=stands_since)
    if expected is not None and stands_since is None and not _is_vague(expected, look.at):
        now = replace(now, end=_told(expected, look.at, shown.end if shown else None))
    return now if shown is None or worth_showing(shown, now) else shown


def worth_showing(shown: Glance, now: Glance) -> bool:
    """Whether cards that show the one are to show the other."""
    if replace(shown, percent=now.percent) != now:
        return True
    if shown.percent is None or now.percent is None:
        return shown.percent is not now.percent
    risen = now.percent - shown.percent
    return risen >= POINTS or risen <= -_FALL


def _stands_since(expected: Forecast | None, found: Sequence[Symptom]) -> datetime | None:
    if expected is not None:
        return expected.stands_since
    return next((each.since for each in found if isinstance(each, Stalled)), None)


def _is_vague(expected: Forecast, now: datetime) -> bool:
    """Whether telling it would be a guess."""
    wide = expected.latest - expected.earliest
    return wide > max(_VAGUE * (expected.likely - now), _NARROW)


def _told(expected: Forecast, now: datetime, shown: Range | None) -> Range:
    """The range as it was told, where it is still right; else anew, in steps to its outside."""
    step = _step(expected)
    if shown is not None and _is_still_right(shown, expected, now, step):
        return shown
    earliest = expected.earliest - (expected.earliest - _EPOCH) % step
    latest = expected.latest + (_EPOCH - expected.latest) % step
    return Range(earliest if earliest > now else None, max(latest, now + step))


def _step(expected: Forecast) -> timedelta:
    wide = expected.latest - expected.earliest
    return next(step for limit, step in _STEPS if wide < limit)


def _is_still_right(shown: Range, expected: Forecast, now: datetime, step: timedelta) -> bool:
    if shown.latest <= now:
        return False
    earliest = max(shown.earliest or now, now)
    early, late = earliest - expected.earliest, expected.latest - shown.latest
    grown = (expected.latest - expected.earliest) * _OUTGROWN
    spare = max((shown.latest - earliest) * _NARROWED, 2 * step)
    return max(early, late) <= grown and max(-early, -late) <= spare
