"""When to look next."""

from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cadence import Pace, after_failure, plan
from bot.domain.forecast import forecast
from bot.domain.id_grammar import read_id
from bot.domain.resources import ModelVersion, Phase, Watchable
from bot.domain.track import Point, Track
from tests.benchmarks.cadence import by_cadence, by_interval, measure
from tests.benchmarks.fleets import USUAL
from tests.unit.domain.samples import NOON, minutes, task

PACE = Pace(timedelta(seconds=15), timedelta(seconds=300))


def test_failures_are_tried_again_ever_more_seldom_and_never_given_up() -> None:
    waits = [after_failure(failures, NOON, PACE) - NOON for failures in range(1, 50)]
    assert waits == sorted(waits)
    assert waits[-1] == PACE.longest


SHARE = timedelta(seconds=300)
SCARCE = timedelta(seconds=1000)
PLENTY = timedelta(seconds=2)


def on_its_way(percent: int, length: float = 120, late: float = 0) -> Track:
    """A run of so many minutes that was seen at every third percent until noon, `late` ago."""
    began = NOON - minutes(late) - minutes(length) * percent / 100
    points = tuple(
        Point(began + minutes(length) * each / 100, each)
        for each in range(percent % 3, percent + 1, 3)
    )
    kept = points[-24:]
    return Track(running_since=began, points=kept, progressed_at=kept[-1].at)


def version(age: float) -> ModelVersion:
    return ModelVersion(
        id=read_id("amv-0tgmn4a7h4i6"),
        state="Creating",
        phase=Phase.RUNNING,
        created_at=NOON - minutes(age),
    )


def wait(
    resource: Watchable, track: Track | None = None, share: timedelta = SHARE, now: datetime = NOON
) -> timedelta:
    planned = plan(resource, track or Track(), now, PACE, share)
    assert planned is not None
    return planned.at - now


def test_nothing_is_planned_for_what_has_ended() -> None:
    assert plan(task("Done", Phase.DONE), on_its_way(99), NOON, PACE, SHARE) is None


def test_from_the_start_of_the_forecasts_range_looks_come_often() -> None:
    middle, end = on_its_way(30), on_its_way(99)
    assert wait(task(progress=99), end) < SHARE / 4
    assert wait(task(progress=30), middle) > SHARE / 2


def test_the_range_is_not_slept_through() -> None:
    run, track = task(progress=96), on_its_way(96)
    expected = forecast(track, run, NOON)
    assert expected is not None
    planned = plan(run, track, NOON, PACE, SCARCE)
    assert planned is not None
    assert planned.expected_end == expected.earliest
    assert planned.at <= max(expected.earliest, NOON + SCARCE / 5)


def test_a_run_ever_longer_overdue_is_looked_at_ever_more_seldom() -> None:
    waits = [wait(task(progress=99), on_its_way(99, late=late)) for late in (5, 30, 120, 600)]
    assert waits == sorted(waits)
    assert waits[-1] > waits[0] * 2


def test_of_two_runs_in_their_middle_the_shorter_is_looked_at_more_often() -> None:
    run = task(progress=51)
    assert wait(run, on_its_way(51, length=30)) < wait(run, on_its_way(51, length=240))


def test_a_young_run_is_looked_at_more_often_than_one_in_its_second_hour() -> None:
    young = Track(running_since=NOON - minutes(1), points=(Point(NOON, 0),), progressed_at=NOON)
    assert wait(task(progress=0), young) < SHARE * 0.75
    assert wait(task(progress=30), on_its_way(30, length=300)) > SHARE


def test_what_has_waited_long_in_the_queue_is_looked_at_seldom() -> None:
    queued = task("Waiting", Phase.QUEUED)
    waits = [wait(queued, Track(queued_since=NOON - minutes(age))) for age in (0, 10, 60)]
    assert waits == sorted(waits)
    assert waits[0] < SHARE < waits[-1]


@pytest.mark.parametrize("phase", [Phase.ENDING, Phase.UNKNOWN])
def test_an_ending_and_an_unknown_word_are_looked_at_soon(phase: Phase) -> None:
    assert wait(task("Rebalancing", phase), share=PLENTY) == PACE.shortest
    assert wait(task("Rebalancing", phase)) <= SHARE / 10


def test_what_tells_no_percentage_is_looked_at_after_a_tenth_of_its_age() -> None:
    assert wait(version(1), share=PLENTY) == PACE.shortest
    assert wait(version(30), share=PLENTY) == minutes(3)
    assert wait(version(6000), share=PLENTY) == PACE.longest
    assert wait(version(1), share=SCARCE) < wait(version(20), share=SCARCE)


def test_an_age_that_cannot_be_counts_as_none() -> None:
    assert wait(replace(version(0), created_at=None), share=PLENTY) == PACE.shortest
    assert wait(version(-600), share=PLENTY) == PACE.shortest


_LIVING = st.sampled_from([each for each in Phase if not each.is_final])
_WAYS = st.builds(
    on_its_way, st.integers(0, 99), length=st.floats(5, 5000), late=st.floats(0, 5000)
) | st.just(Track())


@settings(deadline=None)
@given(_LIVING, _WAYS, st.floats(0.1, 5000), st.floats(1, 10))
def test_no_look_comes_too_soon_and_more_watched_things_never_make_one_sooner(
    phase: Phase, track: Track, seconds: float, more: float
) -> None:
    run = task("x", phase, progress=track.points[-1].percent if track.points else None)
    fewer, many = timedelta(seconds=seconds), timedelta(seconds=seconds * more)
    assert PACE.shortest <= wait(run, track, fewer) <= wait(run, track, many)
    assert wait(run, track, fewer) <= max(PACE.longest, fewer * 2)


@settings(deadline=None)
@given(_LIVING, _WAYS)
def test_where_there_is_plenty_a_run_is_looked_at_as_often_as_is_allowed(
    phase: Phase, track: Track
) -> None:
    run = task("x", phase, progress=50 if track.points else None)
    if track.points or phase is not Phase.RUNNING:
        assert wait(run, track, PLENTY) == PACE.shortest


def test_ends_as_forecast_are_seen_much_sooner_than_with_a_fixed_interval() -> None:
    fleet, watched, rate = replace(USUAL, warm_up_hours=2), 18, 0.06
    delays = [
        measure(fleet, watched, decide, seed=1, rate=rate, hours=8).delays(
            lambda life: life.ends_as_forecast
        )
        for decide in (by_cadence(watched / rate), by_interval(watched / rate))
    ]
    ours, fixed = (median(each) for each in delays)
    assert ours < fixed / 2
