"""When a run is likely to end: honest, and silent while it would be a guess."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.changes import Look
from bot.domain.forecast import HELD, Forecast, forecast
from bot.domain.resources import Phase
from bot.domain.track import Point, Track, follow
from tests.benchmarks.fleets import FLEETS, Fleet, Life, Progress
from tests.unit.domain.samples import NOON, minutes, task

HOURS_2 = timedelta(hours=2)


def told(percents: Sequence[int], *, late: float = 0) -> Forecast | None:
    """The forecast for a run that told these percentages, every five minutes until noon.

    `late`: so many minutes later, the run tells the same.
    """
    track, last, now = Track(), None, NOON
    times = [NOON - minutes(5) * (len(percents) - 1 - number) for number in range(len(percents))]
    looks = [Look(task(progress=percent), at) for at, percent in zip(times, percents, strict=True)]
    if late:
        now = NOON + minutes(late)
        looks.append(Look(task(progress=percents[-1]), now))
    for look in looks:
        track = follow(track, last or look, look)
        last = look
    return forecast(track, looks[-1].resource, now)


def surely(percents: Sequence[int], *, late: float = 0) -> Forecast:
    expected = told(percents, late=late)
    assert expected is not None
    return expected


@pytest.mark.parametrize("percents", [[], [5], [10, 20, 30], [1, 2, 3, 4, 5, 6], [30] * 12])
def test_nothing_is_said_while_it_would_be_a_guess(percents: list[int]) -> None:
    assert told(percents or [0]) is None


def test_only_what_runs_has_a_forecast() -> None:
    track = Track(points=tuple(Point(NOON + minutes(n), 10 * n) for n in range(6)))
    for phase in set(Phase) - {Phase.RUNNING}:
        assert forecast(track, task("x", phase, progress=50), NOON + minutes(6)) is None


def test_a_steady_run_ends_where_its_line_leads() -> None:
    expected = surely(range(1, 62, 2))
    assert expected.earliest < NOON + minutes(97.5) < expected.latest
    assert abs(expected.likely - (NOON + minutes(97.5))) < minutes(1)


def test_the_range_narrows_on_the_way() -> None:
    ranges = [surely(range(0, percent, 2)) for percent in (22, 42, 62, 82)]
    widths = [each.latest - each.earliest for each in ranges]
    assert widths == sorted(widths, reverse=True)


def test_after_a_stop_the_pace_since_then_counts() -> None:
    expected = surely([*range(0, 40, 4), *[40] * 10, *range(42, 82, 4)])
    assert abs(expected.likely - (NOON + minutes(25))) < minutes(8)


def test_what_stands_still_may_stand_for_as_long_again() -> None:
    expected = surely([*range(0, 52, 4), *[50] * 12])
    assert expected.earliest > NOON + minutes(40)
    assert expected.latest - expected.earliest > minutes(50)


def test_what_is_told_in_steps_is_half_a_step_further_on_average() -> None:
    steps = [percent // 10 * 10 for percent in range(0, 82, 2)]
    assert abs(surely(steps).likely - (NOON + minutes(48))) < minutes(5)


def test_an_overdue_run_is_expected_within_as_long_as_it_is_late() -> None:
    soon, later = (surely([*range(0, 98, 4), 99], late=late) for late in (20, 60))
    for expected, late in ((soon, 20), (later, 60)):
        assert NOON + minutes(late) <= expected.earliest
        assert expected.latest < NOON + minutes(late) * 3
    assert later.latest - later.earliest > soon.latest - soon.earliest


def looks_at(life: Life, every: float) -> Iterator[tuple[Track, Look]]:
    """What was known at each look at a run that began at noon."""
    yield from _seen(life.progress.told, every, int(life.length / every), life.length)


def _seen(
    told: Callable[[float], int], every: float, looks: int, length: float | None = None
) -> Iterator[tuple[Track, Look]]:
    """What was known at each of so many looks at a run that tells so much of each share."""
    track, last = Track(), None
    for number in range(looks):
        at = number * every
        run = task(progress=told(at / (length or every * looks)))
        now = Look(run, NOON + timedelta(seconds=at))
        track = follow(track, last or now, now)
        last = now
        yield track, now


@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet.name)
def test_the_range_holds_the_true_end_as_often_as_it_says(fleet: Fleet) -> None:
    draw = Random(fleet.name)
    lives = [life for _ in range(200 // fleet.together) for life in fleet.draw(draw)]
    held = []
    for life in (life for life in lives if not life.fails):
        end = NOON + timedelta(seconds=life.length)
        for track, now in looks_at(life, every=life.length / draw.uniform(8, 25)):
            expected = forecast(track, now.resource, now.at)
            if expected is not None:
                held.append(expected.earliest <= end <= expected.latest)
    assert len(held) > 500
    assert sum(held) / len(held) >= HELD / 100 - 0.02


def _stops_once(draw: Random, noise: float) -> tuple[Callable[[float], int], float]:
    """What a run tells that stands for a part of its time, and from when on it goes on."""
    wobble = tuple(draw.gauss(0.0, noise) for _ in range(21))
    progress = Progress(draw.uniform(0.05, 0.9), draw.uniform(0.15, 0.5), wobble)
    return progress.told, (1 - progress.stall) * progress.stalls_at + progress.stall


def _jumps_once(draw: Random, noise: float) -> tuple[Callable[[float], int], float]:
    """What a run tells that jumps ahead or falls back on its way, and when it does."""
    wander = Progress(wobble=tuple(draw.gauss(0.0, noise) for _ in range(21)))
    at, size = draw.uniform(0.1, 0.85), draw.choice((-1, 1)) * draw.uniform(8, 25)

    def told(share: float) -> int:
        wandered = wander.told(share) - 100 * share
        percent = (100 - size) * share + (size if share >= at else 0.0) + wandered
        return round(min(max(percent, 0.0), 99.0))

    return told, at


@pytest.mark.parametrize(
    ("way", "noise", "least"),
    [
        (_stops_once, 0.0, 0.9),
        (_stops_once, 1.0, 0.9),
        (_stops_once, 3.0, 0.72),
        (_jumps_once, 0.0, 0.72),
        (_jumps_once, 1.0, 0.72),
        (_jumps_once, 3.0, 0.6),
    ],
)
def test_after_a_stop_or_a_jump_the_range_holds_nearly_as_often(
    way: Callable[[Random, float], tuple[Callable[[float], int], float]],
    noise: float,
    least: float,
) -> None:
    draw = Random(f"{way.__name__} {noise}")
    held = []
    for _ in range(120):
        told, since = way(draw, noise)
        looks = draw.randint(8, 25)
        for track, now in _seen(told, HOURS_2.total_seconds() / looks, looks):
            expected = forecast(track, now.resource, now.at)
            if now.at > NOON + HOURS_2 * since and expected and not expected.stands_since:
                held.append(expected.earliest <= NOON + HOURS_2 <= expected.latest)
    assert len(held) > 300
    assert sum(held) / len(held) >= least


def test_what_stands_is_said_to_stand_since_it_rose_last() -> None:
    standing = surely([*range(0, 52, 4), *[48] * 12])
    assert standing.stands_since == NOON - minutes(5 * 12)
    assert surely([*range(0, 52, 4), *[48] * 12, 52, 56]).stands_since is None


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 20_000), st.integers(0, 100)), max_size=40),
    st.integers(0, 100_000),
)
def test_whatever_is_told_the_end_lies_ahead_and_in_order(
    steps: list[tuple[int, int]], later: int
) -> None:
    track, last, at = Track(), None, NOON
    now = Look(task(progress=0), at)
    for seconds, percent in steps:
        at += timedelta(seconds=seconds)
        now = Look(task(progress=percent), at)
        track = follow(track, last or now, now)
        last = now
    asked: datetime = at + timedelta(seconds=later)
    expected = forecast(track, now.resource, asked)
    if expected is not None:
        assert asked <= expected.earliest <= expected.likely <= expected.latest
