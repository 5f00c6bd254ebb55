"""What qfbot says of itself and of what one can ask: help, ping."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.access import Role
from bot.domain.messages import (
    Code,
    Facts,
    Heading,
    Line,
    Message,
    Note,
    Part,
    Sentence,
    Span,
    Value,
    say,
)


@dataclass(frozen=True)
class CommandHelp:
    """What help tells of one command."""

    usage: str
    summary: str
    details: str
    role: Role


def help_list(mine: Sequence[CommandHelp], others: int) -> Message:
    """The commands that one may run here, and how many more there are."""
    title = say("What you can ask qfbot")
    parts: list[Part] = [Heading(title)]
    for each in mine:
        told = say("{usage} {summary}", usage=Code(each.usage), summary=say(each.summary))
        parts.append(Line(told))
    if others:
        template = "{others} more commands are for other roles: {whoami} tells yours."
        if others == 1:
            template = "One more command is for other roles: {whoami} tells yours."
        parts.append(Note(say(template, others=others, whoami=Code("/qf whoami"))))
    return Message(say("{title}: {count}", title=title, count=len(mine)), tuple(parts))


def help_for(command: CommandHelp) -> Message:
    """How one command is used."""
    summary = say("{usage} {summary}", usage=Code(command.usage), summary=say(command.summary))
    parts: list[Part] = [Line(summary)]
    if command.details:
        parts.append(Line(say(command.details)))
    parts.append(Note(_for_whom(command.role)))
    return Message(summary, tuple(parts))


def _for_whom(role: Role) -> Sentence:
    if role is Role.NONE:
        return say("For everyone.")
    return say("For those with the role {role} or a higher one.", role=Code(str(role)))


@dataclass(frozen=True)
class Vitals:
    """How qfbot is doing."""

    version: str
    last_tick: timedelta | None
    watched: int
    pending: int


def pong(vitals: Vitals) -> Message:
    """qfbot is there, and how it is doing."""
    line = say("qfbot {version} is here.", version=vitals.version)
    ticked: Value = say("never yet")
    if vitals.last_tick is not None:
        ticked = say("{span} ago", span=Span(vitals.last_tick))
    return Message.of(
        line,
        Facts(
            (
                (say("Watches"), vitals.watched),
                (say("Messages waiting to be sent"), vitals.pending),
                (say("Last looked for what is due"), ticked),
            )
        ),
    )
