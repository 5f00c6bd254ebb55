"""When a run is likely to end, as a range: from how its percentage went so far.

A straight line is laid through the percentages seen (least squares), and the range is where the
band around it reaches 100: the moments at which the line may end without what was seen becoming
unlikely (Fieller's theorem, https://en.wikipedia.org/wiki/Fieller%27s_theorem).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import mul
from statistics import NormalDist

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

# A part of the way is believed rather than the whole where its range is so much narrower: the
# whole has a kink then.
_CLEARLY_NARROWER = 0.6

_NORMAL = NormalDist()
_LOW = (1 - HELD / 100) / 2
_WIDTH = -_NORMAL.inv_cdf(_LOW)

_Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Forecast:
    """A run's end (world times): the range that holds it in `HELD` of 100 cases, and its middle."""

    earliest: datetime
    likely: datetime
    latest: datetime


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
    return _still_to_come(stood, now)


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
    count = len(points)
    middle = sum(at for at, _ in points) / count
    height = sum(percent for _, percent in points) / count
    ats = [at - middle for at, _ in points]
    percents = [percent - height for _, percent in points]
    spread = _product(ats, ats)
    slope = _product(ats, percents) / spread
    missed = _product(percents, percents) - slope**2 * spread

    rise = slope * (points[-1][0] - points[0][0])
    worth = min(count, 2 + max(rise, 0.0) / _WANDERING)
    each = worth / count
    noise = (missed * each + _NOISE_WEIGHT * _NOISE**2) / (worth - 2 + _NOISE_WEIGHT)
    doubt = _WIDTH**2 * noise

    way = 100 - height
    surely = slope**2 - doubt / (spread * each)
    if slope <= 0 or surely < _SURE * slope**2:
        return None
    half = slope * way
    root = math.sqrt(max(half**2 - surely * (way**2 - doubt / worth), 0.0))
    return _Band(
        earliest=middle + (half - root) / surely,
        likely=middle + way / slope,
        latest=middle + (half + root) / surely,
        slope=slope,
        noise=math.sqrt(noise),
    )


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
