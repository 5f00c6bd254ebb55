"""When a run is likely to end, as a range: from how its percentage went so far.

A straight line is laid through the percentages seen (least squares), and the range is where the
band around it reaches 100: the moments at which the line may end without what was seen becoming
unlikely (Fieller's theorem, https://en.wikipedia.org/wiki/Fieller%27s_theorem). Where the run stood
for a while, or jumped, the line is interrupted: it goes on elsewhere, as steep as before.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from operator import mul
from statistics import NormalDist, median

from bot.domain.resources import Phase, Watchable
from bot.domain.track import Track

#: Of a hundred runs that come to their end, so many do so within the range; the others before it
#: or after it.
HELD = 80

# Before so many points, or below this percentage, anything said would be a guess.
_FEWEST_POINTS = 5
_LEAST_PERCENT = 8

# What is sure of the slope's square has to be this share of it: with less, the latest end lies
# more than about ten times as far off as the likely one, or nowhere.
_SURE = 0.1

# Noise wanders: what is told within so many percents is wrong in the same direction, so that
# points closer than that are worth less than one each. With this the ranges of the fleets of
# tests/benchmarks hold what they say.
_WANDERING = 8.5

# Until the points show how noisy they are, they are taken to be off by so many percents (as
# Qianfan's may be); this counts like so many points.
_NOISE = 3.0
_NOISE_WEIGHT = 2.0

# What told the same for so long that it should have risen by so many points more than the steps in
# which it tells them was standing, and not merely noisy.
_STOOD = 7.0

# What is off by so many points from one look to the next, and by so many times as much as usual,
# has jumped, and is not merely noisy.
_JUMPED = 12.0
_BEYOND_NOISE = 5

# A part of the way is believed rather than the whole where its range is so much narrower: the
# whole has a kink then.
_CLEARLY_NARROWER = 0.6

_NORMAL = NormalDist()
_LOW = (1 - HELD / 100) / 2
_WIDTH = -_NORMAL.inv_cdf(_LOW)

_Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Forecast:
    """A run's end (world times): the range that holds it in `HELD` of 100 cases, and its middle.

    Since `stands_since` it has made no progress: nobody knows when it goes on, so that the range
    is only what such a stop has in store as a rule, and promises nothing.
    """

    earliest: datetime
    likely: datetime
    latest: datetime
    stands_since: datetime | None = None


@dataclass(frozen=True)
class _Band:
    """Where a line through points reaches 100, and where the band around it does.

    Times are seconds from now; `slope` is in percents a second, `noise` in percents.
    """

    earliest: float
    likely: float
    latest: float
    slope: float
    noise: float


def forecast(track: Track, resource: Watchable, now: datetime) -> Forecast | None:
    """When it is likely to end; None while that would be a guess."""
    if resource.phase is not Phase.RUNNING or track.progressed_at is None:
        return None
    points = _relative(track, now)
    rose = (track.progressed_at - now).total_seconds()
    rising = [point for point in points if point[0] <= rose]
    band = _believed(rising)
    if band is None or not _stands(band, -rose):
        band = band if len(rising) == len(points) else _believed(points)
        return _still_to_come(band, now) if band else None
    # What has stood for so long may stand for as long again.
    stood = _Band(
        band.earliest - rose, band.likely - 1.5 * rose, band.latest - 2 * rose, band.slope, 0.0
    )
    return replace(_still_to_come(stood, now), stands_since=track.progressed_at)


def _relative(track: Track, now: datetime) -> _Points:
    """The points as seconds from now and percents.

    Where only every so many percents are told, a run is on average half a step further.
    """
    step = math.gcd(*(point.percent for point in track.points))
    further = (step - 1) / 2
    return [((point.at - now).total_seconds(), point.percent + further) for point in track.points]


def _stands(band: _Band, since: float) -> bool:
    """Whether it should have risen far beyond the noise since it last did."""
    return band.slope * since > 3 * band.noise + 2


def _believed(points: _Points) -> _Band | None:
    """The band around the whole way, or around its newest part where the whole has a kink."""
    best = None
    while len(points) >= _FEWEST_POINTS and points[-1][1] >= _LEAST_PERCENT:
        band = _band(points)
        if band and (best is None or _wide(band) < _CLEARLY_NARROWER * _wide(best)):
            best = band
        points = points[(len(points) + 1) // 2 :]
    return best


def _wide(band: _Band) -> float:
    return band.latest - band.earliest


def _band(points: _Points) -> _Band | None:
    """None where the points may hardly be a rising line at all."""
    stretches = _stretches(points)
    middles, heights = zip(*map(_centre, stretches), strict=True)
    ats = [at - middle for each, middle in zip(stretches, middles, strict=True) for at, _ in each]
    percents = [
        percent - height
        for each, height in zip(stretches, heights, strict=True)
        for _, percent in each
    ]
    count, fitted = len(ats), 1 + len(stretches)
    spread = _product(ats, ats)
    if count < _FEWEST_POINTS or not spread:
        return None
    slope = _product(ats, percents) / spread
    missed = _product(percents, percents) - slope**2 * spread

    worth = _worth(slope, stretches, fitted)
    each_worth = worth / count
    free = max(worth - fitted, 0.0) + _NOISE_WEIGHT
    noise = (missed * each_worth + _NOISE_WEIGHT * _NOISE**2) / free
    doubt = _WIDTH**2 * noise

    middle, way = middles[-1], 100 - heights[-1]
    surely = slope**2 - doubt / (spread * each_worth)
    if slope <= 0 or surely < _SURE * slope**2:
        return None
    half = slope * way
    own_doubt = doubt / _worth(slope, stretches[-1:], 2)
    root = math.sqrt(max(half**2 - surely * (way**2 - own_doubt), 0.0))
    return _Band(
        earliest=middle + (half - root) / surely,
        likely=middle + way / slope,
        latest=middle + (half + root) / surely,
        slope=slope,
        noise=math.sqrt(noise),
    )


def _worth(slope: float, stretches: Sequence[_Points], least: int) -> float:
    """How many points without wandering noise tell as much as these."""
    rise = sum(slope * (each[-1][0] - each[0][0]) for each in stretches)
    return min(sum(map(len, stretches)), least + max(rise, 0.0) / _WANDERING)


def _centre(points: _Points) -> tuple[float, float]:
    return (
        sum(at for at, _ in points) / len(points),
        sum(percent for _, percent in points) / len(points),
    )


def _stretches(points: _Points) -> list[_Points]:
    """The points between stops and jumps; what was seen during a stop is left out."""
    begins, ends = [0], []
    for first, last in sorted(_stops(points)):
        ends.append(first)
        begins.append(last + 1)
    ends.append(len(points))
    moving = [points[begin:end] for begin, end in zip(begins, ends, strict=True) if begin < end]
    return list(_unjumped(moving))


def _unjumped(stretches: Sequence[_Points]) -> Iterator[_Points]:
    """The same, with a new stretch after each jump."""
    steps = [step for each in stretches for step in pairwise(each)]
    if len(steps) < _FEWEST_POINTS - 1:
        yield from stretches
        return
    pace = median((b[1] - a[1]) / (b[0] - a[0]) for a, b in steps)
    far = max(_JUMPED, _BEYOND_NOISE * median(_off(step, pace) for step in steps))
    for each in stretches:
        begin = 0
        for number, step in enumerate(pairwise(each), 1):
            if _off(step, pace) > far:
                yield each[begin:number]
                begin = number
        yield each[begin:]


def _off(step: tuple[tuple[float, float], tuple[float, float]], pace: float) -> float:
    """By how many points it rose more, or less, than at this pace."""
    (since, before), (at, percent) = step
    return abs(percent - before - pace * (at - since))


def _stops(points: _Points) -> Iterator[tuple[int, int]]:
    """The first and the last point of each stop, the longest first; it goes on after each."""
    moving = points[-1][0] - points[0][0]
    rise = points[-1][1] - points[0][1]
    steps = [abs(b - a) for (_, a), (_, b) in pairwise(points) if a != b]
    hidden = _STOOD + min(steps, default=0.0)
    for first, last in sorted(_flats(points), key=lambda flat: _time(points, *flat), reverse=True):
        stood = _time(points, first, last)
        moving -= stood
        if rise * stood <= hidden * moving:
            return
        yield first, last


def _flats(points: _Points) -> Iterator[tuple[int, int]]:
    """The first and the last of each several points in a row that tell the same, before the end."""
    first = 0
    for number, (_, percent) in enumerate(points):
        if percent != points[first][1]:
            if number - first > 1:
                yield first, number - 1
            first = number


def _time(points: _Points, first: int, last: int) -> float:
    return points[last][0] - points[first][0]


def _product(ones: Sequence[float], others: Sequence[float]) -> float:
    return math.fsum(map(mul, ones, others))


def _still_to_come(band: _Band, now: datetime) -> Forecast:
    """What is left of the band, knowing that the end has not come until now.

    The later it is, the less the line was worth: the range grows with the delay.
    """
    if band.earliest > 0:
        return _forecast(now, band.earliest, band.likely, band.latest)
    deviation = max(_wide(band) / (2 * _WIDTH), -band.likely, 1.0)
    over = _NORMAL.cdf(-band.likely / deviation)
    quantiles = (over + share * (1 - over) for share in (_LOW, 0.5, 1 - _LOW))
    return _forecast(now, *(band.likely + deviation * _NORMAL.inv_cdf(q) for q in quantiles))


def _forecast(now: datetime, *ends: float) -> Forecast:
    earliest, likely, latest = (now + timedelta(seconds=end) for end in ends)
    return Forecast(earliest, likely, latest)
