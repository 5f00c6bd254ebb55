"""What is said of the cards of a test."""

from bot.doctor.findings import Finding, mend, ok
from bot.doctor.wording.slack import channel_name, why_closed
from bot.domain.errors import WhyNoPost
from bot.domain.ids import Kind
from bot.slack.checkup import ChannelState, NoAnswer

_CARDS = {
    Kind.TASK: "a run's card",
    Kind.COMPRESSION: "a compression task's card",
    Kind.VERSION: "a model version's card",
}


def card_is_sent(kind: Kind) -> Finding:
    """Slack took it with all its blocks."""
    return ok(f"{_CARDS[kind]} was sent: Slack took it")


def card_is_refused(kind: Kind, answer: NoAnswer) -> Finding:
    """Slack did not take it, or did not say."""
    return mend(
        f"{_CARDS[kind]} was not taken: {answer.word or answer.why}",
        "see the findings about Slack above; of blocks that it does not take, report its word with "
        "the version of qfbot",
    )


def no_such_channel(target: str, bot_name: str) -> Finding:
    """A name can be found among the bot's own channels alone."""
    return mend(
        f"the bot is in no channel that is called {target}",
        f"type /invite @{bot_name} there, or give the channel's id",
    )


def channel_is_closed(channel: ChannelState, bot_name: str) -> Finding:
    """The bot may not write there."""
    what = f"nothing was sent to {channel_name(channel)}, which {why_closed(channel)}"
    if channel.shared or channel.why is WhyNoPost.ARCHIVED:
        return mend(what, "name another channel")
    return mend(what, f"type /invite @{bot_name} there, or name another channel")


def channel_is_not_told(target: str, answer: NoAnswer) -> Finding:
    """Slack does not say which channel it is, or what it is."""
    return mend(
        f"nothing was sent: Slack does not tell of {target}: {answer.word or answer.why}",
        "see the findings about Slack above",
    )
