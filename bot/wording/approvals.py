"""What is said around another's agreement: to those who ask for it and those who give it."""

from bot.domain.access import Role
from bot.domain.approvals import Request, State
from bot.domain.facts import ApprovalAsked, ApprovalEnded
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Line,
    Listing,
    Message,
    Moment,
    Note,
    Part,
    Person,
    Sentence,
    Style,
    say,
)
from bot.wording.resources import state_word


def waits(request: Request, role: Role) -> Message:
    """Told to the asker: others have to agree, and who those are."""
    template = say(
        "Nothing was done yet: this waits as request {number} until {needed} others agree. "
        "Anybody with the role {role} here can, with {approve}."
    )
    if request.needed == 1:
        template = say(
            "Nothing was done yet: this waits as request {number} until somebody else agrees. "
            "Anybody with the role {role} here can, with {approve}."
        )
    return Message.of(
        template.with_values(
            number=request.number,
            needed=request.needed,
            role=Code(str(role)),
            approve=Code(f"/qf approve {request.number}"),
        ),
        Note(
            say(
                "The channel was asked. It waits until {until}; {decline} takes it back.",
                until=Moment(request.until),
                decline=Code(f"/qf decline {request.number}"),
            )
        ),
    )


def nobody_here(command: str) -> Message:
    """In a direct message there is nobody else who could agree."""
    return Message.of(
        say(
            "Others have to agree to {command}, and here are none. Ask for it in a channel where "
            "they are. Nothing was done.",
            command=Code(f"/qf {command}"),
        )
    )


def unknown(number: int) -> Message:
    """There is no request of that number."""
    return Message.of(say("There is no request {number}.", number=number))


def your_own(request: Request) -> Message:
    """Nobody agrees to what they asked for themselves."""
    return Message.of(
        say(
            "{request} is your own: somebody else has to agree to it. {decline} takes it back.",
            request=_named(request),
            decline=Code(f"/qf decline {request.number}"),
        )
    )


def agreed_before(request: Request) -> Message:
    """Everybody counts once."""
    return Message.of(
        say(
            "You have agreed to {request} before; {rest}.",
            request=_of(request),
            rest=_rest(request),
        )
    )


def agreed(request: Request) -> Message:
    """The agreement counts; the last one that was missing begins it."""
    if request.missing:
        told = say("You agree to {request}; {rest}.", request=_of(request), rest=_rest(request))
        return Message.of(told)
    return Message.of(
        say(
            "You agree to {request}, and it begins now. {asker} and the channel are told what "
            "comes of it.",
            request=_of(request),
            asker=Person(request.origin.user_id),
        )
    )


def declined(request: Request, *, is_own: bool) -> Message:
    """It will not run."""
    template = say(
        "{request} will not run." if is_own else "{request} will not run. {asker} is told."
    )
    return Message.of(
        template.with_values(request=_named(request), asker=Person(request.origin.user_id))
    )


_OVER = {
    State.APPROVED: say("{request} has all the agreement it needs, by {approvers}, and runs soon."),
    State.STARTED: say("{request} was agreed to by {approvers} and has run already."),
    State.DECLINED: say("{request} was declined. It will not run."),
    State.EXPIRED: say(
        "{request} waited until {until}, and is over: too few had agreed. Its asker can ask anew."
    ),
}


def over(request: Request) -> Message:
    """It waits no more."""
    return Message.of(
        _OVER[request.state].with_values(
            request=_named(request),
            approvers=Listing(tuple(map(Person, request.approvers))),
            until=Moment(request.until),
        )
    )


def approval_asked(fact: ApprovalAsked) -> Message:
    """Somebody's change waits for others: what it is, why, and the two answers."""
    template = say(
        "{who} wants to run {line}. Somebody else who may run it has to agree by {until}."
    )
    if fact.needed > 1:
        template = say(
            "{who} wants to run {line}. {needed} others who may run it have to agree by {until}."
        )
    line = template.with_values(
        who=Person(fact.by.user_id),
        line=_line(fact.command, fact.target),
        needed=fact.needed,
        until=Moment(fact.until),
    )
    parts: list[Part] = []
    if fact.by.reason:
        parts.append(Line(say("Reason: {reason}", reason=fact.by.reason)))
    if fact.state:
        parts.append(Line(say("It is *{state}* now.", state=state_word(fact.state))))
    answers = (
        Button(say("Approve"), f"approve {fact.number}", Style.PRIMARY),
        Button(say("Decline"), f"decline {fact.number}"),
    )
    return Message.of(
        line, *parts, Buttons(answers), Note(say("Request {number}", number=fact.number))
    )


_APPROVAL_ENDED = {
    "approved": say("{people} agreed, and {line} of {asker} begins."),
    "declined": say("{people} declined {line} of {asker}. It will not run."),
    "expired": say("{line} of {asker} will not run: too few agreed in time."),
}


def approval_ended(fact: ApprovalEnded) -> Message:
    """What became of a request: told in its channel, and to its asker."""
    template, people = _APPROVAL_ENDED[fact.outcome], tuple(filter(None, fact.by))
    if people == (fact.asker,):
        template = say("{asker} took {line} back. It will not run.")
    elif fact.outcome == "declined" and not people:
        template = say("{line} of {asker} was agreed to, and could not be begun. It will not run.")
    line = template.with_values(
        people=Listing(tuple(map(Person, people))),
        line=_line(fact.command, fact.target),
        asker=Person(fact.asker),
    )
    if fact.reason:
        line = say("{line} Reason: {reason}", line=line, reason=fact.reason)
    return Message.of(line, Note(say("Request {number}", number=fact.number)))


def _named(request: Request) -> Sentence:
    """The request, at the beginning of a sentence."""
    return say("Request {number} ({line})", number=request.number, line=_line_of(request))


def _of(request: Request) -> Sentence:
    """The request, within a sentence."""
    return say("request {number} ({line})", number=request.number, line=_line_of(request))


def _line_of(request: Request) -> Code:
    return _line(request.call.command, request.target)


def _line(command: str, target: str) -> Code:
    return Code(f"/qf {command} {target}".strip())


def _rest(request: Request) -> Sentence:
    if request.missing == 1:
        return say("one more has to")
    return say("{missing} more have to", missing=request.missing)
