"""Quiet hours and daily times, in every time zone, over midnight and both changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.hours import DailyTime, QuietHours

BERLIN = "Europe/Berlin"
SHANGHAI = "Asia/Shanghai"
NIGHT = QuietHours(time(22), time(8), SHANGHAI)
NINE = DailyTime(time(9), SHANGHAI)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

zones = st.sampled_from(sorted(available_timezones()))
# Within these years no zone has left out or repeated a whole day.
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of May 2026 as clocks in Shanghai show it."""
    return datetime(2026, 5, day, hour, minute, tzinfo=ZoneInfo(SHANGHAI)).astimezone(UTC)


def berlin(month: int, day: int, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    """A moment of 2026 as clocks in Berlin show it."""
    shown = datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(BERLIN), fold=fold)
    return shown.astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (shanghai(4, 21, 59), None),
        (shanghai(4, 22), shanghai(5, 8)),
        (shanghai(4, 23, 59), shanghai(5, 8)),
        (shanghai(5, 0), shanghai(5, 8)),
        (shanghai(5, 7, 59), shanghai(5, 8)),
        (shanghai(5, 8), None),
        (shanghai(5, 12), None),
    ],
    ids=str,
)
def test_a_night_goes_over_midnight(now: datetime, until: datetime | None) -> None:
    assert NIGHT.end_of(now) == until


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (shanghai(4, 11, 59), None),
        (shanghai(4, 12), shanghai(4, 14)),
        (shanghai(4, 13, 59), shanghai(4, 14)),
        (shanghai(4, 14), None),
        (shanghai(5, 0), None),
    ],
    ids=str,
)
def test_a_noon_is_over_on_the_same_day(now: datetime, until: datetime | None) -> None:
    assert QuietHours(time(12), time(14), SHANGHAI).end_of(now) == until


def test_the_night_of_summer_time_is_an_hour_shorter() -> None:
    night = QuietHours(time(22), time(8), BERLIN)
    begin = berlin(3, 28, 22)

    assert night.end_of(begin) == begin + 9 * HOUR == berlin(3, 29, 8)


def test_the_night_of_winter_time_is_an_hour_longer() -> None:
    night = QuietHours(time(22), time(8), BERLIN)
    begin = berlin(10, 24, 22)

    assert night.end_of(begin) == begin + 11 * HOUR == berlin(10, 25, 8)


def test_an_hour_that_a_clock_shows_twice_is_quiet_once() -> None:
    night = QuietHours(time(22), time(2, 30), BERLIN)

    assert night.end_of(berlin(10, 25, 2, 15)) == berlin(10, 25, 2, 30)
    assert night.end_of(berlin(10, 25, 2, 15, fold=1)) is None


def test_an_end_that_a_clock_passes_over_is_an_hour_later() -> None:
    night = QuietHours(time(22), time(2, 30), BERLIN)

    assert night.end_of(berlin(3, 29, 1, 59)) == berlin(3, 29, 3, 30)


def test_hours_that_a_clock_passes_over_come_later() -> None:
    nap = QuietHours(time(2, 15), time(2, 45), BERLIN)

    assert nap.end_of(berlin(3, 29, 1, 59)) is None
    assert nap.end_of(berlin(3, 29, 3, 20)) == berlin(3, 29, 3, 45)


@given(zones, times, times, moments)
def test_quiet_ends_within_a_day_and_then_it_is_over(
    zone: str, begin: time, end: time, now: datetime
) -> None:
    assume(begin != end)
    quiet = QuietHours(begin, end, zone)

    until = quiet.end_of(now)

    if until is not None:
        assert now < until <= now + DAY + 2 * HOUR
        assert quiet.end_of(until) is None


@given(zones, times, times, moments)
def test_it_is_quiet_as_the_clocks_there_say_save_around_a_change(
    zone: str, begin: time, end: time, now: datetime
) -> None:
    assume(begin != end)
    here = now.astimezone(ZoneInfo(zone))
    around = ((now + n * HOUR).astimezone(ZoneInfo(zone)).utcoffset() for n in range(-26, 27))
    assume({*around} == {here.utcoffset()})
    shown = here.time()
    within = begin <= shown < end if begin < end else shown >= begin or shown < end

    assert (QuietHours(begin, end, zone).end_of(now) is not None) == within


@given(zones, times, moments)
def test_the_next_daily_time_is_the_first_one_to_come(zone: str, at: time, now: datetime) -> None:
    daily = DailyTime(at, zone)

    following = daily.next_after(now)

    assert now < following <= now + DAY + 2 * HOUR
    assert daily.next_after(following - MINUTE) == following
    shown = following.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    # Later where the clock passes over it, and never earlier.
    assert shown >= datetime.combine(daily.last_day(following), at)


@given(zones, times, moments)
def test_each_day_has_its_time_once(zone: str, at: time, now: datetime) -> None:
    daily = DailyTime(at, zone)
    moment, days = now, []
    for _ in range(5):
        moment = daily.next_after(moment)
        days.append(daily.last_day(moment))

    assert days == [days[0] + number * DAY for number in range(5)]


@given(zones, times, moments)
def test_on_a_day_on_which_it_was_done_there_is_no_other_time(
    zone: str, at: time, now: datetime
) -> None:
    daily = DailyTime(at, zone)
    first = daily.next_after(now)
    made = daily.last_day(first)

    following = daily.next_after(now, made)

    assert following > first
    assert daily.last_day(following) > made


def test_a_time_that_a_clock_passes_over_moves_forward_that_day_alone() -> None:
    daily = DailyTime(time(2, 30), BERLIN)
    saturday = daily.next_after(berlin(3, 28, 0))
    sunday = daily.next_after(saturday)

    assert saturday == berlin(3, 28, 2, 30)
    assert sunday == berlin(3, 29, 3, 30)
    assert daily.next_after(sunday) == berlin(3, 30, 2, 30)


def test_a_time_that_a_clock_shows_twice_is_the_first() -> None:
    daily = DailyTime(time(2, 30), BERLIN)
    first = daily.next_after(berlin(10, 25, 0))

    assert first == berlin(10, 25, 2, 30)
    assert daily.next_after(first) == berlin(10, 26, 2, 30)


def test_after_days_the_last_day_that_is_due_counts() -> None:
    assert NINE.last_day(shanghai(6, 8, 59)) == date(2026, 5, 5)
    assert NINE.last_day(shanghai(6, 9)) == date(2026, 5, 6)
    assert NINE.next_after(shanghai(6, 15)) == shanghai(7, 9)
