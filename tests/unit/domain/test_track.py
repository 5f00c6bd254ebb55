"""What is kept of a thing's way so far."""

from datetime import datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.resources import Phase
from bot.domain.track import MOST_POINTS, Point, Track, follow
from tests.unit.domain.samples import NOON, look, minutes, task

QUEUED = task("Waiting", Phase.QUEUED)
DONE = task("Done", Phase.DONE)


def followed(*percents: int | None) -> Track:
    """The track of a run that was seen so, every five minutes; None: it waits."""
    looks = [
        look(QUEUED if percent is None else task(progress=percent), at(number))
        for number, percent in enumerate(percents)
    ]
    track = Track()
    for last, now in pairwise(looks):
        track = follow(track, last, now)
    return track


def at(number: int) -> datetime:
    return NOON + number * minutes(5)


def test_a_run_is_seen_to_wait_and_to_begin() -> None:
    assert followed(None, None) == Track(queued_since=NOON)
    assert followed(None, None, 0) == Track(NOON, at(2), (Point(at(2), 0),), at(2))


def test_nobody_saw_the_beginning_of_what_ran_already() -> None:
    track = followed(40, 50)
    assert (track.queued_since, track.running_since) == (None, None)
    assert track.points == (Point(NOON, 40), Point(at(1), 50))


def test_a_run_that_waits_again_begins_anew() -> None:
    assert followed(None, 5, 10, None) == Track(queued_since=at(3))
    assert followed(None, 5, 10, None, None, 1).running_since == at(5)


def test_the_percentage_has_grown_only_where_it_is_higher_than_ever() -> None:
    assert followed(10, 12, 11, 12, 12).progressed_at == at(1)
    assert followed(10, 12, 11, 13, 12).progressed_at == at(3)


def test_noise_is_kept_and_a_fall_begins_the_points_anew() -> None:
    assert len(followed(50, 55, 51).points) == 3
    fallen = followed(50, 55, 3)
    assert (fallen.points, fallen.progressed_at) == ((Point(at(2), 3),), at(2))


def test_an_end_and_a_look_without_a_percentage_leave_what_is_known() -> None:
    track = followed(None, 5, 10)
    before = look(task(progress=10), at(2))
    assert follow(track, before, look(DONE, at(3))) == track
    assert follow(track, before, look(task(), at(3))) == track


def test_the_same_look_twice_is_known_once() -> None:
    track = followed(5, 10)
    again = look(task(progress=10), at(1))
    assert follow(track, again, again) == track


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=100))
def test_the_points_stay_few_and_in_order_with_the_oldest_and_the_newest(
    steps: list[int],
) -> None:
    percents = [min(sum(steps[: number + 1]), 99) for number in range(len(steps))]
    points = followed(*percents).points
    assert len(points) == min(len(percents), MOST_POINTS)
    assert points[0] == Point(NOON, percents[0])
    assert points[-1] == Point(at(len(percents) - 1), percents[-1])
    assert list(points) == sorted(points, key=lambda point: point.at)


def test_what_is_kept_is_spread_over_the_whole_way() -> None:
    times = [point.at for point in followed(*range(96)).points]
    gaps = [after - before for before, after in pairwise(times)]
    assert max(gaps) <= minutes(5) * 8
