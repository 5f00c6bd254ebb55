"""How a thing ended: what came of it, why it failed, who stopped it, and how long it took."""

from datetime import datetime, timedelta

from bot.domain.facts import Actors, Moved
from bot.domain.messages import Line, Message, Moment, Note, Part, Person, Sentence, Span, say
from bot.domain.moments import Happened
from bot.domain.resources import ModelVersion, Watchable
from bot.wording.failures import reason, where_to_look
from bot.wording.moments import gap_of
from bot.wording.resources import actions, headline, last_checkpoint, results

# Who waited for less has not waited.
_WAITED = timedelta(minutes=1)


def finished(moved: Moved) -> Message:
    """It came to its good end."""
    resource = moved.resource
    return Message.of(headline(resource), *results(resource), *_took(moved), *actions(resource))


def failed(moved: Moved) -> Message:
    """It failed: the reason and its code before all else."""
    resource = moved.resource
    parts = [*reason(resource), *last_checkpoint(resource), *_took(moved)]
    parts += [*where_to_look(resource), *actions(resource)]
    return Message(failure_line(resource), (Line(headline(resource)), *parts))


def stopped(moved: Moved) -> Message:
    """It was stopped, by somebody through qfbot or otherwise."""
    resource = moved.resource
    parts = (*last_checkpoint(resource), *_took(moved), *actions(resource))
    return Message.of(stop_line(resource, moved.stopped_by), *parts)


def failure_line(resource: Watchable) -> Sentence:
    """That it failed, and why, in one sentence."""
    line = headline(resource)
    if resource.failure is None:
        return line
    told = " ".join(filter(None, (resource.failure.code, resource.failure.message)))
    return say("{line}: {reason}", line=line, reason=told)


def stop_line(resource: Watchable, stopped_by: Actors | None) -> Sentence:
    """That it was stopped, and by whom as far as qfbot knows."""
    who = _by(stopped_by) if stopped_by else say("outside qfbot")
    return say("{line}: {who}.", line=headline(resource), who=who)


def took(
    resource: Watchable,
    happened: Happened,
    queued_since: datetime | None,
    running_since: datetime | None,
) -> Sentence:
    """When it ended, how long it ran and how long it waited, where qfbot saw it begin."""
    when = _since(happened) if isinstance(resource, ModelVersion) else _when(happened)
    ended = happened.at or happened.before
    if running_since is None or ended <= running_since:
        return when
    ran = Span(ended - running_since)
    if queued_since is None or running_since - queued_since < _WAITED:
        return say("{when} It ran for about {ran}.", when=when, ran=ran)
    waited = Span(running_since - queued_since)
    return say(
        "{when} It ran for about {ran}, after waiting for about {waited}.",
        when=when,
        ran=ran,
        waited=waited,
    )


def _took(moved: Moved) -> list[Part]:
    told = took(moved.resource, moved.happened, moved.queued_since, moved.running_since)
    return [Note(told)]


def _by(actors: Actors) -> Sentence:
    by = say("by {who} through qfbot", who=Person(actors.user_id))
    if not actors.reason:
        return by
    return say("{by}, because: {reason}", by=by, reason=actors.reason)


def _when(happened: Happened) -> Sentence:
    if happened.at:
        return say("Ended {at}.", at=Moment(happened.at))
    gap = gap_of(happened)
    if gap is None:
        return say("Ended about {at}.", at=Moment(happened.before))
    return say("Ended between {after} and {before}.", after=gap[0], before=gap[1])


def _since(happened: Happened) -> Sentence:
    """A version goes on as what it has become."""
    gap = gap_of(happened)
    if gap is None:
        return say("It has been so since {at}.", at=Moment(happened.at or happened.before))
    return say(
        "It has been so since some time between {after} and {before}.", after=gap[0], before=gap[1]
    )
