"""How a run, a compression task or a model version is described."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.domain.changes import Look
from bot.domain.console import console_url, curves_url
from bot.domain.glance import Known, seen_anew
from bot.domain.ids import Kind
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Line,
    Message,
    Note,
    Part,
    Sentence,
    Span,
    Style,
    Value,
    say,
)
from bot.domain.resources import FineTuningTask, Phase, Watchable
from bot.domain.track import Track
from bot.wording import checkpoints
from bot.wording import details as rows
from bot.wording.failures import reason
from bot.wording.outlook import basis, outlook, progress

# As characters, so that a notification or a terminal shows them too.
_SIGNS = {
    Phase.QUEUED: "⏳",
    Phase.RUNNING: "🏃",
    Phase.ENDING: "⌛",
    Phase.DONE: "✅",
    Phase.FAILED: "❌",
    Phase.STOPPED: "🛑",
    Phase.UNKNOWN: "❔",
}

_KINDS = {
    Kind.TASK: say("fine-tuning run"),
    Kind.COMPRESSION: say("compression task"),
    Kind.VERSION: say("model version"),
    Kind.JOB: say("fine-tuning job"),
    Kind.MODEL_SET: say("model"),
    Kind.RESOURCE: say("private resource"),
}

_SHOW = {Kind.TASK: say("Show the run"), Kind.COMPRESSION: say("Show the task")}

#: From this age on a message says how old its answer is.
_WORTH_TELLING = timedelta(seconds=5)


def kind_name(kind: Kind) -> Sentence:
    """What an id of this kind names."""
    return _KINDS[kind]


# Qianfan's own words, each with what it means beside it in a language that has none of them.
_STATES = {
    "Waiting": say("Waiting"),
    "Running": say("Running"),
    "Stopping": say("Stopping"),
    "Done": say("Done"),
    "Failed": say("Failed"),
    "Fail": say("Fail"),
    "Stopped": say("Stopped"),
    "Creating": say("Creating"),
    "Ready": say("Ready"),
    "running": say("running"),
    "creating": say("creating"),
    "succeeded": say("succeeded"),
    "failed": say("failed"),
    "stopped": say("stopped"),
}


def state_word(state: str) -> Value:
    """A state by the API's own word, which is kept in every language."""
    return _STATES.get(state, state)


def headline(resource: Watchable) -> Sentence:
    """The state in one sentence: sign, id, name, the API's own word and the progress."""
    told = say(
        "{sign} {id} ({name}) is *{state}*" if resource.name else "{sign} {id} is *{state}*",
        sign=_SIGNS[resource.phase],
        id=Code(str(resource.id)),
        name=resource.name,
        state=state_word(resource.state),
    )
    if resource.percent is None or resource.phase.is_final:
        return told
    return say("{told}, {percent} %", told=told, percent=resource.percent)


def status(
    look: Look,
    now: datetime,
    known: Known | None = None,
    *,
    whole: bool = False,
    private: bool = False,
) -> Message:
    """A thing with what explains it, the answer first; `whole`: with all that Qianfan tells.

    `known` is what is known of it before this look, where it is watched. `private`: only the asker
    sees it, so that it may have links that are for no one else.
    """
    resource = look.resource
    age = now - look.at
    seen = seen_anew(known, look) if known else Known(look, Track())
    glance, track = seen.glance, seen.track
    told = outlook(resource, glance, track)
    line = headline(resource)
    parts: list[Part] = [Line(line), *reason(resource), *progress(resource, told)]
    parts += rows.whole(resource) if whole else rows.brief(resource)
    parts += basis(glance, track)
    if age >= _WORTH_TELLING:
        parts.append(Note(say("As of {age} ago.", age=Span(age))))
    row = [*_deeds(resource), *_views(resource, whole=whole, private=private), *_console(resource)]
    summary = say("{line}. {told}", line=line, told=told) if told else line
    return Message(summary, (*parts, *_buttons(row)))


def details(resource: Watchable, more: Sequence[rows.Row] = ()) -> list[Part]:
    """What explains the state: model, mode, scale, times, metrics, the best checkpoint."""
    return rows.brief(resource, more)


def results(resource: Watchable) -> list[Part]:
    """What came of it: metrics and the best checkpoint of a run, the version that was made."""
    if isinstance(resource, FineTuningTask):
        metrics = rows.facts(rows.metrics(resource))
        return [*metrics, *checkpoints.best_and_last(resource.checkpoints)]
    return rows.brief(resource)


def last_checkpoint(resource: Watchable) -> list[Part]:
    """The newest checkpoint of a run, with its loss and perplexity."""
    if not isinstance(resource, FineTuningTask):
        return []
    return checkpoints.last_line(resource.checkpoints)


def actions(resource: Watchable, *, watched: bool = False) -> list[Part]:
    """The buttons that make sense in this state; the rules are asked when one is pressed."""
    return _buttons([*_deeds(resource, watched=watched), *_console(resource)])


def _deeds(resource: Watchable, *, watched: bool = False) -> Iterator[Button]:
    if not resource.phase.is_final:
        if not watched:
            yield Button(say("Watch"), f"watch {resource.id}")
        if resource.id.kind in (Kind.TASK, Kind.COMPRESSION):
            yield Button(say("Stop"), f"stop {resource.id}", Style.DANGER)
    # Of a published run nothing says that it is; it may also be published at another step.
    if resource.id.kind is Kind.TASK and resource.phase is Phase.DONE:
        yield Button(say("Publish…"), f"publish {resource.id}")
    if version := rows.version_made_by(resource):
        yield Button(say("Show the version"), f"status {version}")


def _views(resource: Watchable, *, whole: bool, private: bool) -> Iterator[Button]:
    """What else there is to see."""
    if not whole and rows.whole(resource) != rows.brief(resource):
        yield Button(say("More"), f"status {resource.id} show=all")
    if source := rows.source_of(resource):
        yield Button(_SHOW[source.kind], f"status {source}")
    if private and (url := curves_url(resource)):
        yield Button(say("Loss curves in VisualDL"), url=url)


def _console(resource: Watchable) -> Iterator[Button]:
    if url := console_url(resource):
        yield Button(say("Open the console"), url=url)


def _buttons(row: Sequence[Button]) -> list[Part]:
    return [Buttons(tuple(row))] if row else []
