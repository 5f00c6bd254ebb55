"""What is told of how a thing goes on: its progress, and when it is expected to end."""

from bot.domain.forecast import HELD
from bot.domain.glance import Glance, Range
from bot.domain.messages import Bar, Line, Moment, Note, Part, Sentence, say
from bot.domain.resources import Phase, Watchable
from bot.domain.track import Track
from bot.wording.moments import both


def outlook(resource: Watchable, glance: Glance | None, track: Track) -> Sentence | None:
    """What is to be expected of what goes on, in one sentence; None where it would be a guess."""
    if resource.phase is Phase.QUEUED and track.queued_since is not None:
        return say("Seen waiting since {since}.", since=Moment(track.queued_since))
    if glance is None or resource.phase is not Phase.RUNNING:
        return None
    if glance.stands_since is not None:
        return say(
            "No progress since {since}, so there is no telling when it ends.",
            since=Moment(glance.stands_since),
        )
    return _expected(glance.end) if glance.end else None


def progress(resource: Watchable, told: Sentence | None) -> list[Part]:
    """What is to be expected, and how far it is."""
    parts: list[Part] = [Line(told)] if told else []
    if resource.percent is not None and not resource.phase.is_final:
        parts.append(Bar(resource.percent))
    return parts


def basis(glance: Glance | None, track: Track) -> list[Part]:
    """What a range rests on, and how far it can be relied on."""
    if glance is None or glance.end is None or not track.points:
        return []
    since = Moment(track.points[0].at)
    told = say(
        "Judged by its progress since {since}; such a range is right in {held} of 100 cases.",
        since=since,
        held=HELD,
    )
    return [Note(told)]


def _expected(end: Range) -> Sentence:
    if end.earliest is None:
        return say("Expected to end by {latest}.", latest=Moment(end.latest))
    earliest, latest = both(end.earliest, end.latest)
    return say("Expected to end between {earliest} and {latest}.", earliest=earliest, latest=latest)
