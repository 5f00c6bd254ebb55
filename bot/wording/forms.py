"""What is said around any form: how it is offered, its menus, its doubts."""

from collections.abc import Iterable

from bot.domain.errors import PlatformError, RequestRejected
from bot.domain.forms import ChoiceField, Form, Option
from bot.domain.listings import ModelSet
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Line,
    Listing,
    Message,
    Note,
    Sentence,
    Style,
    say,
)
from bot.domain.resources import FineTuningTask
from bot.wording import errors
from bot.wording.resources import state_word


def offered(form: Form, press: str) -> Message:
    """A form where no form can be shown: a click opens it, since a click may open one."""
    button = Button(say("Open the form"), press, Style.PRIMARY)
    told = [Note(sentence) for sentence in (*form.told.values(), *form.warnings)]
    told.append(Note(say("Slack opens a form only right after a command or a click.")))
    return Message.of(
        say("{title}: this takes a form.", title=form.title), *told, Buttons((button,))
    )


CANCEL = say("Cancel")
CLOSE = say("Close")

#: The window is open, and what it is for takes a moment.
WORKING = say("Working on it…")

#: The chat service shows no file in a form that it has not been given just there.
FILE_AGAIN = say("If the file is no longer shown here, choose it again.")

#: A value that the chat service cannot show, as a text that is too long.
ENTER_AGAIN = say("What was given cannot be shown here: enter it again.")


def not_sent(told: Iterable[Sentence]) -> Message:
    """What is wrong with a form that cannot be shown once more."""
    return Message.of(say("The form was not sent."), *map(Line, told))


def alarming(told: Sentence) -> Sentence:
    """Something that must not be overlooked."""
    return say("⚠️ {told}", told=told)


def as_typed(text: str) -> Option:
    """What was typed, offered as it is."""
    return Option(text, say("{text}", text=text), say("as typed"))


def model_set_option(model_set: ModelSet) -> Option:
    """A model to put a version into."""
    versions = len(model_set.versions)
    note = say("{id}, one version", id=str(model_set.id))
    if versions != 1:
        note = say("{id}, {versions} versions", id=str(model_set.id), versions=versions)
    return Option(str(model_set.id), say("{name}", name=model_set.name or str(model_set.id)), note)


def run_option(run: FineTuningTask) -> Option:
    """A run to choose."""
    label = say("{name} ({id})", name=run.name, id=str(run.id))
    if not run.name:
        label = say("{id}", id=str(run.id))
    return Option(
        str(run.id),
        label,
        say(
            "{state}, {model} {mode}",
            state=state_word(run.state),
            model=run.model,
            mode=run.train_mode,
        ),
    )


def not_listed(field: ChoiceField, text: str) -> Sentence:
    """A value that the document's list has not; the list may be older than the value."""
    return say(
        "{label}: {text} is not one of those that Qianfan lists ({listed}). The list "
        "may be older than the value: send the form again if you mean it.",
        label=field.label,
        text=Code(text),
        listed=Listing(tuple(Code(option.value) for option in field.options)),
    )


def qianfan_says(error: PlatformError) -> Sentence:
    """Why Qianfan did not do what a form asked for, in one sentence, in its own words."""
    told = errors.explain(error).summary
    if not isinstance(error, RequestRejected) or not error.message:
        return told
    return say("{told} {message}", told=told, message=error.message)
