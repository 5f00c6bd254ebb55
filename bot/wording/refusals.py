"""What a person reads who may not: the rule, a stale button, a closed channel."""

from bot.domain import errors as e
from bot.domain.access import Decision, Scope, Why
from bot.domain.messages import (
    Channel,
    Code,
    Listing,
    Message,
    Note,
    Person,
    Sentence,
    Span,
    say,
)
from bot.wording.rights import FILE, subject, within


def refused(error: e.Refused) -> Message:
    """What is missing, and who can grant it."""
    decision = error.decision
    told = _refusal(decision)
    if decision.why in (Why.NOT_A_MEMBER, Why.SHARED_CHANNEL, Why.GROUPS_UNKNOWN):
        return Message.of(told)
    return Message.of(told, Note(_who_can_help(decision)))


def _refusal(decision: Decision) -> Sentence:
    command = Code(f"/qf {decision.right.command}")
    match decision.why:
        case Why.NOT_A_MEMBER:
            return say("Only full members of this workspace may use {command}.", command=command)
        case Why.SHARED_CHANNEL:
            return say(
                "This channel is shared with another organisation, so I say nothing about runs "
                "here. Ask me in a direct message: {command}.",
                command=command,
            )
        case Why.GROUPS_UNKNOWN:
            return say(
                "I could not ask Slack for your user groups, which decide whether you may use "
                "{command}. Until I can, the answer is no. Please try again in a minute.",
                command=command,
            )
        case Why.DENIED:
            return say(
                "A rule of this workspace denies {command}{where}. It holds for everyone it names, "
                "admins too.",
                command=command,
                where=within(decision.rule) if isinstance(decision.rule, Scope) else "",
            )
        case _:
            return say(
                "{command} is for those with the role {needed}; here you have the role {had}.",
                command=command,
                needed=Code(str(decision.right.role)),
                had=Code(str(decision.role)),
            )


def _who_can_help(decision: Decision) -> Sentence:
    if not decision.who_can_help:
        return say(
            "Whoever runs qfbot can grant it, in {file}: no admin is named there yet.",
            file=FILE,
        )
    people = Listing(tuple(subject(each) for each in decision.who_can_help))
    if decision.why is Why.DENIED:
        return say("{people} can tell why.", people=people)
    return say("{people} can grant it.", people=people)


def button_expired(error: e.ButtonExpired) -> Message:
    return Message.of(
        say(
            "This question was asked more than {lifetime} ago, and much may have happened since. "
            "Nothing was done. Type {command} again.",
            lifetime=Span(error.lifetime),
            command=Code(f"/qf {error.command}"),
        )
    )


def button_used(error: e.ButtonUsed) -> Message:
    return Message.of(
        say(
            "This question was answered before; the first answer counts, and nothing was done "
            "twice. {status} with the id shows how things are.",
            status=Code("/qf status"),
        )
    )


def button_not_yours(error: e.ButtonNotYours) -> Message:
    return Message.of(
        say("Only {asker} was asked, and only they can answer.", asker=Person(error.asker))
    )


def button_unknown(_error: e.ButtonUnknown) -> Message:
    return Message.of(
        say(
            "I know nothing of this button: its question is long past. Nothing was done. "
            "Type the command again."
        )
    )


def cannot_post(error: e.CannotPost) -> Message:
    channel = Channel(error.channel_id)
    match error.why:
        case e.WhyNoPost.ARCHIVED:
            return Message.of(
                say("{channel} is archived, so nobody can write there.", channel=channel)
            )
        case e.WhyNoPost.OTHERS_DIRECT_MESSAGE:
            return Message.of(
                say("I cannot write in a direct message between others. I can tell you alone."),
            )
        case _:
            return Message.of(
                say(
                    "I cannot write in {channel}, because I am not in it. Type {invite} there, "
                    "then the same command again.",
                    channel=channel,
                    invite=Code("/invite @qfbot"),
                )
            )


def not_a_member(error: e.NotAMember) -> Message:
    return Message.of(
        say(
            "You are not in {channel}, so I do not post there for you. Join it first.",
            channel=Channel(error.channel_id),
        )
    )


def person_unknown(_error: e.PersonUnknown) -> Message:
    return Message.of(
        say(
            "Slack did not tell me what I need to know about you and this channel, so I do nothing "
            "for now. Please try again in a minute."
        )
    )


def unknown_account(error: e.UnknownAccount) -> Message:
    return Message.of(
        say(
            "No Qianfan account is called {given} here. Whoever runs qfbot names the accounts in "
            "{file}.",
            given=Code(error.given),
            file=FILE,
        )
    )


def too_fast(error: e.TooFast) -> Message:
    return Message.of(
        say(
            "You ask more than one person's share, and others wait too. Nothing was done. "
            "Ask again in {wait}.",
            wait=Span(error.wait),
        )
    )
