"""What is said around giving and taking roles, and the list of all rules."""

from collections.abc import Sequence

from bot.domain.access import Actor, Grant, Role, Rules, Scope, Standing
from bot.domain.facts import RightsChanged
from bot.domain.messages import (
    Code,
    Heading,
    Line,
    Listing,
    Message,
    Moment,
    Note,
    Part,
    Person,
    Sentence,
    say,
)
from bot.domain.ports import ChatGrant
from bot.wording.rights import FILE, denial, subject, subjects, within


def given(grant: Grant) -> Message:
    """A role was given."""
    return Message.of(say("{who} now has the role {grant}.", **_named(grant)))


def given_already(grant: Grant) -> Message:
    """The same role was given there before."""
    return Message.of(
        say("{who} has been given the role {grant} before: nothing was changed.", **_named(grant))
    )


def taken(grants: Sequence[Grant], filed: Sequence[Grant]) -> Message:
    """Roles were taken; what the file gives is left."""
    line = say(
        "What {who} was granted in the chat is taken back: {grants}.",
        who=subjects(grants[0].scope),
        grants=_listed(grants),
    )
    return Message.of(line, *_left(filed))


def nothing_to_take(subject_id: str, filed: Sequence[Grant]) -> Message:
    """No such role was given in the chat."""
    line = say(
        "{who} was given no such role in the chat: nothing was changed.", who=subject(subject_id)
    )
    return Message.of(line, *_left(filed))


def cannot_widen(scope: Scope) -> Message:
    """The asker is not admin of all that they would give."""
    template = say("You are not admin of all that this would give: it would hold{within}.")
    if not scope.channels and not scope.accounts:
        template = say("You are not admin of all that this would give: it would hold everywhere.")
    return Message.of(
        template.with_values(within=within(scope)),
        Note(
            say(
                "Name the channel and the account of which you are admin with {channel} and "
                "{account}; {whoami} tells them.",
                channel=Code("in=#channel"),
                account=Code("account=NAME"),
                whoami=Code("/qf whoami"),
            )
        ),
    )


def cannot_take(grants: Sequence[Grant]) -> Message:
    """The asker is not admin of all that they would take."""
    return Message.of(
        say(
            "You are not admin of all that this would take from {who}: {grants}. "
            "Nothing was changed.",
            who=subjects(grants[0].scope),
            grants=_listed(grants),
        )
    )


_STANDINGS = {
    Standing.GUEST: say("a guest"),
    Standing.STRANGER: say("of another organisation"),
    Standing.DEACTIVATED: say("deactivated"),
    Standing.APP: say("an app"),
}


def no_role_for(actor: Actor) -> Message:
    """Only full members can have a role."""
    return Message.of(
        say(
            "{who} is {standing}, and only full members of this workspace can have a role. "
            "Nothing was changed.",
            who=Person(actor.user_id),
            standing=_STANDINGS[actor.standing],
        )
    )


def all_rules(rules: Rules, in_chat: Sequence[ChatGrant]) -> Message:
    """Everything that is granted and denied, with where it comes from."""
    title = say("Who may do what")
    by_default = say("Everyone has the role {role}.", role=Code(str(rules.default_role)))
    if rules.default_role is Role.NONE:
        by_default = say("Nobody has a role unless it is granted.")
    parts: list[Part] = [Heading(title), Line(by_default)]
    if rules.admins:
        admins = Listing(tuple(map(Person, rules.admins)))
        parts.append(Line(say("Admins: {admins} ({file})", admins=admins, file=FILE)))
    parts += [Line(_in_file(each)) for each in rules.grants if not each.granted_by]
    parts += [Line(_in_chat(each)) for each in in_chat]
    parts += [
        Line(say("Denied: {denial} ({file})", denial=denial(each), file=FILE))
        for each in rules.denials
    ]
    count = sum(not each.granted_by for each in rules.grants) + len(in_chat)
    summary = say(
        "{title}: {count} grants, {denials} denials",
        title=title,
        count=count,
        denials=len(rules.denials),
    )
    return Message(summary, tuple(parts))


def rights_changed(fact: RightsChanged) -> Message:
    """Somebody gave a role in the chat, or took it: for the whole channel to know."""
    template = say("{by} gave {who} the role {role}{within}.")
    if not fact.given:
        template = say("{by} took from {who} the role {role}{within}.")
    scope = Scope(
        channels=frozenset(filter(None, [fact.channel_id])),
        accounts=frozenset(filter(None, [fact.account])),
    )
    return Message.of(
        template.with_values(
            by=Person(fact.by),
            who=subject(fact.subject),
            role=Code(fact.role),
            within=within(scope),
        )
    )


def _in_file(grant: Grant) -> Sentence:
    return say("{who}: {grant} ({file})", file=FILE, **_named(grant))


def _in_chat(each: ChatGrant) -> Sentence:
    return say(
        "{who}: {grant} (given by {giver}, {at})",
        giver=Person(each.grant.granted_by),
        at=Moment(each.at),
        **_named(each.grant),
    )


def _named(grant: Grant) -> dict[str, Listing | Sentence]:
    """A grant's words for a template: `who` has it and what the `grant` is."""
    return {"who": subjects(grant.scope), "grant": _role_within(grant)}


def _role_within(grant: Grant) -> Sentence:
    return say("{role}{within}", role=Code(str(grant.role)), within=within(grant.scope))


def _listed(grants: Sequence[Grant]) -> Listing:
    return Listing(tuple(map(_role_within, grants)))


def _left(filed: Sequence[Grant]) -> list[Part]:
    if not filed:
        return []
    told = say(
        "{file} still gives {grants}; that is changed in the file alone.",
        file=FILE,
        grants=_listed(filed),
    )
    return [Note(told)]
