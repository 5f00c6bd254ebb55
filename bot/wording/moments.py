"""Two moments that are told together."""

from datetime import datetime, timedelta

from bot.domain.messages import Moment
from bot.domain.moments import Happened

# From this far apart on, "22:30 and 10:00" would leave it open which day is meant.
_ONE_DAY = timedelta(hours=12)

# What lies between two looks this close together happened when it was seen, as people see it.
_CLOSE = timedelta(minutes=2)


def both(first: datetime, second: datetime) -> tuple[Moment, Moment]:
    """The two, the second without its day where that is clear from the first."""
    return Moment(first), Moment(second, day=second - first >= _ONE_DAY)


def gap_of(happened: Happened) -> tuple[Moment, Moment] | None:
    """The two moments between which it happened, where nothing better is known of when."""
    if happened.at is not None or happened.after is None:
        return None
    if happened.before - happened.after <= _CLOSE:
        return None
    return both(happened.after, happened.before)
