"""What is said of somebody's rights: the role, the rule that gives it, what it allows and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.access import Actor, Decision, Grant, Place, Role, Scope, Why
from bot.domain.messages import (
    Channel,
    Code,
    Group,
    Line,
    Listing,
    Message,
    Note,
    Part,
    Person,
    Sentence,
    Value,
    say,
)

#: Where the rules stand that no chat can change.
FILE = Code("qfbot.toml")


@dataclass(frozen=True)
class Standpoint:
    """Whose rights are meant, where and on which account, and what the rules give there."""

    actor: Actor
    place: Place
    account: str
    role: Role
    grant: Grant | None


def who_you_are(seen: Standpoint, decisions: Sequence[Decision], rules_hash: str) -> Message:
    """The role that one has here, the rule that gives it, and what it allows.

    `rules_hash` names the file of the rules as it was read; it is empty where there is none.
    """
    line = say(
        "You are {who}. Here, on the account {account}, you have {role}.",
        who=Person(seen.actor.user_id),
        account=Code(seen.account),
        role=_role(seen),
    )
    allowed = tuple(Code(each.right.command) for each in decisions if each.allowed)
    refused = tuple(_refused(each) for each in decisions if not each.allowed)
    parts: list[Part] = [Line(line), Line(say("You may run {names}.", names=Listing(allowed)))]
    if refused:
        parts.append(Line(say("You may not run {names}.", names=Listing(refused))))
    if seen.actor.groups is None:
        told = say(
            "Slack did not tell your user groups, so rights you have through them are not counted."
        )
        parts.append(Note(told))
    if rules_hash:
        parts.append(Note(say("By the rules {hash}.", hash=Code(rules_hash))))
    return Message(line, tuple(parts))


def may_they(seen: Standpoint, decision: Decision) -> Message:
    """Whether somebody may run a command there, and what decides it."""
    template = say("{who} may run {command} {where} on the account {account}: {why}.")
    if not decision.allowed:
        template = say("{who} may not run {command} {where} on the account {account}: {why}.")
    line = template.with_values(
        who=Person(seen.actor.user_id),
        command=Code(f"/qf {decision.right.command}"),
        where=place(seen.place),
        account=Code(seen.account),
        why=_because(seen, decision),
    )
    helpers = Listing(tuple(map(subject, decision.who_can_help)))
    if decision.why is Why.ROLE_MISSING and decision.who_can_help:
        return Message.of(line, Note(say("{people} can grant it.", people=helpers)))
    return Message.of(line)


def unknown_person(user_id: str) -> Message:
    """Slack does not say who somebody is."""
    return Message.of(
        say(
            "Slack does not tell me who {who} is, so I can say and change nothing about them.",
            who=Person(user_id),
        )
    )


def place(where: Place) -> Sentence:
    """Where something is asked, to follow a verb."""
    if where.direct:
        return say("in direct messages")
    return say("in {channel}", channel=Channel(where.channel_id))


def subject(subject_id: str) -> Value:
    """A person or a user group."""
    # User-group ids begin with S. https://docs.slack.dev/reference/objects/usergroup-object
    return Group(subject_id) if subject_id.startswith("S") else Person(subject_id)


def subjects(scope: Scope) -> Listing:
    """Whom a rule names."""
    return Listing(tuple(map(subject, sorted(scope.subjects))))


_WITHIN = {
    (False, False): say(""),
    (True, False): say(" in {channels}"),
    (False, True): say(" on the account {accounts}"),
    (True, True): say(" in {channels} on the account {accounts}"),
}


def within(scope: Scope) -> Sentence:
    """Where a rule holds, with a blank before it; nothing where it holds everywhere."""
    return _WITHIN[bool(scope.channels), bool(scope.accounts)].with_values(
        channels=Listing(tuple(map(Channel, sorted(scope.channels)))),
        accounts=Listing(tuple(map(Code, sorted(scope.accounts)))),
    )


def denial(scope: Scope) -> Sentence:
    """What a denial forbids, to whom and where."""
    commands: Value = Listing(tuple(map(Code, sorted(scope.commands))))
    template = say("{commands}{within}" if not scope.subjects else "{commands} for {who}{within}")
    return template.with_values(
        commands=commands if scope.commands else say("every command"),
        who=subjects(scope),
        within=within(scope),
    )


def _role(seen: Standpoint) -> Sentence:
    """The role with the rule that gives it."""
    if seen.grant is None and seen.role is Role.NONE:
        return say("no role, since no rule gives one")
    return say("the role {role}, {source}", role=Code(str(seen.role)), source=_source(seen.grant))


def _source(grant: Grant | None) -> Sentence:
    if grant is None:
        return say("which everyone has")
    template = say("by a grant to {who}{within} in {file}")
    if grant.granted_by:
        template = say("by a grant to {who}{within} that {giver} gave in the chat")
    return template.with_values(
        who=subjects(grant.scope),
        within=within(grant.scope),
        file=FILE,
        giver=Person(grant.granted_by),
    )


_SHORTLY = {
    Why.GROUPS_UNKNOWN: say("groups unknown"),
    Why.NOT_A_MEMBER: say("not a member"),
    Why.SHARED_CHANNEL: say("shared channel"),
}


def _refused(decision: Decision) -> Sentence:
    """A command with the reason for which one may not run it, in a word."""
    command = Code(decision.right.command)
    match decision.why:
        case Why.DENIED:
            return say("{command} (denied in {file})", command=command, file=FILE)
        case Why.ROLE_MISSING:
            role = Code(str(decision.right.role))
            return say("{command} (for {role})", command=command, role=role)
        case _:
            return say("{command} ({why})", command=command, why=_SHORTLY[decision.why])


def _because(seen: Standpoint, decision: Decision) -> Sentence:
    match decision.why:
        case Why.NOT_A_MEMBER:
            return say("they are no full member of this workspace")
        case Why.SHARED_CHANNEL:
            return say("the channel is shared with another organisation")
        case Why.GROUPS_UNKNOWN:
            return say("Slack does not tell their user groups, which decide it")
        case Why.DENIED if isinstance(decision.rule, Scope):
            return say(
                "{file} denies {denial}, and that holds for admins too",
                file=FILE,
                denial=denial(decision.rule),
            )
        case _ if decision.right.role is Role.NONE:
            return say("it is for everyone")
        case _:
            needed = Code(str(decision.right.role))
            return say(
                "it needs the role {needed}, and they have {role}", needed=needed, role=_role(seen)
            )
