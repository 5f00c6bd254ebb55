"""Which checkpoint is the best, and by what."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkpoints import Best, Why, judged, last
from bot.domain.resources import Checkpoint

NAN = math.nan
INF = math.inf


@pytest.mark.parametrize(
    ("checkpoints", "step", "why"),
    [
        pytest.param(
            [Checkpoint(1, 0.1, 2.0), Checkpoint(2, 0.9, 1.5), Checkpoint(3, 0.2, 1.7)],
            2,
            Why.PERPLEXITY,
            id="the lowest perplexity, whatever the losses",
        ),
        pytest.param(
            [Checkpoint(1, 0.3, 1.5), Checkpoint(2, 0.2, 1.5), Checkpoint(3, 0.4, 1.5)],
            2,
            Why.PERPLEXITY,
            id="of equal perplexities the lower loss",
        ),
        pytest.param(
            [Checkpoint(1, 0.2, 1.5), Checkpoint(3, 0.2, 1.5), Checkpoint(2, 0.2, 1.5)],
            3,
            Why.PERPLEXITY,
            id="of equal values the later step",
        ),
        pytest.param(
            [Checkpoint(1, 0.2, 9.0), Checkpoint(2, 0.1, NAN), Checkpoint(3, 0.1, None)],
            1,
            Why.PERPLEXITY,
            id="one with a perplexity before those without",
        ),
        pytest.param(
            [Checkpoint(1, 0.4, NAN), Checkpoint(2, 0.3), Checkpoint(3, INF, INF)],
            2,
            Why.LOSS,
            id="without any perplexity the lowest loss",
        ),
        pytest.param(
            [Checkpoint(7), Checkpoint(8, NAN, NAN), Checkpoint(3, None, -INF)],
            8,
            Why.LAST,
            id="without any number the last",
        ),
        pytest.param([Checkpoint(7, NAN, NAN)], 7, Why.ONLY_ONE, id="the only one there is"),
    ],
)
def test_the_best_checkpoint_is(checkpoints: list[Checkpoint], step: int, why: Why) -> None:
    found = judged(checkpoints)
    assert found is not None
    assert (found.checkpoint.step, found.why) == (step, why)


def test_a_run_without_checkpoints_has_neither_a_best_nor_a_last() -> None:
    assert (judged([]), last([])) == (None, None)


def test_the_last_is_the_one_of_the_latest_step_in_any_order() -> None:
    assert last([Checkpoint(2), Checkpoint(9), Checkpoint(4)]) == Checkpoint(9)


_NUMBERS = st.none() | st.floats() | st.sampled_from([1.0, 1.5, NAN])


@given(
    st.lists(
        st.builds(Checkpoint, st.integers(0, 5), _NUMBERS, _NUMBERS), min_size=2, max_size=6
    ).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some)))
)
def test_what_is_no_number_never_wins_and_the_order_does_not_matter(
    lists: tuple[list[Checkpoint], list[Checkpoint]],
) -> None:
    one, other = judged(lists[0]), judged(lists[1])
    assert one is not None
    assert other is not None
    assert _values(one) == _values(other)
    if any(_is_finite(each.perplexity) for each in lists[0]):
        assert _is_finite(one.checkpoint.perplexity)
    elif any(_is_finite(each.training_loss) for each in lists[0]):
        assert _is_finite(one.checkpoint.training_loss)


def _is_finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _values(found: Best) -> tuple[Why, int, float | None, float | None]:
    """Why it won and the numbers that count; one that is no number is as good as none."""
    checkpoint = found.checkpoint
    numbers = (
        each if _is_finite(each) else None
        for each in (checkpoint.training_loss, checkpoint.perplexity)
    )
    loss, perplexity = numbers
    return (found.why, checkpoint.step, loss, perplexity)
