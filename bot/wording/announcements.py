"""What a channel hears by itself: the live card, and what is told beneath it."""

from datetime import timedelta

from bot.domain.digests import Digest
from bot.domain.facts import (
    AccessGone,
    Actors,
    Alarmed,
    ApprovalAsked,
    ApprovalEnded,
    CardOpened,
    CutOff,
    Fact,
    FollowExpired,
    Gathered,
    JobGone,
    Moved,
    OutageBegan,
    OutageEnded,
    RightsChanged,
    RunAppeared,
    StopAsked,
    Undeliverable,
    Unreadable,
    Vanished,
    VersionAsked,
    WatchExpired,
)
from bot.domain.messages import (
    Bar,
    Code,
    Line,
    Message,
    Moment,
    Note,
    Part,
    Person,
    Sentence,
    Span,
    say,
)
from bot.domain.moments import Happened
from bot.domain.resources import Phase, Watchable
from bot.wording.alarms import alarmed
from bot.wording.approvals import approval_asked, approval_ended
from bot.wording.cut_off import cut_off
from bot.wording.digests import digest
from bot.wording.follows import follow_expired, job_gone, run_appeared
from bot.wording.gathered import gathered
from bot.wording.grants import rights_changed
from bot.wording.outages import outage_began, outage_ended, unreadable
from bot.wording.publishing import version_asked
from bot.wording.resources import actions, details, headline, last_checkpoint, reason, results
from bot.wording.stops import stop_asked
from bot.wording.watches import access_gone, undeliverable

#: Two looks this close together need no "between … and …".
_CLOSE = timedelta(minutes=2)


def announcement(fact: Fact) -> Message:
    """The message that tells a fact."""
    match fact:
        case CardOpened():
            return card(fact.resource, fact.watcher)
        case Moved():
            return _moved(fact)
        case Vanished():
            return vanished(fact)
        case Gathered():
            return gathered(fact)
        case Digest():
            return digest(fact)
        case WatchExpired():
            return watch_expired(fact)
        case StopAsked():
            return stop_asked(fact)
        case AccessGone():
            return access_gone(fact)
        case Undeliverable():
            return undeliverable(fact)
        case Unreadable():
            return unreadable(fact)
        case Alarmed():
            return alarmed(fact)
        case OutageBegan():
            return outage_began(fact)
        case OutageEnded():
            return outage_ended(fact)
        case VersionAsked():
            return version_asked(fact)
        case RunAppeared():
            return run_appeared(fact)
        case FollowExpired():
            return follow_expired(fact)
        case JobGone():
            return job_gone(fact)
        case CutOff():
            return cut_off(fact)
        case ApprovalAsked():
            return approval_asked(fact)
        case ApprovalEnded():
            return approval_ended(fact)
        case RightsChanged():
            return rights_changed(fact)


def perhaps_repeated(message: Message) -> Message:
    """The outcome of an earlier attempt is not known, and the channel may not be read."""
    return message.with_parts(Note(say("This may be a repeat: Slack lost an answer.")))


def card(resource: Watchable, watcher: str) -> Message:
    """The live card of a watched thing."""
    line = headline(resource)
    parts: list[Part] = [Line(line), *reason(resource)]
    if resource.percent is not None and not resource.phase.is_final:
        parts.append(Bar(resource.percent))
    parts += details(resource)
    parts.append(Note(say("Watched for {who}.", who=Person(watcher))))
    return Message(line, (*parts, *actions(resource, watched=True)))


def _moved(moved: Moved) -> Message:
    resource = moved.resource
    if moved.before.is_final and not resource.phase.is_final:
        return went_back(moved)
    match resource.phase:
        case Phase.DONE:
            return finished(moved)
        case Phase.FAILED:
            return failed(moved)
        case Phase.STOPPED:
            return stopped(moved)
        case Phase.UNKNOWN:
            return unknown_state(moved)
        case _:
            return now_in_state(moved)


def now_in_state(moved: Moved) -> Message:
    """It moved on and has not ended."""
    when = _when(moved.happened)
    return Message.of(headline(moved.resource), *([Note(when)] if when else []))


def finished(moved: Moved) -> Message:
    """It came to its good end."""
    return Message.of(headline(moved.resource), *results(moved.resource), *_took(moved))


def failed(moved: Moved) -> Message:
    """It failed: the reason and its code before all else."""
    resource = moved.resource
    line = headline(resource)
    summary = line
    if resource.failure:
        told = " ".join(filter(None, (resource.failure.code, resource.failure.message)))
        summary = say("{line}: {reason}", line=line, reason=told)
    parts = (*reason(resource), *last_checkpoint(resource), *_took(moved))
    return Message(summary, (Line(line), *parts))


def stopped(moved: Moved) -> Message:
    """It was stopped, by somebody through qfbot or otherwise."""
    who = _by(moved.stopped_by) if moved.stopped_by else say("outside qfbot")
    line = say("{line}: {who}.", line=headline(moved.resource), who=who)
    return Message.of(line, *last_checkpoint(moved.resource), *_took(moved))


def unknown_state(moved: Moved) -> Message:
    """Qianfan used a word that qfbot does not know; it goes on watching."""
    return Message.of(
        say(
            "{line}. qfbot does not know this state, so it goes on watching.",
            line=headline(moved.resource),
        )
    )


def went_back(moved: Moved) -> Message:
    """It had ended, and now it has not."""
    return Message.of(
        say(
            "{line}, though it was {before} before. qfbot watches it again.",
            line=headline(moved.resource),
            before=moved.before_state,
        )
    )


def vanished(fact: Vanished) -> Message:
    """Qianfan no longer knows it."""
    return Message.of(
        say(
            "Qianfan no longer knows {id}: it was perhaps deleted. This watch is over.",
            id=Code(str(fact.resource.id)),
        ),
        Note(say("When last seen it was {state}.", state=fact.resource.state)),
    )


def watch_expired(fact: WatchExpired) -> Message:
    """The time of a watch is up."""
    return Message.of(
        say(
            "The time of this watch is up, and {line}. {command} follows it again.",
            line=headline(fact.resource),
            command=Code(f"/qf watch {fact.resource.id}"),
        )
    )


def _by(actors: Actors) -> Sentence:
    by = say("by {who} through qfbot", who=Person(actors.user_id))
    if not actors.reason:
        return by
    return say("{by}, because: {reason}", by=by, reason=actors.reason)


def _took(moved: Moved) -> list[Part]:
    """When it ended, and how long it ran where qfbot saw it begin."""
    when = _when(moved.happened)
    ended = moved.happened.at or moved.happened.before
    if moved.running_since is None or ended <= moved.running_since:
        return [Note(when)] if when else []
    took = say("It ran for about {span}.", span=Span(ended - moved.running_since))
    return [Note(say("{took} {when}", took=took, when=when) if when else took)]


def _when(happened: Happened) -> Sentence | None:
    if happened.at:
        return say("At {at}.", at=Moment(happened.at))
    if happened.after is None or happened.before - happened.after <= _CLOSE:
        return None
    return say(
        "Between {after} and {before}.",
        after=Moment(happened.after),
        before=Moment(happened.before),
    )
