"""Which run is the best by a metric."""

import math

import pytest

from bot.domain.comparisons import Better, as_number, bests, better


@pytest.mark.parametrize(
    ("metric", "end"),
    [
        ("BLEU-4", Better.HIGH),
        ("ROUGE-L", Better.HIGH),
        ("evalLoss", Better.LOW),
        ("Perplexity", Better.LOW),
        ("速度", None),
        ("steps", None),
    ],
)
def test_a_metrics_name_tells_which_end_is_good(metric: str, end: Better | None) -> None:
    assert better(metric) is end


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13.38%", 13.38),
        (" 0.5 ", 0.5),
        ("-1e-3", -0.001),
        ("", None),
        ("n/a", None),
        ("nan", None),
    ],
)
def test_a_value_is_read_as_qianfan_writes_it(text: str, number: float | None) -> None:
    assert as_number(text) == number


@pytest.mark.parametrize(
    ("numbers", "end", "places"),
    [
        ([1.0, 2.0, None], Better.HIGH, {1}),
        ([1.0, 2.0, 1.0], Better.LOW, {0, 2}),
        ([1.0, 1.0], Better.LOW, set()),
        ([1.0, None], Better.LOW, set()),
        ([1.0, 2.0], None, set()),
        ([math.nan, 1.0, 2.0, -math.inf], Better.LOW, {1}),
    ],
)
def test_the_best_are_marked_where_there_is_a_choice(
    numbers: list[float | None], end: Better | None, places: set[int]
) -> None:
    assert bests(numbers, end) == places
