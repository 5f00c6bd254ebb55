"""When something happened, as far as anyone can know it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

# Qianfan writes some of its times with a "Z" that may be Beijing's digits
# (the documents contradict each other), so that both readings have to be tried.
BEIJING = timezone(timedelta(hours=8))

#: How far Qianfan's clock and ours may differ before a time counts as impossible.
TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Happened:
    """The moment of an event, or the two looks between which it lay."""

    after: datetime | None
    before: datetime
    at: datetime | None = None


def happened(written: datetime | None, last_look: datetime | None, this_look: datetime) -> Happened:
    """What to believe of a time that Qianfan wrote for something noticed between two looks."""
    for reading in _readings(written):
        earliest = last_look - TOLERANCE if last_look else reading
        if earliest <= reading <= this_look + TOLERANCE:
            return Happened(last_look, this_look, min(reading, this_look))
    return Happened(last_look, this_look)


def plausible(written: datetime | None, now: datetime) -> datetime | None:
    """A time that cannot lie in the future, read as Beijing's digits where it otherwise would."""
    for reading in _readings(written):
        if reading <= now + TOLERANCE:
            return reading
    return written


def _readings(written: datetime | None) -> tuple[datetime, ...]:
    if written is None:
        return ()
    return (written.astimezone(UTC), written.replace(tzinfo=BEIJING).astimezone(UTC))
