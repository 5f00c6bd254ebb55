"""Fleets of fine-tuning runs, drawn from a seed, that the cadence is measured with."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

MINUTE = 60.0
HOUR = 3600.0


@dataclass(frozen=True)
class Progress:
    """What percentage a run tells of itself.

    It stands at `stalls_at` (a share of the way) for the share `stall` of its whole time. `wobble`
    are points of noise at evenly spread places of the way, between which the noise wanders; only
    whole `step`s are told.
    """

    stalls_at: float = 0.0
    stall: float = 0.0
    wobble: tuple[float, ...] = (0.0, 0.0)
    step: int = 1

    def told(self, share: float) -> int:
        """The percentage that is told when this share of the run's time is over."""
        moving = 1.0 - self.stall
        stall_from = moving * self.stalls_at
        done = min(share, max(stall_from, share - self.stall)) / moving
        percent = min(max(100.0 * done + self._noise(done), 0.0), 99.0)
        return round(percent) if self.step == 1 else int(percent) // self.step * self.step

    def _noise(self, done: float) -> float:
        place = done * (len(self.wobble) - 1)
        left = min(int(place), len(self.wobble) - 2)
        return self.wobble[left] + (self.wobble[left + 1] - self.wobble[left]) * (place - left)


@dataclass(frozen=True)
class Life:
    """A run: it waits for `queue`, then runs; all in seconds.

    It would run for `length`, and ends after `ends_after` of it: earlier where it fails.
    """

    queue: float
    length: float
    ends_after: float
    progress: Progress

    @property
    def fails(self) -> bool:
        """Whether it ends before its time."""
        return self.ends_after < self.length

    @property
    def ends_as_forecast(self) -> bool:
        """Whether its progress tells the truth of its end: it neither fails nor stands still."""
        return not self.fails and not self.progress.stall

    @property
    def whole(self) -> float:
        """From the beginning of the queue to the end."""
        return self.queue + self.ends_after


@dataclass(frozen=True)
class Fleet:
    """A sort of runs: so many begin `together` (the runs of one job), and `draw` makes them."""

    name: str
    about: str
    draw: Callable[[Random], list[Life]]
    together: int
    warm_up_hours: float
    hours: float


def _wobble(draw: Random, points: float, places: int) -> tuple[float, ...]:
    return tuple(draw.gauss(0.0, points) for _ in range(places))


def _stalled(draw: Random, chance: float, wobble: tuple[float, ...], step: int = 1) -> Progress:
    if draw.random() >= chance:
        return Progress(wobble=wobble, step=step)
    return Progress(draw.uniform(0.05, 0.95), draw.uniform(0.1, 0.5), wobble, step)


def _usual(draw: Random) -> list[Life]:
    length = draw.lognormvariate(0.0, 0.8) * 2 * HOUR
    fails = draw.random() < 0.15
    ends_after = draw.uniform(0.0, length) if fails else length
    progress = _stalled(draw, 0.05, _wobble(draw, 3.0, 21))
    return [Life(draw.expovariate(1.0) * 20 * MINUTE, length, ends_after, progress)]


def _sweep(draw: Random) -> list[Life]:
    return [_swept(draw) for _ in range(SWEEPS.together)]


def _swept(draw: Random) -> Life:
    """Half of what fails does so in the first tenth: a wrong setting shows at once."""
    length = draw.lognormvariate(0.0, 0.5) * 15 * MINUTE
    ends_after = length
    if draw.random() < 0.1:
        ends_after *= draw.uniform(0.0, 0.1 if draw.random() < 0.5 else 1.0)
    progress = _stalled(draw, 0.02, (0.0, 0.0))
    return Life(draw.expovariate(1.0) * 2 * MINUTE, length, ends_after, progress)


def _long_job(draw: Random) -> list[Life]:
    """Some jobs are bad: most of their runs fail."""
    failing = 0.8 if draw.random() < 0.25 else 0.2
    typical = draw.lognormvariate(0.0, 0.5) * 8 * HOUR
    return [_long(draw, typical, failing) for _ in range(LONG.together)]


def _long(draw: Random, typical: float, failing: float) -> Life:
    length = typical * draw.lognormvariate(0.0, 0.15)
    ends_after = draw.uniform(0.0, length) if draw.random() < failing else length
    progress = _stalled(draw, 0.1, _wobble(draw, 3.0, 501), step=5)
    return Life(draw.expovariate(1.0) * 60 * MINUTE, length, ends_after, progress)


USUAL = Fleet(
    "usual",
    "log-normal length (median 2 h, sigma 0.8), queue 20 min; 15 % fail, 5 % stall; noise 3 points",
    _usual,
    together=1,
    warm_up_hours=8,
    hours=24,
)
SWEEPS = Fleet(
    "sweeps",
    "25 at once, median 15 min, queue 2 min; 10 % fail, half of them at once; exact progress",
    _sweep,
    together=25,
    warm_up_hours=2,
    hours=8,
)
LONG = Fleet(
    "long",
    "10 at once, median 8 h, queue 1 h; 35 % fail, by job; 10 % stall; noise 3, in steps of 5",
    _long_job,
    together=10,
    warm_up_hours=20,
    hours=40,
)
FLEETS = (USUAL, SWEEPS, LONG)
