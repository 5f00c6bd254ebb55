"""Making a digest: which of a channel's things it names, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.digests import Digest, Standing
from bot.domain.forecast import forecast
from bot.domain.resources import Failure, FineTuningTask, Phase, Watchable
from bot.domain.track import Track

#: A digest names so many things of each sort; the rest is only counted.
MOST_NAMED = 12

#: A digest tells of no more than this, however long ago the last one was.
LONGEST_TOLD = timedelta(days=7)

#: After so many failed looks in a row a thing counts as one that cannot be read.
_UNREAD = 3

_REASON_CHARACTERS = 300


@dataclass(frozen=True)
class Seen:
    """A watched thing as it was last seen, and how many looks have failed since."""

    resource: Watchable
    at: datetime
    track: Track
    failures: int = 0


def digest(since: datetime, now: datetime, ended: Iterable[Seen], live: Iterable[Seen]) -> Digest:
    """What is to be told of these things; failures first, and what ends soonest before the rest."""
    over = sorted((_outlined(each) for each in ended), key=_gravity)
    going = [_standing(each, now) for each in live]
    waiting = [each for each in going if each.resource.phase is Phase.QUEUED]
    running = sorted((each for each in going if each not in waiting), key=_expected)
    return Digest(
        since,
        now,
        ended=tuple(over[:MOST_NAMED]),
        running=tuple(running[:MOST_NAMED]),
        waiting=tuple(waiting[:MOST_NAMED]),
        failed=sum(each.resource.phase is Phase.FAILED for each in over),
        ended_more=max(len(over) - MOST_NAMED, 0),
        running_more=max(len(running) - MOST_NAMED, 0),
        waiting_more=max(len(waiting) - MOST_NAMED, 0),
    )


def _standing(seen: Seen, now: datetime) -> Standing:
    standing = _outlined(seen)
    if seen.failures >= _UNREAD:
        return replace(standing, unread_since=seen.at)
    expected = forecast(seen.track, seen.resource, now)
    if expected is None:
        return standing
    return replace(standing, earliest=expected.earliest, latest=expected.latest)


def _outlined(seen: Seen) -> Standing:
    """What a line shows of a thing; a digest of many would else be very long."""
    resource = replace(seen.resource, description="", failure=_first_line(seen.resource.failure))
    if isinstance(resource, FineTuningTask):
        resource = replace(resource, checkpoints=(), metrics=(), vdl_link="")
    return Standing(resource)


def _first_line(failure: Failure | None) -> Failure | None:
    if failure is None:
        return None
    lines = failure.message.strip().splitlines()
    return replace(failure, message=lines[0][:_REASON_CHARACTERS] if lines else "")


def _gravity(standing: Standing) -> int:
    order = (Phase.FAILED, Phase.STOPPED)
    phase = standing.resource.phase
    return order.index(phase) if phase in order else len(order)


def _expected(standing: Standing) -> tuple[bool, float]:
    latest = standing.latest
    return (latest is None, latest.timestamp() if latest else 0.0)
