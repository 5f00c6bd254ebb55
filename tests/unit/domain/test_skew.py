"""How far our clock is from another's, by the date of an answer."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.skew import Dated, http_date

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_whole_second_within_the_time_of_asking_is_no_difference() -> None:
    assert Dated(NOON, NOON + 0.9 * SECOND, NOON + 1.2 * SECOND).skew == timedelta(0)
    assert Dated(NOON, NOON - 5 * SECOND, NOON + SECOND).skew == timedelta(0)


def test_what_lies_outside_is_the_least_difference_that_there_must_be() -> None:
    assert Dated(NOON, NOON + 11 * SECOND, NOON + 12 * SECOND).skew == 10 * SECOND
    assert Dated(NOON, NOON - 12 * SECOND, NOON - 11 * SECOND).skew == -11 * SECOND


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 04 May 2026 12:00:00 GMT", NOON),
        ("Mon, 04 May 2026 12:00:00 -0000", NOON),
        ("noon", None),
        ("", None),
    ],
)
def test_a_date_header_is_read(text: str, moment: datetime | None) -> None:
    assert http_date(text) == moment
