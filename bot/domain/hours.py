"""Times of day in a time zone: the hours in which a channel wants quiet, and its daily digest.

Hours are told as clocks on the wall there show them. One that a clock passes over, where summer
time begins, is so much later that day; one that it shows twice is meant when it shows it first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From `begin` to `end` each day, over midnight where `end` is the earlier; never alike."""

    begin: time
    end: time
    zone: str

    def end_of(self, now: datetime) -> datetime | None:
        """When the quiet ends that there is now; None where there is none."""
        until: datetime | None = None
        for begin, end in self._around(now):
            if begin <= (until or now) < end:
                until = end
        return until

    def _around(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The quiet hours of the days around a moment, in order."""
        nights = timedelta(days=1 if self.end < self.begin else 0)
        for day in _days_around(now, self.zone):
            yield _moment(day, self.begin, self.zone), _moment(day + nights, self.end, self.zone)


@dataclass(frozen=True)
class DailyTime:
    """A time of day at which something happens each day."""

    at: time
    zone: str

    def next_after(self, now: datetime, made: date | None = None) -> datetime:
        """The next time after a moment; `made` is the day on which it has happened already."""
        return next(
            at
            for day in _days_around(now, self.zone)
            if (at := _moment(day, self.at, self.zone)) > now and day != made
        )

    def last_day(self, now: datetime) -> date:
        """The last day, as calendars there show it, on which that time has come by now."""
        return max(
            day for day in _days_around(now, self.zone) if _moment(day, self.at, self.zone) <= now
        )


def _days_around(now: datetime, zone: str) -> Iterator[date]:
    today = now.astimezone(ZoneInfo(zone)).date()
    # Yesterday's night may not be over; tomorrow's time may be the one that is left.
    return (today + number * _DAY for number in range(-2, 4))


def _moment(day: date, at: time, zone: str) -> datetime:
    # In a gap this reads the clock as if it had not been put forward yet:
    # https://peps.python.org/pep-0495/#the-fold-attribute
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
