"""What is said around a run's curve: shown to who asks, and posted for all."""

from bot.domain.changes import Look
from bot.domain.curves import Curve, curve_of
from bot.domain.facts import ChartAsked
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Line,
    Message,
    Note,
    Person,
    Sentence,
    Style,
    say,
)
from bot.domain.resources import FineTuningTask, Phase
from bot.wording.curves import in_characters, in_words
from bot.wording.resources import headline


def chart(look: Look, curve: Curve, post: str) -> Message:
    """A run's curve for who asks; the button makes the call that shows the channel a picture."""
    line = headline(look.resource)
    button = Button(say("Post the chart"), post, Style.PRIMARY)
    summary = say("{line}. {trend}", line=line, trend=in_words(curve))
    return Message(summary, (Line(line), *in_characters(curve), Buttons((button,))))


def no_curve(run: FineTuningTask) -> Message:
    """There is nothing to draw."""
    line = headline(run)
    if not run.checkpoints:
        why = say("{line}: it has no checkpoints, so there is no curve to draw.", line=line)
    else:
        why = say(
            "{line}: fewer than two of its checkpoints have a loss or a perplexity, so there is "
            "no curve to draw.",
            line=line,
        )
    parts = []
    if not run.phase.is_final:
        parts.append(Note(say("Some runs have checkpoints only when they have ended.")))
    elif run.phase is Phase.DONE:
        status = Code(f"/qf status {run.id} show=all")
        parts.append(Note(say("{status} shows all that Qianfan tells of it.", status=status)))
    return Message.of(why, *parts)


def chart_asked(fact: ChartAsked) -> Message:
    """A run's curve for all to see; the picture is added to it."""
    line, curve = headline(fact.resource), curve_of(fact.resource)
    summary = line
    if curve is not None:
        summary = say("{line}. {trend}", line=line, trend=in_words(curve))
    return Message(summary, (Line(line), Note(asked_for(fact.by))))


def asked_for(user_id: str) -> Sentence:
    """Whose question it answers."""
    return say("{who} asked for it.", who=Person(user_id))


def posting() -> Message:
    """It was asked for, and comes to the channel by itself."""
    return Message.of(say("The picture comes here in a moment."))
