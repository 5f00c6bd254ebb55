"""Times of day and time zones as people type them."""

from datetime import time

import pytest

from bot.domain.day_grammar import read_hours, read_time, told
from bot.domain.zones import known_zone, zone_named

NIGHT = (time(22), time(8))


@pytest.mark.parametrize(
    "text",
    [
        "22:00-08:00",
        "22:00–8:00",
        "22:00 — 08:00",
        "22-8",
        "22 - 8",
        "22:00~8:00",
        "22.00-8.00",
        "10pm-8am",
        "10 p.m. to 8 a.m.",
        "from 22:00 to 08:00",
        "22 until 8",
        "22:00 08:00",
        "22点-8点",
        "22时至8时",
        "22:00到8:00",
        "22h-8h",
    ],
)
def test_hours_may_be_written_in_many_ways(text: str) -> None:
    assert read_hours(text) == NIGHT


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("9", time(9)),
        ("09:00", time(9)),
        ("9:05", time(9, 5)),
        ("9am", time(9)),
        ("9:30 pm", time(21, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("24:00", time(0)),
        ("0", time(0)),
        ("9点", time(9)),
        ("9点30分", time(9, 30)),
        ("18h30", time(18, 30)),
    ],
)
def test_a_time_of_day_may_be_written_in_many_ways(text: str, at: time) -> None:
    assert read_time(text) == at


@pytest.mark.parametrize(
    "text", ["", "25", "9:60", "24:01", "13pm", "0am", "nine", "9:5", "900", "-9", "9-", "²"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (what is wrong with it is told by others)
        read_time(text)


@pytest.mark.parametrize("text", ["", "22", "22-", "22-25", "22-8-9", "night", "22:00-08:00 uhr"])
def test_what_are_no_hours_are_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (what is wrong with it is told by others)
        read_hours(text)


def test_a_time_is_told_in_four_digits() -> None:
    assert told(time(8, 5)) == "08:05"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("Shanghai", "Asia/Shanghai"),
        ("beijing", "Asia/Shanghai"),
        ("北京", "Asia/Shanghai"),
        ("new york", "America/New_York"),
        ("america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"),
        ("UTC", "UTC"),
        # There are two cities of that name.
        ("louisville", None),
        ("../etc/passwd", None),
        ("", None),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(text: str, zone: str | None) -> None:
    assert zone_named(text) == zone


@pytest.mark.parametrize(("name", "zone"), [("Europe/Berlin", "Europe/Berlin"), ("Mars", "UTC")])
def test_a_zone_from_outside_that_nobody_knows_is_utc(name: str, zone: str) -> None:
    assert known_zone(name) == zone
