"""What qfbot says of itself and of what one may do: help, whoami, ping."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.access import Actor, Decision, Grant, Role, Why
from bot.domain.messages import (
    Channel,
    Code,
    Facts,
    Group,
    Heading,
    Line,
    Listing,
    Message,
    Note,
    Part,
    Person,
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


def who_you_are(
    actor: Actor, role: Role, grant: Grant | None, decisions: Sequence[Decision]
) -> Message:
    """The role that one has here, the rule that gives it, and what it allows."""
    line = say(
        "You are {who}, and here you have the role {role}, {source}.",
        who=Person(actor.user_id),
        role=Code(str(role)),
        source=_source(grant),
    )
    allowed = tuple(Code(each.right.command) for each in decisions if each.allowed)
    refused = tuple(each for each in decisions if not each.allowed)
    parts: list[Part] = [Line(line), Line(say("You may run {names}.", names=Listing(allowed)))]
    if refused:
        names = Listing(tuple(_refused(each) for each in refused))
        parts.append(Line(say("You may not run {names}.", names=names)))
    if actor.groups is None:
        told = say(
            "Slack did not tell your user groups, so rights you have through them are not counted."
        )
        parts.append(Note(told))
    return Message(line, tuple(parts))


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


def _source(grant: Grant | None) -> Sentence:
    if grant is None:
        return say("which everyone has")
    who = Listing(tuple(_subject(subject) for subject in sorted(grant.scope.subjects)))
    if not grant.scope.channels:
        return say("by a grant to {who}", who=who)
    where = Listing(tuple(Channel(channel) for channel in sorted(grant.scope.channels)))
    return say("by a grant to {who} in {where}", who=who, where=where)


def _refused(decision: Decision) -> Sentence:
    command = Code(decision.right.command)
    if decision.why is Why.DENIED:
        return say("{command} (denied by a rule)", command=command)
    if decision.why is Why.ROLE_MISSING:
        role = Code(str(decision.right.role))
        return say("{command} (for {role})", command=command, role=role)
    return say("{command} ({why})", command=command, why=say(str(decision.why)))


def _subject(subject: str) -> Value:
    return Group(subject) if subject.startswith("S") else Person(subject)
