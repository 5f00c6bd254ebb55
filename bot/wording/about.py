"""What qfbot says of itself and of what one can ask: help, ping."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.access import Role
from bot.domain.facts import Outage
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
from bot.domain.vitals import AccountVitals, Backlog, Vitals


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
        template = say("{others} more commands are for other roles: {whoami} tells yours.")
        if others == 1:
            template = say("One more command is for other roles: {whoami} tells yours.")
        parts.append(Note(template.with_values(others=others, whoami=Code("/qf whoami"))))
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


def pong(version: str, since_tick: timedelta | None, vitals: Vitals) -> Message:
    """qfbot is there, and how it is doing."""
    ticked: Value = say("never yet")
    if since_tick is not None:
        ticked = say("{span} ago", span=Span(since_tick))
    watched = sum(each.load.watched for each in vitals.accounts.values())
    rows: list[tuple[Sentence, Value]] = [
        (say("Watched"), watched),
        (say("Messages waiting to be sent"), _backlog(vitals.backlog)),
        (say("Last looked for what is due"), ticked),
    ]
    several = len(vitals.accounts) > 1
    for name, account in vitals.accounts.items():
        label = say("Account {account}", account=name) if several else say("Qianfan")
        rows.append((label, _budget(account)))
    late = [_behind(name, each) for name, each in vitals.accounts.items() if _is_behind(each)]
    return Message.of(
        say("qfbot {version} is here.", version=version), Facts(tuple(rows)), *map(Note, late)
    )


def _backlog(backlog: Backlog) -> Value:
    if not backlog.pending:
        return 0
    return say("{pending}, the oldest for {age}", pending=backlog.pending, age=Span(backlog.oldest))


_OUTAGES = {
    Outage.DOWN: say("it does not answer"),
    Outage.THROTTLED: say("it turns requests away"),
    Outage.CREDENTIALS: say("it does not accept the access key"),
    Outage.DENIED: say("the access key may not read runs"),
    Outage.CLOCK: say("it refuses the time of my clock"),
    Outage.BROKEN: say("its answers cannot be understood"),
}


def _budget(account: AccountVitals) -> Sentence:
    """What an account may be asked, and who waits for it."""
    budget = account.budget
    waiting = budget.waiting_urgent + budget.waiting_patient
    template = say("up to {rate} requests a second, {left} at once now")
    if waiting:
        template = say("up to {rate} requests a second, {left} at once now, {waiting} waiting")
    if account.outage is not None:
        template = say("does not serve now ({outage})")
    return template.with_values(
        rate=f"{budget.per_second:g}",
        left=int(budget.tokens),
        waiting=waiting,
        outage=_OUTAGES[account.outage] if account.outage else "",
    )


#: What is so little behind is no news: a look takes that long when others are under way.
_NOTICED = timedelta(minutes=1)


def _is_behind(account: AccountVitals) -> bool:
    return account.is_crowded or account.load.late >= _NOTICED


def _behind(name: str, account: AccountVitals) -> Sentence:
    """With more watched than the budget can serve, looks come later than they should."""
    return say(
        "Account {account} watches {watched}: its requests are enough to look at each every "
        "{pause}, so what is about to end is looked at more often, and the rest seldom. "
        "Due now: {overdue}, the longest for {late}.",
        account=name,
        watched=account.load.watched,
        pause=Span(account.pause),
        overdue=account.load.overdue,
        late=Span(account.load.late),
    )
