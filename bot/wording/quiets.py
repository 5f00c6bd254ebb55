"""What is said around a channel's quiet hours."""

from datetime import datetime, time

from bot.domain.day_grammar import told
from bot.domain.hours import QuietHours
from bot.domain.messages import Code, Message, Moment, Note, Part, say


def quiet_set(quiet: QuietHours, now: datetime, *, anew: bool) -> Message:
    """A channel has quiet hours, as they were just set or as they are."""
    values = {"begin": told(quiet.begin), "end": told(quiet.end), "zone": quiet.zone}
    line = say("This channel has quiet hours from {begin} to {end} ({zone}).", **values)
    if anew:
        line = say(
            "From now on this channel has quiet hours from {begin} to {end} ({zone}).", **values
        )
    parts: list[Part] = []
    if (end := quiet.end_of(now)) is not None:
        parts.append(Note(say("It is quiet now, until {end}.", end=Moment(end))))
    parts.append(
        Note(
            say(
                "Failures are told at once, and alarms as grave; the rest when the hours are over, "
                "at most one message a thing. {off} ends the quiet hours.",
                off=Code("/qf quiet off"),
            )
        )
    )
    return Message.of(line, *parts)


def no_quiet(*, anew: bool) -> Message:
    """A channel has no quiet hours any more, or never had."""
    if anew:
        return Message.of(
            say("This channel has no quiet hours any more. What was held back is told now.")
        )
    return Message.of(
        say(
            "This channel has no quiet hours. {example} sets some.",
            example=Code("/qf quiet 22:00-08:00"),
        )
    )


def whole_day(at: time) -> Message:
    """From a time to the same time is no night."""
    return Message.of(
        say(
            "From {at} to {at} is the whole day, and quiet hours have to end. {mute} silences one "
            "run; with {failures} a watch tells of failures alone.",
            at=told(at),
            mute=Code("/qf mute ID"),
            failures=Code("notify=failures"),
        )
    )
