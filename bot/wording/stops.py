"""What is said around stopping a run: the question, and what is true afterwards."""

from collections.abc import Sequence

from bot.domain.changes import Look
from bot.domain.facts import StopAsked
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Line,
    Message,
    Note,
    Part,
    Person,
    Sentence,
    Style,
    say,
)
from bot.domain.resources import FineTuningTask
from bot.domain.watching import Watched
from bot.wording.buttons import yes_or_no
from bot.wording.resources import details, headline, last_checkpoint

#: The modes for which Qianfan's document promises that a run can be stopped.
_STOPPABLE_MODES = frozenset({"sft", "postpretrain"})


def ask_to_stop(look: Look, reason: str, name: str) -> Message:
    """The run, and whether it is really meant."""
    question = say("Stop {id}?", id=Code(str(look.resource.id)))
    parts: list[Part] = [Line(question), Line(headline(look.resource))]
    if reason:
        parts.append(Line(say("Reason: {reason}", reason=reason)))
    parts += _doubts(look)
    parts += details(look.resource)
    parts.append(yes_or_no(say("Stop it"), name))
    parts.append(Note(say("The question holds for you alone, for 15 minutes.")))
    return Message(question, tuple(parts))


def already_over(look: Look) -> Message:
    """There is nothing left to stop."""
    return Message.of(
        say("{line}: there is nothing to stop.", line=headline(look.resource)),
    )


def stop_confirmed(look: Look) -> Message:
    """It was asked for, and reading it again shows that it stopped."""
    return Message.of(headline(look.resource), *last_checkpoint(look.resource))


def stop_accepted(look: Look) -> Message:
    """It was asked for and taken on; the run has not ended yet."""
    return Message.of(
        say(
            "Qianfan took the request. Read again just now: {line}. "
            "Where the run is watched, the channel hears when it has stopped.",
            line=headline(look.resource),
        ),
        *last_checkpoint(look.resource),
    )


def stop_unread(resource: str) -> Message:
    """It was asked for and taken on, and then it could not be read again."""
    return Message.of(
        say(
            "Qianfan took the request, but could not be read again to see what became of it. "
            "{status} shows it.",
            status=Code(f"/qf status {resource}"),
        )
    )


def stop_not_done(look: Look) -> Message:
    """Qianfan answered that it did not stop it."""
    return Message.of(
        say(
            "Qianfan answered that it did not stop it. Read again just now: {line}.",
            line=headline(look.resource),
        )
    )


def stop_asked(fact: StopAsked) -> Message:
    """Somebody stopped a run through qfbot: who, what and why, for the whole channel."""
    template = say("{who} asked Qianfan to stop {id}.")
    if not fact.accepted:
        template = say("{who} asked Qianfan to stop {id}, and Qianfan did not.")
    line = template.with_values(who=Person(fact.by.user_id), id=Code(str(fact.resource.id)))
    if fact.by.reason:
        line = say("{line} Reason: {reason}", line=line, reason=fact.by.reason)
    return Message.of(line)


def choose_what_to_stop(running: Sequence[Watched]) -> Message:
    """The runs that this channel watches and that still go on."""
    title = say("Which one?")
    parts: list[Part] = [Line(title)]
    for each in running:
        resource = each.look.resource
        parts.append(Line(headline(resource)))
        parts.append(Buttons((Button(say("Stop…"), f"stop {resource.id}", Style.DANGER),)))
    return Message(title, tuple(parts))


def nothing_to_stop() -> Message:
    """The channel watches nothing that runs."""
    return Message.of(
        say(
            "This channel watches nothing that runs. Name what you mean: {example}.",
            example=Code("/qf stop task-0tgmn4a7h4i6"),
        )
    )


def _doubts(look: Look) -> list[Part]:
    """What speaks for its not working, as far as the document says it."""
    resource = look.resource
    if not isinstance(resource, FineTuningTask) or not resource.train_mode:
        return []
    if resource.train_mode.replace("-", "").lower() in _STOPPABLE_MODES:
        return []
    told: Sentence = say(
        "Qianfan promises this for Post-pretrain and SFT only; with {mode} it may refuse.",
        mode=resource.train_mode,
    )
    return [Note(told)]
