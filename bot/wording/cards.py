"""The live card of a watched thing: how it is, what is to be expected, and whom it is for."""

from dataclasses import replace

from bot.domain.changes import Look
from bot.domain.facts import CardOpened
from bot.domain.messages import (
    Button,
    Buttons,
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
from bot.domain.resources import Phase
from bot.domain.track import Track, follow
from bot.domain.watching import Face
from bot.wording import mutes
from bot.wording.details import Row
from bot.wording.ends import failure_line, stop_line, took
from bot.wording.failures import reason, where_to_look
from bot.wording.outlook import basis, outlook, progress
from bot.wording.resources import actions, details, headline


def card_opened(fact: CardOpened) -> Message:
    """The card as it is posted, when one look is all that is known."""
    track = Track()
    if fact.seen_at is not None:
        seen = Look(fact.resource, fact.seen_at)
        track = follow(track, seen, seen)
    return card(Face(fact.resource, fact.watcher, fact.seen_at, track))


def card(face: Face) -> Message:
    """The card as it should be now."""
    if face.resource.phase.is_final:
        return _ended(face)
    if face.glance is not None and face.glance.gone:
        gone = say("Qianfan no longer knows it: it was perhaps deleted. This watch is over.")
        return _left(face, gone)
    if face.ended_at is not None:
        return _no_longer_kept(face)
    return _going_on(face)


def _going_on(face: Face) -> Message:
    resource, line = face.resource, headline(face.resource)
    unread = _unread(face)
    told = unread or outlook(resource, face.glance, face.track)
    parts: list[Part] = [Line(line), *progress(resource, told), *details(resource, _way(face))]
    if unread is None:
        parts += basis(face.glance, face.track)
    summary = say("{line}. {told}", line=line, told=told) if told else line
    return Message(summary, (*parts, _watched(face), *actions(resource, watched=True)))


def _ended(face: Face) -> Message:
    resource = face.resource
    summary = line = headline(resource)
    if resource.phase is Phase.FAILED:
        summary = failure_line(resource)
    if resource.phase is Phase.STOPPED:
        summary = line = stop_line(resource, face.glance.stopped_by if face.glance else None)
    parts: list[Part] = [Line(line), *reason(resource), *_took(face)]
    parts += details(replace(resource, finished_at=None) if _took(face) else resource)
    if resource.phase is Phase.FAILED:
        parts += where_to_look(resource)
    return Message(summary, (*parts, _watched(face), *actions(resource)))


def _no_longer_kept(face: Face) -> Message:
    """Nobody is to trust a card that shows what was once."""
    assert face.ended_at is not None
    resource = face.resource
    told = say(
        "This card is not kept up to date any more: the watch was over {at}. {command} follows it "
        "again.",
        at=Moment(face.ended_at),
        command=Code(f"/qf watch {resource.id}"),
    )
    status = Button(say("Status"), f"status {resource.id}")
    watch = Button(say("Watch"), f"watch {resource.id}")
    return _left(face, told).with_parts(Buttons((status, watch)))


def _left(face: Face, why: Sentence) -> Message:
    """It goes on, or nobody knows, and the card does not follow it."""
    line = headline(face.resource)
    if face.seen_at is not None:
        line = say("{line}, as last seen {at}.", line=line, at=Moment(face.seen_at))
    summary = say("{line} {why}", line=line, why=why)
    return Message(summary, (Line(line), Line(why), *details(face.resource), _watched(face)))


def _unread(face: Face) -> Sentence | None:
    """That it cannot be read, where it is so."""
    if face.glance is None or not face.glance.unread or face.seen_at is None:
        return None
    return say(
        "Last seen {at}: since then Qianfan's answers about it cannot be used.",
        at=Moment(face.seen_at),
    )


def _took(face: Face) -> list[Part]:
    ended = face.glance.ended if face.glance else None
    if ended is None:
        return []
    track = face.track
    return [Line(took(face.resource, ended, track.queued_since, track.running_since))]


def _way(face: Face) -> list[Row]:
    """How long it waited, and since when it runs."""
    queued, running = face.track.queued_since, face.track.running_since
    rows: list[Row] = []
    if queued is not None and running is not None:
        rows.append((say("Waited for"), Span(running - queued)))
    if running is not None:
        rows.append((say("Runs since"), Moment(running)))
    return rows


def _watched(face: Face) -> Note:
    """For whom it is watched, whether the channel hears of it, and how old what it shows is."""
    told = say("Watched for {who}.", who=Person(face.watcher))
    resource, until = face.resource, face.muted_until
    if resource.phase.is_final or face.ended_at is not None:
        return Note(told)
    if until is not None and (face.seen_at is None or until > face.seen_at):
        told = say(
            "{told} It is {muted}: nothing is told here but its end.",
            told=told,
            muted=mutes.until(until),
        )
    if resource.percent is not None and face.seen_at is not None and not _unread(face):
        told = say("{told} As of {at}.", told=told, at=Moment(face.seen_at))
    return Note(told)
