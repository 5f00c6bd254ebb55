"""How soon an end is seen in one account: `bot.domain.cadence` against a fixed interval.

    uv run python -m tests.benchmarks.cadence [--seed 1] [--watched 50 300 1000] [--quick]

So many runs of a fleet (tests/benchmarks/fleets.py) are watched all the time: where some have been
seen to end, new ones begin. The account allows one request a second with a burst of ten. What is
due waits for its request; what should have ended by now goes first, then the longest overdue. The
decisions are the bot's own functions; requests take no time. The fixed interval is the one that
spends as many requests. `--discovery 0.2` gives a fifth of the requests to something else.
The bars are for 300 runs of `usual`.
"""

import heapq
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf
from random import Random
from statistics import fmean

from bot.domain.cadence import Pace, plan
from bot.domain.changes import Look
from bot.domain.ids import Kind, ResourceId
from bot.domain.resources import FineTuningTask, Phase
from bot.domain.track import Track, follow
from tests.benchmarks.fleets import FLEETS, HOUR, USUAL, Fleet, Life
from tests.benchmarks.tables import Bar, held, table

START = datetime(2026, 5, 4, tzinfo=UTC)
PACE = Pace(timedelta(seconds=15), timedelta(seconds=300))
BURST = 10.0
REQUESTS_PER_SECOND = 1.0

# Where the fixed interval spends less than this share of the cadence's requests, it is shortened.
_ALIKE = 0.98

# Ends so shortly before the measurement's own end are left out: they had no time to be seen.
_TAIL = HOUR


@dataclass(eq=False)
class Watched:
    """A run that began to wait `born` seconds after the start, and what is known of it."""

    life: Life
    born: float
    number: int
    due: float
    expected_end: float = inf
    track: Track = field(default_factory=Track)
    last: Look | None = None

    @property
    def ends(self) -> float:
        """When it truly ends, in seconds after the start."""
        return self.born + self.life.whole

    def look(self, now: float) -> Look:
        """What Qianfan would tell of it before its end."""
        ran = now - self.born - self.life.queue
        phase = Phase.RUNNING if ran >= 0 else Phase.QUEUED
        run = FineTuningTask(
            id=ResourceId(Kind.TASK, f"task-{self.number}"),
            state=phase.value,
            phase=phase,
            progress=self.life.progress.told(ran / self.life.length) if ran >= 0 else None,
        )
        return Look(run, START + timedelta(seconds=now))


#: Decides at a look (seconds after the start) when the run is due again.
Decide = Callable[[Watched, float], None]


def by_cadence(share: float) -> Decide:
    """The bot's own decisions, with a fair interval of so many seconds."""

    def decide(watched: Watched, now: float) -> None:
        look = watched.look(now)
        watched.track = follow(watched.track, watched.last or look, look)
        watched.last = look
        again = plan(look.resource, watched.track, look.at, PACE, timedelta(seconds=share))
        assert again is not None
        watched.due = (again.at - START).total_seconds()
        expected = again.expected_end
        watched.expected_end = (expected - START).total_seconds() if expected else inf

    return decide


def by_interval(seconds: float) -> Decide:
    """Each run as often as any other."""

    def decide(watched: Watched, now: float) -> None:
        watched.due = now + seconds

    return decide


_Heap = list[tuple[float, int, Watched]]


@dataclass
class Agenda:
    """Who is looked at next: first what should have ended, then the longest overdue."""

    coming: _Heap = field(default_factory=list)
    due: _Heap = field(default_factory=list)
    expected: _Heap = field(default_factory=list)
    first: _Heap = field(default_factory=list)
    waiting: dict[int, Watched] = field(default_factory=dict)

    def add(self, watched: Watched) -> None:
        """It is to be looked at when it is due."""
        heapq.heappush(self.coming, (watched.due, watched.number, watched))

    def earliest(self, now: float) -> float:
        """When there is something to do, from now on."""
        return now if self.waiting else max(now, self.coming[0][0])

    def take(self, now: float) -> Watched:
        """The most wanted of what is due by now; there must be something."""
        while self.coming and self.coming[0][0] <= now:
            self._wait(heapq.heappop(self.coming)[2])
        while self.expected and self.expected[0][0] <= now:
            watched = heapq.heappop(self.expected)[2]
            if watched.number in self.waiting:
                heapq.heappush(self.first, (watched.due, watched.number, watched))
        return self._pop(self.first) or self._pop(self.due) or self._nothing()

    def everything(self) -> list[Watched]:
        """All that is watched."""
        return [*self.waiting.values(), *(watched for _, _, watched in self.coming)]

    def _wait(self, watched: Watched) -> None:
        self.waiting[watched.number] = watched
        heapq.heappush(self.due, (watched.due, watched.number, watched))
        if watched.expected_end < inf:
            heapq.heappush(self.expected, (watched.expected_end, watched.number, watched))

    def _pop(self, heap: _Heap) -> Watched | None:
        """Skips what was taken meanwhile from another heap, and may be due again by now."""
        while heap:
            due, number, watched = heapq.heappop(heap)
            if self.waiting.get(number) is watched and watched.due == due:
                return self.waiting.pop(number)
        return None

    def _nothing(self) -> Watched:
        raise LookupError("nothing is due")


@dataclass
class Bucket:
    """The account's requests: so many a second, some at once after a rest."""

    rate: float
    tokens: float = BURST
    filled: float = 0.0

    def take(self, now: float) -> float:
        """When the request may be sent that is wanted now."""
        self.tokens = min(self.tokens + (now - self.filled) * self.rate, BURST)
        at = now + max(1.0 - self.tokens, 0.0) / self.rate
        self.tokens += (at - now) * self.rate - 1.0
        self.filled = at
        return at


@dataclass(frozen=True)
class Measured:
    """The runs that ended, each with the seconds until that was seen; requests a second."""

    ends: tuple[tuple[Life, float], ...]
    rate: float

    def delays(self, of: Callable[[Life], bool] = lambda life: True) -> list[float]:
        """In seconds, the shortest first."""
        return sorted(delay for life, delay in self.ends if of(life))


def measure(
    fleet: Fleet, watched: int, decide: Decide, seed: int, rate: float, hours: float
) -> Measured:
    """Watch for so many hours after the warm-up, at `rate` requests a second."""
    draw = Random(f"{fleet.name} {watched} {seed}")
    warm = fleet.warm_up_hours * HOUR
    until = warm + hours * HOUR
    agenda, bucket = Agenda(), Bucket(rate)
    seen: list[tuple[Watched, float]] = []
    begun = ended = calls = 0

    def begin(now: float, age: float) -> None:
        nonlocal begun
        for life in fleet.draw(draw):
            begun += 1
            agenda.add(Watched(life, now - age * life.whole, begun, now))

    for _ in range(max(watched // fleet.together, 1)):
        begin(0.0, draw.random())
    now = 0.0
    while (now := bucket.take(agenda.earliest(now))) < until:
        one = agenda.take(now)
        calls += now >= warm
        if now < one.ends:
            decide(one, now)
            agenda.add(one)
            continue
        seen.append((one, now))
        ended += 1
        if ended % fleet.together == 0:
            begin(now, 0.0)
    seen.extend((one, until) for one in agenda.everything())
    ends = ((one.life, at - one.ends) for one, at in seen if warm <= one.ends < until - _TAIL)
    return Measured(tuple(ends), calls / (until - warm))


@dataclass(frozen=True)
class Figures:
    """Seconds from the end to the look that saw it, and requests a second."""

    p50: float
    p95: float
    as_forecast: float
    failures: float
    worst: float
    rate: float


def figures(measured: Measured) -> Figures:
    """The medians, the 95th percentile, the failures' mean and the mean of the worst 5 %."""
    delays = measured.delays()
    return Figures(
        p50=_quantile(delays, 0.5),
        p95=_quantile(delays, 0.95),
        as_forecast=_quantile(measured.delays(lambda life: life.ends_as_forecast), 0.5),
        failures=fmean(measured.delays(lambda life: life.fails) or [0.0]),
        worst=fmean(delays[-max(len(delays) // 20, 1) :] or [0.0]),
        rate=measured.rate,
    )


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)] if values else 0.0


@dataclass(frozen=True)
class Compared:
    """A fleet of so many, by the cadence and by the fixed interval."""

    fleet: Fleet
    watched: int
    ends: int
    ours: Figures
    fixed: Figures

    def row(self) -> Sequence[str]:
        """Seconds by the cadence / by the interval, and the ratio."""
        ours, fixed = self.ours, self.fixed
        cells = (
            f"{mine:.0f} / {other:.0f} = {mine / max(other, 1e-9):.2f}"
            for mine, other in (
                (ours.p50, fixed.p50),
                (ours.p95, fixed.p95),
                (ours.as_forecast, fixed.as_forecast),
                (ours.failures, fixed.failures),
                (ours.worst, fixed.worst),
            )
        )
        return self.fleet.name, str(self.watched), str(self.ends), *cells

    def bars(self) -> Sequence[Bar]:
        """How much of the interval's seconds each may be."""
        ours, fixed = self.ours, self.fixed
        return (
            Bar("p50, all", ours.p50 / fixed.p50, 1 / 2),
            Bar("p50, ends as forecast", ours.as_forecast / fixed.as_forecast, 1 / 5),
            Bar("mean, failures", ours.failures / fixed.failures, 1.0),
            Bar("mean, worst 5 %", ours.worst / fixed.worst, 1.5),
        )


def compare(fleet: Fleet, watched: int, seed: int, rate: float, hours: float) -> Compared:
    """Both ways with the same seed; the fixed interval spends what the cadence has spent."""
    ours = measure(fleet, watched, by_cadence(watched / rate), seed, rate, hours)
    interval = watched / ours.rate
    fixed = measure(fleet, watched, by_interval(interval), seed, rate, hours)
    if fixed.rate < _ALIKE * ours.rate:
        # While runs that begin together wait for each other, fewer are watched.
        interval *= fixed.rate / ours.rate
        fixed = measure(fleet, watched, by_interval(interval), seed, rate, hours)
    return Compared(fleet, watched, len(ours.ends), figures(ours), figures(fixed))


_HEAD = (
    *("fleet", "runs", "ends", "p50, all", "p95, all", "p50, as forecast"),
    *("mean, failures", "mean, worst 5 %"),
)


def compare_all(
    seed: int, fleets: Iterable[Fleet], watched: Sequence[int], rate: float, part: float
) -> str:
    """The table of these fleets, each for a part of its hours, and the bars where it has them."""
    compared = [
        compare(fleet, count, seed, rate, fleet.hours * part)
        for fleet in fleets
        for count in watched
    ]
    told = f"seed {seed}; seconds from end to seen, by cadence / by fixed interval"
    rows = table(_HEAD, [each.row() for each in compared])
    barred = [each.bars() for each in compared if each.fleet is USUAL and each.watched == 300]
    bars = "".join(f"\n\n{held(*each)}" for each in barred)
    return f"{told}\n\n{rows}{bars}"


async def tables(quick: bool) -> str:
    """All fleets in three sizes."""
    return compare_all(1, FLEETS, (50, 300, 1000), REQUESTS_PER_SECOND, 0.25 if quick else 1)


def main() -> None:
    """Print the table of the fleets that are chosen."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--watched", type=int, nargs="+", default=[50, 300, 1000])
    parser.add_argument("--fleets", nargs="+", default=[fleet.name for fleet in FLEETS])
    parser.add_argument("--discovery", type=float, default=0.0, help="its share of the requests")
    parser.add_argument("--quick", action="store_true", help="a quarter of the time")
    chosen = parser.parse_args()
    rate = REQUESTS_PER_SECOND * (1 - chosen.discovery)
    fleets = [fleet for fleet in FLEETS if fleet.name in chosen.fleets]
    part = 0.25 if chosen.quick else 1
    print(compare_all(chosen.seed, fleets, chosen.watched, rate, part))


if __name__ == "__main__":
    main()
