"""Alarms: what may be wrong with a thing that goes on, and what of it a channel is to hear."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alarms import (
    LEAST_TIMES,
    LEAST_WAIT,
    NO_ALARMS,
    AlarmLimits,
    begins_anew,
    raised,
    symptoms,
)
from bot.domain.changes import between
from bot.domain.resources import Checkpoint, FineTuningTask, Phase
from bot.domain.symptoms import (
    LossGone,
    LossRising,
    Queued,
    Slowed,
    Stalled,
    Symptom,
    is_serious,
)
from bot.domain.track import Track, follow
from tests.unit.domain.samples import NOON, look, minutes, task

HOUR = timedelta(hours=1)
QUEUED = task("Waiting", Phase.QUEUED)


def lived(percents: Sequence[int]) -> tuple[Track, datetime]:
    """The track of a run that told these percentages, five minutes apart, and when the last."""
    track = Track()
    before = look(task(progress=percents[0]))
    for number, percent in enumerate(percents[1:], start=1):
        now = look(task(progress=percent), NOON + minutes(5 * number))
        track, before = follow(track, before, now), now
    return track, before.at


def found_in(percents: Sequence[int]) -> tuple[Symptom, ...]:
    track, now = lived(percents)
    return symptoms(track, task(progress=percents[-1]), now)


def noisily(percents: Sequence[float], seed: int) -> list[int]:
    """The percentages with three points of noise."""
    draw = Random(seed)
    return [round(min(max(each + draw.gauss(0, 3), 0), 99)) for each in percents]


def with_losses(*losses: float | None) -> FineTuningTask:
    saved = tuple(Checkpoint(100 * n, loss) for n, loss in enumerate(losses, start=1))
    return replace(task(progress=50), checkpoints=saved)


def test_a_run_that_waits_says_since_when() -> None:
    track = Track(queued_since=NOON)
    assert symptoms(track, QUEUED, NOON + HOUR) == (Queued(NOON, HOUR),)


def test_a_run_that_began_to_wait_just_now_has_no_symptom() -> None:
    assert symptoms(Track(queued_since=NOON), QUEUED, NOON + LEAST_WAIT / 2) == ()


def test_what_runs_does_not_wait_whenever_it_once_did() -> None:
    assert symptoms(Track(queued_since=NOON), task(progress=0), NOON + 5 * HOUR) == ()


def test_a_run_that_stands_says_where_and_since_when() -> None:
    found = found_in([0, 10, 20, 30, 40, *[40] * 12])
    assert raised(found, AlarmLimits()) == (Stalled(NOON + minutes(20), HOUR, 40),)


def test_a_run_that_never_moved_stands_too() -> None:
    assert found_in([0] * 13) == (Stalled(NOON, HOUR, 0),)


def test_a_long_run_that_creeps_does_not_stand() -> None:
    """A percent takes it half an hour."""
    assert found_in([n // 6 for n in range(200)]) == ()


def test_a_run_that_is_slower_than_it_was_says_how_much() -> None:
    fast = list(range(0, 41, 2))
    slow = [40 + n // 4 for n in range(80)]
    [slowed] = found_in(fast + slow)
    assert isinstance(slowed, Slowed)
    # At two percents in five minutes it was to take 250 minutes.
    assert abs(slowed.first - NOON - minutes(250)) < minutes(25)
    assert slowed.times >= 2
    assert slowed.likely > slowed.first + HOUR


def test_a_run_that_has_come_to_its_last_percents_is_not_called_slow() -> None:
    assert found_in([*range(80, 90, 2), *[89 + n // 4 for n in range(30)]]) == ()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("hours", [2, 12])
def test_noise_alone_raises_no_alarm(seed: int, hours: int) -> None:
    looks = 12 * hours
    told = noisily([100 * n / looks for n in range(looks)], seed)
    for end in range(2, looks, 7):
        assert raised(found_in(told[:end]), AlarmLimits()) == ()


@pytest.mark.parametrize(
    ("losses", "found"),
    [
        ((1.2, 0.8, math.nan, math.nan), LossGone(300, 200)),
        ((math.nan,), LossGone(100)),
        ((1.2, math.nan, 0.8), None),
        ((1.2, 0.5, 0.6, 0.7, 0.8), LossRising(500, 0.8, 200, 0.5)),
        ((1.2, 0.5, 0.6, 0.7), None),
        ((1.2, 0.5, 0.9), None),
        ((1.2, 0.5, 0.9, 0.8), None),
        ((None, 0.5, 0.7, None, 0.8), LossRising(500, 0.8, 200, 0.5)),
        ((None, None), None),
        ((), None),
    ],
)
def test_a_loss_is_judged_by_its_newest_checkpoints(
    losses: tuple[float | None, ...], found: Symptom | None
) -> None:
    assert symptoms(Track(), with_losses(*losses), NOON) == ((found,) if found else ())


def test_the_order_of_the_checkpoints_does_not_matter() -> None:
    run = with_losses(1.2, 0.8, math.nan)
    run = replace(run, checkpoints=run.checkpoints[::-1])
    assert symptoms(Track(), run, NOON) == (LossGone(300, 200),)


@pytest.mark.parametrize("phase", sorted(set(Phase) - {Phase.QUEUED, Phase.RUNNING}))
def test_what_neither_waits_nor_runs_has_no_symptom(phase: Phase) -> None:
    run = replace(with_losses(math.nan), phase=phase)
    track = replace(lived([5] * 20)[0], queued_since=NOON)
    assert symptoms(track, run, NOON + 9 * HOUR) == ()


limits = st.builds(
    AlarmLimits,
    st.none() | st.timedeltas(LEAST_WAIT, timedelta(days=9)),
    st.none() | st.timedeltas(LEAST_WAIT, timedelta(days=9)),
    st.none() | st.floats(LEAST_TIMES, 100),
    st.booleans(),
)
lengths = st.timedeltas(LEAST_WAIT, timedelta(days=9))
sets_of_symptoms = st.one_of(
    st.tuples(st.builds(Queued, st.just(NOON), lengths)),
    st.tuples(
        st.builds(Stalled, st.just(NOON), lengths, st.just(5)),
        st.builds(Slowed, st.just(NOON), st.just(NOON), st.just(NOON), st.floats(1.5, 99)),
        st.just(LossGone(5)) | st.just(LossRising(5, 2.0, 1, 1.0)),
    ),
)


@given(sets_of_symptoms, limits)
def test_what_was_raised_is_not_raised_again(
    found: tuple[Symptom, ...], limits: AlarmLimits
) -> None:
    had = {each.type for each in raised(found, limits)}
    assert raised(found, limits, had) == ()


@given(sets_of_symptoms, limits)
def test_where_all_is_off_nothing_is_raised(
    found: tuple[Symptom, ...], limits: AlarmLimits
) -> None:
    assert raised(found, NO_ALARMS) == ()
    assert set(raised(found, limits)) <= set(found)


@pytest.mark.parametrize(
    ("symptom", "off"),
    [
        (Queued(NOON, 2 * HOUR), replace(AlarmLimits(), queued=None)),
        (Stalled(NOON, HOUR, 5), replace(AlarmLimits(), stalled=None)),
        (Slowed(NOON, NOON, NOON, 2.0), replace(AlarmLimits(), slow=None)),
        (LossGone(5), replace(AlarmLimits(), loss=False)),
        (LossRising(5, 2.0, 1, 1.0), replace(AlarmLimits(), loss=False)),
    ],
)
def test_each_alarm_comes_at_its_limit_and_can_be_off(symptom: Symptom, off: AlarmLimits) -> None:
    assert raised([symptom], AlarmLimits()) == (symptom,)
    assert raised([symptom], off) == ()


def test_below_its_limit_nothing_is_an_alarm() -> None:
    almost: list[Symptom] = [
        Queued(NOON, 1.9 * HOUR),
        Stalled(NOON, 0.9 * HOUR, 5),
        Slowed(NOON, NOON, NOON, 1.9),
    ]
    assert raised(almost, AlarmLimits()) == ()


def test_a_run_that_stands_is_not_called_slow_as_well() -> None:
    stands, slows = Stalled(NOON, HOUR / 2, 5), Slowed(NOON, NOON, NOON, 3.0)
    assert raised([stands, slows], AlarmLimits()) == ()
    assert raised([stands, slows], AlarmLimits(stalled=None)) == (slows,)


def test_a_hanging_run_and_a_lost_loss_are_serious() -> None:
    assert is_serious(Stalled(NOON, HOUR, 5))
    assert is_serious(LossGone(5))
    assert not is_serious(LossRising(5, 2.0, 1, 1.0))


def test_a_run_that_waits_again_begins_anew() -> None:
    running, waiting = look(task(progress=5)), look(QUEUED, NOON + HOUR)
    assert begins_anew(between(running, waiting))
    assert not begins_anew(between(waiting, replace(running, at=NOON + 2 * HOUR)))
    assert not begins_anew(())
