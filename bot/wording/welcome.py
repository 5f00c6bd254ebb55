"""What a channel is told when the bot comes into it."""

from bot.domain.messages import Button, Buttons, Code, Line, Message, Note, Style, say
from bot.wording.watches import WATCH_A_RUN


def welcome() -> Message:
    """The bot is here: what it does in a channel, and three ways to begin."""
    greeting = say("👋 Hello, I am qfbot: with me you run and follow fine-tuning on Baidu Qianfan.")
    watch = say(
        "Have me watch a run: this channel then has a card that is kept up to date, and hears how "
        "the run ends, and why it failed. {status} tells how a run is; {stop} and {publish} are "
        "for those who may.",
        status=Code("/qf status"),
        stop=Code("/qf stop"),
        publish=Code("/qf publish"),
    )
    threads = say(
        "In a thread, where commands cannot go, mention me: {example}.",
        example=Code("@qfbot status task-0tgmn4a7h4i6"),
    )
    row = (
        Button(WATCH_A_RUN, "watch", Style.PRIMARY),
        Button(say("What runs now"), "runs running"),
        Button(say("Help"), "help"),
    )
    return Message.of(greeting, Line(watch), Buttons(row), Note(threads))
