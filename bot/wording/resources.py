"""How a run, a compression task or a model version is described."""

from datetime import datetime, timedelta

from bot.domain.changes import Look
from bot.domain.console import console_url
from bot.domain.ids import Kind
from bot.domain.messages import (
    Bar,
    Button,
    Buttons,
    Code,
    Facts,
    Line,
    Message,
    Moment,
    Note,
    Part,
    Sentence,
    Span,
    Style,
    Value,
    Verbatim,
    say,
)
from bot.domain.resources import (
    Checkpoint,
    CompressionTask,
    FineTuningTask,
    ModelVersion,
    Phase,
    Watchable,
)

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

#: From this age on a message says how old its answer is.
_WORTH_TELLING = timedelta(seconds=5)


def kind_name(kind: Kind) -> Sentence:
    """What an id of this kind names."""
    return _KINDS[kind]


def headline(resource: Watchable) -> Sentence:
    """The state in one sentence: sign, id, name, the API's own word and the progress."""
    template = "{sign} {id} is *{state}*"
    if resource.name:
        template = "{sign} {id} ({name}) is *{state}*"
    if resource.percent is not None and not resource.phase.is_final:
        template += ", {percent} %"
    return say(
        template,
        sign=_SIGNS[resource.phase],
        id=Code(str(resource.id)),
        name=resource.name,
        state=resource.state,
        percent=resource.percent or 0,
    )


def status(look: Look, now: datetime) -> Message:
    """All that one wants to know of a thing, the answer first."""
    resource = look.resource
    age = now - look.at
    parts: list[Part] = [Line(headline(resource)), *reason(resource)]
    if resource.percent is not None and not resource.phase.is_final:
        parts.append(Bar(resource.percent))
    parts += details(resource)
    if age >= _WORTH_TELLING:
        parts.append(Note(say("As of {age} ago.", age=Span(age))))
    return Message(headline(resource), (*parts, *actions(resource)))


def reason(resource: Watchable) -> list[Part]:
    """Why it failed: the code first, then Qianfan's words as they are, or that it has none."""
    if resource.phase is not Phase.FAILED:
        return []
    failure = resource.failure
    if failure is None:
        return [Line(say("Qianfan gives no reason."))]
    if not failure.message:
        told = say("Qianfan gives no reason but the code {code}.", code=Code(failure.code))
        return [Line(told)]
    told = say("Qianfan gives this reason:")
    if failure.code:
        told = say("Qianfan gives this reason, with code {code}:", code=Code(failure.code))
    return [Line(told), Verbatim(failure.message)]


def details(resource: Watchable) -> list[Part]:
    """What explains the state: model, mode, scale, times, metrics, the last checkpoint."""
    match resource:
        case FineTuningTask():
            return _facts(_task_rows(resource)) + last_checkpoint(resource)
        case CompressionTask():
            return _facts(_compression_rows(resource))
        case ModelVersion():
            return _facts(_version_rows(resource))


def results(resource: Watchable) -> list[Part]:
    """What came of it: metrics and the last checkpoint of a run, the version that was made."""
    match resource:
        case FineTuningTask():
            return _facts(_metrics(resource)) + last_checkpoint(resource)
        case CompressionTask():
            return _facts(_compression_rows(resource))
        case ModelVersion():
            return _facts(_version_rows(resource))


def last_checkpoint(resource: Watchable) -> list[Part]:
    """The newest checkpoint of a run, with its loss and perplexity."""
    if not isinstance(resource, FineTuningTask) or not resource.checkpoints:
        return []
    last = max(resource.checkpoints, key=lambda checkpoint: checkpoint.step)
    return [Line(_checkpoint(last))]


def actions(resource: Watchable, *, watched: bool = False) -> list[Part]:
    """The buttons that make sense in this state; the rules are asked when one is pressed."""
    row: list[Button] = []
    if not resource.phase.is_final:
        if not watched:
            row.append(Button(say("Watch"), f"watch {resource.id}"))
        if resource.id.kind in (Kind.TASK, Kind.COMPRESSION):
            row.append(Button(say("Stop"), f"stop {resource.id}", Style.DANGER))
    if url := console_url(resource):
        row.append(Button(say("Open the console"), url=url))
    return [Buttons(tuple(row))] if row else []


def _checkpoint(checkpoint: Checkpoint) -> Sentence:
    template = "Last checkpoint: step {step}"
    if checkpoint.training_loss is not None:
        template += ", training loss {loss}"
    if checkpoint.perplexity is not None:
        template += ", perplexity {perplexity}"
    return say(
        template + ".",
        step=checkpoint.step,
        loss=_number(checkpoint.training_loss),
        perplexity=_number(checkpoint.perplexity),
    )


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:.4g}"


def _facts(rows: list[tuple[Sentence, Value]]) -> list[Part]:
    filled = tuple((label, value) for label, value in rows if value != "")
    return [Facts(filled)] if filled else []


def _task_rows(task: FineTuningTask) -> list[tuple[Sentence, Value]]:
    return [
        (say("Base model"), task.model),
        (say("Training mode"), task.train_mode),
        (say("Parameter scale"), task.parameter_scale),
        (say("Job"), Code(task.job_id) if task.job_id else ""),
        (say("Job description"), task.description),
        *_times(task),
        *_metrics(task),
    ]


def _metrics(task: FineTuningTask) -> list[tuple[Sentence, Value]]:
    return [(say("{metric}", metric=name), value) for name, value in task.metrics]


def _compression_rows(task: CompressionTask) -> list[tuple[Sentence, Value]]:
    ratio = "" if task.sparsity_ratio is None else f"{task.sparsity_ratio:g}"
    return [
        (say("Strategy"), task.strategy),
        (say("Weight"), task.weight),
        (say("Sparsity ratio"), ratio),
        (say("From"), Code(task.source_version) if task.source_version else ""),
        (say("Made"), Code(task.produced_version) if task.produced_version else ""),
        (say("Description"), task.description),
        *_times(task),
    ]


def _version_rows(version: ModelVersion) -> list[tuple[Sentence, Value]]:
    return [
        (say("Model"), version.model_set_name),
        (say("Model id"), Code(version.model_set_id) if version.model_set_id else ""),
        (say("Base model"), version.base_model),
        (say("Source"), version.source_type),
        (say("From"), Code(version.source) if version.source else ""),
        (say("Application type"), version.application_type),
        (say("Description"), version.description),
        *_times(version),
    ]


def _times(resource: Watchable) -> list[tuple[Sentence, Value]]:
    rows: list[tuple[Sentence, Value]] = []
    if resource.created_at:
        rows.append((say("Created"), Moment(resource.created_at)))
    if resource.finished_at and resource.phase.is_final:
        rows.append((say("Ended"), Moment(resource.finished_at)))
    return rows
