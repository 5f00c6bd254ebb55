"""The daily message of a channel, and what may be settled of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.day_grammar import told
from bot.domain.digests import Digest, Standing
from bot.domain.hours import DailyTime
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Heading,
    Line,
    Message,
    Moment,
    Note,
    Part,
    Sentence,
    say,
)
from bot.domain.resources import Phase
from bot.wording.resources import headline


def digest(fact: Digest) -> Message:
    """The day: what ended, what runs and what waits."""
    summary = say(
        "Daily digest since {since}: {ended} ended, {failed} of them failed; {running} run and "
        "{waiting} wait.",
        since=Moment(fact.since),
        ended=len(fact.ended) + fact.ended_more,
        failed=fact.failed,
        running=len(fact.running) + fact.running_more,
        waiting=len(fact.waiting) + fact.waiting_more,
    )
    parts: tuple[Part, ...] = (
        Heading(say("Daily digest")),
        *_ended(fact),
        *_section(say("*Running*"), fact.running, fact.running_more),
        *_section(say("*Waiting*"), fact.waiting, fact.waiting_more),
        Buttons((Button(say("All that is watched"), "watches"),)),
    )
    return Message(summary, parts)


def digest_set(daily: DailyTime, following: datetime | None, *, anew: bool) -> Message:
    """A channel gets its digest at that time, as it was just set or as it is."""
    values = {"at": told(daily.at), "zone": daily.zone}
    line = say("This channel gets its digest each day at {at} ({zone}).", **values)
    if anew:
        line = say("From now on this channel gets a digest each day at {at} ({zone}).", **values)
    if following is not None:
        line = say("{line} The next is due {following}.", line=line, following=Moment(following))
    return Message.of(
        line,
        Note(
            say(
                "On a day on which there is nothing to tell none comes. {off} ends it.",
                off=Code("/qf digest off"),
            )
        ),
    )


def no_digest(*, anew: bool) -> Message:
    """A channel gets no digest any more, or never did."""
    if anew:
        return Message.of(say("This channel gets no digest any more."))
    return Message.of(
        say(
            "This channel gets no digest. {example} has one come each day at that time.",
            example=Code("/qf digest 09:00"),
        )
    )


def _ended(fact: Digest) -> Iterator[Part]:
    since = Moment(fact.since)
    if not fact.ended:
        yield Line(say("Nothing has ended since {since}.", since=since))
    yield from _section(say("*Ended since {since}*", since=since), fact.ended, fact.ended_more)


def _section(title: Sentence, standings: Sequence[Standing], more: int) -> Iterator[Part]:
    if standings:
        yield Line(title)
    yield from (Line(_line(each)) for each in standings)
    if more:
        yield Note(say("… and {more} more.", more=more))


def _line(standing: Standing) -> Sentence:
    line = headline(standing.resource)
    failure = standing.resource.failure
    if standing.resource.phase is Phase.FAILED and failure is not None:
        reason = " ".join(filter(None, (failure.code, failure.message)))
        return say("{line}: {reason}", line=line, reason=reason)
    if standing.unread_since is not None:
        since = Moment(standing.unread_since)
        return say("{line}, as last seen {since}: it cannot be read now", line=line, since=since)
    if standing.earliest is None or standing.latest is None:
        return line
    return say(
        "{line}, ends probably between {earliest} and {latest}",
        line=line,
        earliest=Moment(standing.earliest),
        latest=Moment(standing.latest),
    )
