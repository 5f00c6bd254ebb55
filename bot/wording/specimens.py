"""The cards that somebody sends by hand, to see that they arrive and how they look."""

from bot.domain.facts import CardOpened
from bot.domain.messages import Code, Line, Message, say
from bot.domain.resources import Watchable
from bot.wording.cards import card_opened


def specimen(resource: Watchable, bot_user_id: str) -> Message:
    """The card of something made up, which says so before all else."""
    shown = card_opened(CardOpened(resource, bot_user_id))
    mark = say(
        "*This is a test*, sent by {command}: what it shows is made up, and nothing is watched.",
        command=Code("qfbot check --send-test"),
    )
    summary = say("Test: {sentence}", sentence=shown.summary)
    return Message(summary, (Line(mark), *shown.parts))
