"""When to look next."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cadence import Pace, after_failure, next_look
from bot.domain.resources import Phase
from tests.unit.domain.samples import NOON, minutes, task

PACE = Pace(timedelta(seconds=15), timedelta(seconds=300))


def test_what_has_ended_is_not_looked_at_again() -> None:
    assert next_look(task("Done", Phase.DONE), NOON, NOON, PACE) is None


def test_an_unknown_state_is_looked_at_soon() -> None:
    odd = task("Rebalancing", Phase.UNKNOWN)
    assert next_look(odd, None, NOON, PACE) == NOON + PACE.shortest


def test_a_run_near_its_end_is_looked_at_more_often_than_one_in_the_middle() -> None:
    began = NOON - minutes(60)
    middle = next_look(task(progress=30), began, NOON, PACE)
    end = next_look(task(progress=98), began, NOON, PACE)
    assert middle is not None
    assert end is not None
    assert end < middle


@given(
    st.none() | st.integers(0, 100),
    st.integers(0, 100_000),
    st.sampled_from([each for each in Phase if not each.is_final]),
)
def test_the_next_look_lies_always_between_the_shortest_and_the_longest(
    progress: int | None, age: int, phase: Phase
) -> None:
    again = next_look(task("x", phase, progress=progress), NOON - minutes(age), NOON, PACE)
    assert again is not None
    assert PACE.shortest <= again - NOON <= PACE.longest


def test_failures_are_tried_again_ever_more_seldom_and_never_given_up() -> None:
    waits = [after_failure(failures, NOON, PACE) - NOON for failures in range(1, 50)]
    assert waits == sorted(waits)
    assert waits[-1] == PACE.longest
