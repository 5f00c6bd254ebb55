"""The buttons that go with any message, and what a click without a command says."""

from dataclasses import replace

from bot.domain.access import DEFAULT_ACCOUNT
from bot.domain.messages import (
    Button,
    Buttons,
    Line,
    Message,
    Note,
    Part,
    Person,
    Sentence,
    Style,
    say,
)


def with_share(message: Message, press: str) -> Message:
    """The message with a button that repeats it for the whole channel."""
    button = Button(say("Share with the channel"), press)
    last = message.parts[-1] if message.parts else None
    if isinstance(last, Buttons):
        return Message(message.summary, (*message.parts[:-1], Buttons((*last.row, button))))
    return message.with_parts(Buttons((button,)))


def on_account(message: Message, account: str) -> Message:
    """The message with buttons that mean this account wherever they are pressed."""
    return Message(message.summary, tuple(_part_on(part, account) for part in message.parts))


def meaning(message: Message, account: str) -> Message:
    """Buttons in a channel mean the account of what they are about, whichever is meant there."""
    return message if account in ("", DEFAULT_ACCOUNT) else on_account(message, account)


def _part_on(part: Part, account: str) -> Part:
    match part:
        case Buttons(row):
            return Buttons(tuple(_button_on(button, account) for button in row))
        case Line(text, button) if button is not None:
            return Line(text, _button_on(button, account))
        case _:
            return part


def _button_on(button: Button, account: str) -> Button:
    """A command line names the account; the name of a question stands for one that has it."""
    is_line = button.press and "#" not in button.press
    if not is_line or "account=" in button.press:
        return button
    return replace(button, press=f"{button.press} account={account}")


def shared_by(message: Message, user_id: str) -> Message:
    """The message as the whole channel sees it."""
    return message.with_parts(Note(say("Shared by {who}", who=Person(user_id))))


def not_shared(message: Message) -> Message:
    """It could not be shown to the channel; at least the asker has it."""
    return message.with_parts(Note(say("Slack did not take it for the channel: only you see it.")))


def yes_or_no(label: Sentence, name: str) -> Buttons:
    """The two answers to a question; `name` is the stored question's."""
    return Buttons((Button(label, name, Style.DANGER), Button(say("Cancel"), f"no {name}")))


def left_alone() -> Message:
    """A question was answered with no."""
    return Message.of(say("Nothing was changed."))
