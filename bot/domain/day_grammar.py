"""Times of day as people type them: 22:00, 22, 10pm, 22点."""

import re
from datetime import time

_TIME = r"(\d{1,2})(?:\s*[:.h点时]\s*(\d{2})?分?)?(?:\s*([ap])\.?m\.?)?"
# Dashes of every sort, the words for them, or nothing but a blank.
_UNTIL = r"\s*(?:[-‐‑‒–—―−~〜]+|to|until|till|至|到|\s)\s*"

_ONE = re.compile(_TIME)
_TWO = re.compile(rf"(?:from\s+)?{_TIME}{_UNTIL}{_TIME}")


def read_time(text: str) -> time:
    """The time of day that a text is, in narrow lower case. Raises ValueError."""
    found = _ONE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return _time(*found.groups())


def read_hours(text: str) -> tuple[time, time]:
    """The two times that a text names, in narrow lower case. Raises ValueError."""
    found = _TWO.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    begin, end = found.groups()[:3], found.groups()[3:]
    return _time(*begin), _time(*end)


def told(at: time) -> str:
    """A time of day as all languages of qfbot write it."""
    return f"{at:%H:%M}"


def _time(hours: str, minutes: str | None, half: str | None) -> time:
    hour, minute = int(hours), int(minutes or 0)
    if half is not None:
        if not 1 <= hour <= 12:
            raise ValueError(hours)
        hour = hour % 12 + (12 if half == "p" else 0)
    # The end of a day is the beginning of the next.
    return time(0 if (hour, minute) == (24, 0) else hour, minute)
