"""What the audit tells of attempts: when, who, where, what, the decision and the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.access import Decision, Why
from bot.domain.audit import Ended, Record
from bot.domain.messages import (
    Code,
    Heading,
    Line,
    Message,
    Moment,
    Part,
    Person,
    Sentence,
    say,
)
from bot.wording.rights import place


@dataclass(frozen=True)
class Entry:
    """An attempt, and the command line that makes its call."""

    record: Record
    line: str


def attempts(entries: Sequence[Entry]) -> Message:
    """The attempts, an entry each."""
    title = say("Who asked for what")
    parts: list[Part] = [Heading(title), *(Line(_entry(each)) for each in entries)]
    return Message(say("{title}: {count}", title=title, count=len(entries)), tuple(parts))


def nothing_found() -> Message:
    """Nobody asked for such a thing."""
    return Message.of(say("The audit has nothing of that."))


def _entry(entry: Entry) -> Sentence:
    asked = entry.record.asked
    return say(
        "{at} {who} {where} on the account {account}: {line}\n{decision}. {end}",
        at=Moment(asked.at),
        who=Person(asked.origin.user_id),
        where=place(asked.origin.place),
        account=Code(asked.account),
        line=Code(entry.line),
        decision=_decision(asked.decision),
        end=_end(entry.record.ended),
    )


_REFUSED = {
    Why.DENIED: say("Refused: denied by a rule"),
    Why.ROLE_MISSING: say("Refused: it needs the role {needed}, they had {role}"),
    Why.GROUPS_UNKNOWN: say("Refused: Slack did not tell their user groups"),
    Why.NOT_A_MEMBER: say("Refused: no full member of the workspace"),
    Why.SHARED_CHANNEL: say("Refused: the channel is shared with another organisation"),
}


def _decision(decision: Decision) -> Sentence:
    told = say("Allowed for the role {role}") if decision.allowed else _REFUSED[decision.why]
    needed = Code(str(decision.right.role))
    return told.with_values(role=Code(str(decision.role)), needed=needed)


def _end(ended: Ended | None) -> Sentence:
    if ended is None:
        return say("Its end is not known.")
    if not ended.request_id:
        return say("Outcome: {outcome}.", outcome=Code(ended.outcome))
    return say(
        "Outcome: {outcome}, request {request_id}.",
        outcome=Code(ended.outcome),
        request_id=Code(ended.request_id),
    )
