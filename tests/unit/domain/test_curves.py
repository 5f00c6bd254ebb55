"""What can be drawn and told of a run's checkpoints."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.curves import Curve, Measure, Point, Way, curve_of, is_steep, short_names, trend
from bot.domain.id_grammar import read_id
from bot.domain.resources import Checkpoint, FineTuningTask
from bot.domain.sketches import COLUMNS, ROWS, sketch
from tests.unit.domain.samples import task

NAN, INF = math.nan, math.inf


def run(*checkpoints: Checkpoint, id: str = "task-0tgmn4a7h4i6") -> FineTuningTask:
    return replace(task(), id=read_id(id), checkpoints=checkpoints)


def curve(*checkpoints: Checkpoint) -> Curve:
    return Curve("run", checkpoints)


@pytest.mark.parametrize(
    "checkpoints",
    [
        [],
        [Checkpoint(1, 0.5, 1.6)],
        [Checkpoint(1, 0.5), Checkpoint(2, NAN, INF), Checkpoint(3)],
    ],
)
def test_fewer_than_two_checkpoints_with_numbers_are_no_curve(
    checkpoints: list[Checkpoint],
) -> None:
    assert curve_of(run(*checkpoints)) is None


def test_a_curve_goes_by_steps_and_knows_its_best() -> None:
    found = curve_of(
        run(Checkpoint(300, 0.9, 2.4), Checkpoint(100, 1.5), Checkpoint(200, 0.7, 2.0))
    )
    assert found is not None
    assert (found.name, found.best) == ("task-0tgmn4a7h4i6", 200)
    assert found.points(Measure.LOSS) == (Point(100, 1.5), Point(200, 0.7), Point(300, 0.9))
    assert found.points(Measure.PERPLEXITY) == (Point(200, 2.0), Point(300, 2.4))
    assert found.gaps(Measure.PERPLEXITY) == ()


def test_what_is_no_measurement_is_a_gap() -> None:
    huge = curve(Checkpoint(1, 1e300), Checkpoint(2, -INF), Checkpoint(3, NAN), Checkpoint(4, 2.0))
    assert huge.points(Measure.LOSS) == (Point(4, 2.0),)
    assert huge.gaps(Measure.LOSS) == (1, 2, 3)


def test_what_qianfan_does_not_tell_is_no_gap() -> None:
    assert curve(Checkpoint(1, 1.0), Checkpoint(2, NAN)).gaps(Measure.PERPLEXITY) == ()


@pytest.mark.parametrize(
    ("numbers", "way", "gone_since"),
    [
        ([2.0, 1.0, 1.5], Way.FALLS, None),
        ([1.0, 0.5, 1.5], Way.RISES, None),
        ([1.0, 9.0, 1.001], Way.STAYS, None),
        ([0.0, 0.0], Way.STAYS, None),
        ([2.0, 1.0, NAN, INF], Way.FALLS, 3),
        ([2.0, NAN, 1.0], Way.FALLS, None),
        ([2.0], Way.STAYS, None),
    ],
)
def test_a_trend_goes_from_the_first_number_to_the_last(
    numbers: list[float], way: Way, gone_since: int | None
) -> None:
    found = trend(curve(*(Checkpoint(n, each) for n, each in enumerate(numbers, 1))), Measure.LOSS)
    assert found is not None
    assert (found.way, found.gone_since) == (way, gone_since)


def test_a_trend_knows_its_extremes() -> None:
    numbers = [2.0, 5.0, 0.5, 1.0]
    found = trend(curve(*(Checkpoint(n, each) for n, each in enumerate(numbers))), Measure.LOSS)
    assert found is not None
    assert (found.least, found.greatest) == (Point(2, 0.5), Point(1, 5.0))


def test_only_numbers_that_differ_by_magnitudes_are_steep() -> None:
    assert is_steep([1.0, 1e6])
    assert not is_steep([1.0, 2.0])
    assert not is_steep([0.0, 1e6])
    assert not is_steep([])


def test_short_names_tell_runs_apart() -> None:
    ids = ("task-0tgmn4a7h4i6", "task-0tgmn4a8h4i6", "task-4nf8v2rw6hqe")
    assert short_names([run(id=each) for each in ids]) == ("0tgmn4a7", "0tgmn4a8", "4nf8v2rw")
    assert short_names([run(id=ids[0]), run(id=ids[2])]) == ("0tgmn4", "4nf8v2")
    assert short_names([run(id="task-abcdef"), run(id="task-abcdefg")]) == ("abcdef", "abcdefg")


_NUMBERS = st.floats(-1e100, 1e100)


@given(st.dictionaries(st.integers(0, 10**18), _NUMBERS, min_size=1, max_size=30))
def test_every_sketch_is_a_rectangle_of_braille(numbers: dict[int, float]) -> None:
    rows = sketch([Point(step, numbers[step]) for step in sorted(numbers)])
    assert [len(row) for row in rows] == [COLUMNS] * ROWS
    assert all(0x2800 <= ord(each) < 0x2900 for row in rows for each in row)
    assert any(each != "\u2800" for row in rows for each in row)


def test_a_falling_curve_falls() -> None:
    rows = sketch([Point(0, 3.0), Point(1, 2.0), Point(2, 1.0), Point(3, 0.0)], columns=8, rows=2)
    assert rows == ("⠉⠒⠤⣀⠀⠀⠀⠀", "⠀⠀⠀⠀⠉⠒⠤⣀")
    assert sketch([]) == ()
