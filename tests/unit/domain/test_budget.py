"""The rule of the budget, on its own."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import Level, Rate

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

rates = st.builds(Rate, st.floats(0.01, 50), st.floats(0, 20))


@pytest.mark.parametrize(
    ("burst", "reserve"), [(0, 0), (1, 0), (3.9, 0), (4, 1), (7.9, 1), (8, 2), (10, 2), (100, 2)]
)
def test_a_quarter_of_the_burst_is_kept_for_questions_and_two_at_most(
    burst: float, reserve: int
) -> None:
    assert Rate(1, burst).reserve == reserve


@pytest.mark.parametrize("per_second", [0, -1])
def test_a_rate_that_never_gives_a_token_is_refused(per_second: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        Rate(per_second, 1)


def test_tokens_come_at_the_rate_up_to_the_burst() -> None:
    rate = Rate(2, 3)
    assert Level(0, NOW).filled(rate, NOW + SECOND) == Level(2, NOW + SECOND)
    assert Level(0, NOW).filled(rate, NOW + 9 * SECOND).tokens == 3
    assert Level(0, NOW).filled(Rate(2, 0.5), NOW + 9 * SECOND).tokens == 1


def test_a_clock_that_is_set_back_fills_nothing_and_loses_nothing() -> None:
    rate = Rate(1, 10)
    back = Level(3, NOW).filled(rate, NOW - timedelta(hours=1))
    assert back.tokens == 3
    assert back.filled(rate, back.at + SECOND).tokens == 4


def test_what_is_given_back_beyond_the_burst_is_lost() -> None:
    assert Level(3, NOW).spent(-1).filled(Rate(1, 3), NOW).tokens == 3


@given(rate=rates, tokens=st.floats(0, 20), reserve=st.integers(0, 3))
def test_after_the_wait_there_is_a_token_beyond_the_reserve_and_not_long_before(
    rate: Rate, tokens: float, reserve: int
) -> None:
    level = Level(min(tokens, rate.most), NOW)
    wait = level.wait(rate, reserve)
    assert (wait == timedelta(0)) == (level.spare(reserve) >= 1)
    if rate.most >= reserve + 1:
        # Moments are whole microseconds: the last token may lack that much.
        after = level.filled(rate, NOW + wait).spent(0)
        assert after.tokens >= reserve + 1 - 1e-4
        before = level.filled(rate, NOW + wait - timedelta(milliseconds=2))
        assert wait == timedelta(0) or before.spare(reserve) < 1
