"""What channels hear of an account that does not serve, and when it serves again."""

from bot.domain.access import DEFAULT_ACCOUNT
from bot.domain.facts import Outage, OutageBegan, OutageEnded, Unreadable
from bot.domain.messages import Code, Message, Moment, Note, Sentence, say


def unreadable(fact: Unreadable) -> Message:
    """One thing cannot be read, though others of its account can."""
    return Message.of(
        say(
            "Since {since} Qianfan's answers about {id} cannot be used, though it answers about "
            "others. I keep trying; the console may tell more.",
            since=Moment(fact.since),
            id=Code(fact.resource.id.text),
        )
    )


def outage_began(fact: OutageBegan) -> Message:
    """Nothing can be learned of the runs that are watched here."""
    told = Message.of(
        say(
            "{why} Since {since} I see nothing of the runs watched here. I keep trying, and tell "
            "what happened meanwhile.",
            why=_why(fact.outage),
            since=Moment(fact.since),
        )
    )
    return _of_account(told, fact.account)


def outage_ended(fact: OutageEnded) -> Message:
    """Qianfan serves again."""
    told = Message.of(
        say(
            "Qianfan answers again. From {since} to {until} nothing could be read; what changed "
            "meanwhile follows.",
            since=Moment(fact.since),
            until=Moment(fact.until),
        )
    )
    return _of_account(told, fact.account)


def _of_account(message: Message, account: str) -> Message:
    if account == DEFAULT_ACCOUNT:
        return message
    return message.with_parts(Note(say("Account {account}.", account=Code(account))))


def _why(outage: Outage) -> Sentence:
    match outage:
        case Outage.DOWN:
            return say("Qianfan does not answer.")
        case Outage.THROTTLED:
            return say("Qianfan turns requests away: this account asks more than it allows.")
        case Outage.CREDENTIALS:
            return say(
                "Qianfan does not accept the access key of this account; whoever runs qfbot has to "
                "renew it."
            )
        case Outage.DENIED:
            return say(
                "Qianfan does not let this account's key read fine-tuning runs; whoever runs qfbot "
                "has to give it the right."
            )
        case Outage.CLOCK:
            return say("Qianfan refuses the time of my clock; whoever runs qfbot has to set it.")
        case Outage.BROKEN:
            return say("Qianfan's answers cannot be understood.")
