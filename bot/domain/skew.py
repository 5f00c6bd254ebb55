"""How far our clock is from another's, told by the date of an answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A date header leaves the fraction out (RFC 9110, 5.6.7).
_GRAIN = timedelta(seconds=1)


@dataclass(frozen=True)
class Dated:
    """An answer's own date, and when it was asked for and came by our clock (wall)."""

    theirs: datetime
    asked: datetime
    came: datetime

    @property
    def skew(self) -> timedelta:
        """By how much our clock is ahead, at least; negative where it is behind."""
        if self.theirs + _GRAIN < self.asked:
            return self.asked - self.theirs - _GRAIN
        if self.theirs > self.came:
            return self.came - self.theirs
        return timedelta(0)


def http_date(text: str) -> datetime | None:
    """The moment of a Date header; None where it cannot be read."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
