"""What was seen of a thing's way so far: what there is to forecast its end from."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.changes import Look
from bot.domain.resources import Phase

#: How many points are kept of a run. A line through more is hardly surer (its error shrinks with
#: the root of their number), and they are stored with each of thousands of things.
MOST_POINTS = 24

#: A percentage that falls by more points than this is no noise: the run began anew.
_FALL = 20


@dataclass(frozen=True)
class Point:
    """How far a run was (whole percents), and when that was seen (world time)."""

    at: datetime
    percent: int


@dataclass(frozen=True)
class Track:
    """What was seen of a thing's way so far (world times); kept with the thing.

    `queued_since` is when it was first seen to wait, `running_since` when it was seen to begin to
    run; either is None where nobody saw it. `points` are of the present running stretch, oldest
    first; `progressed_at` is when the percentage last rose above all that came before in it.
    """

    queued_since: datetime | None = None
    running_since: datetime | None = None
    points: tuple[Point, ...] = ()
    progressed_at: datetime | None = None


def follow(track: Track, last: Look, now: Look) -> Track:
    """What is known after one more look; a run that waits again begins anew."""
    before, phase = last.resource.phase, now.resource.phase
    if phase is Phase.QUEUED:
        since = track.queued_since if before is Phase.QUEUED else None
        return Track(queued_since=since or (last.at if before is Phase.QUEUED else now.at))
    if before is Phase.QUEUED:
        began = now.at if phase is Phase.RUNNING else None
        track = Track(track.queued_since or last.at, running_since=began)
    return _with_point(_with_point(track, last), now)


def _with_point(track: Track, look: Look) -> Track:
    """The track with the look's percentage, where it tells one that is news."""
    percent = look.resource.percent
    if look.resource.phase is not Phase.RUNNING or percent is None:
        return track
    if track.points and look.at <= track.points[-1].at:
        return track
    highest = max((point.percent for point in track.points), default=-1)
    point = Point(look.at, percent)
    if percent < highest - _FALL:
        return replace(track, points=(point,), progressed_at=look.at)
    progressed_at = look.at if percent > highest else track.progressed_at
    return replace(track, points=_thinned((*track.points, point)), progressed_at=progressed_at)


def _thinned(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """At most so many, evenly spread: the one goes whose neighbours lie closest together."""
    if len(points) <= MOST_POINTS:
        return points
    gaps = [after.at - before.at for before, after in zip(points, points[2:], strict=False)]
    crowded = gaps.index(min(gaps)) + 1
    return points[:crowded] + points[crowded + 1 :]
