"""What explains a thing's state as labelled values: the few that matter, and all there are."""

from collections.abc import Iterable, Sequence

from bot.domain.console import console_url
from bot.domain.errors import NotAnId
from bot.domain.id_grammar import read_id
from bot.domain.ids import Kind, ResourceId
from bot.domain.messages import Code, Facts, Link, Listing, Moment, Part, Sentence, Value, say
from bot.domain.resources import (
    CompressionOption,
    CompressionTask,
    FineTuningTask,
    ModelVersion,
    TokenLimit,
    Watchable,
)
from bot.wording.checkpoints import best_and_last, table

Row = tuple[Sentence, Value]

_USES = {
    "deployment": say("Can be deployed"),
    "compression": say("Can be compressed"),
    "evaluation": say("Can be evaluated"),
}
_YES = say("yes")
_NO = say("no")

# The groups and kinds of DescribeModel's tokenLimitations; others are told in Qianfan's words.
_LIMITS = {
    "trivial": say("Limits"),
    "reranker": say("Limits as a reranker"),
}
_LIMIT_KINDS = {
    "inputTokens": say("{most} tokens in"),
    "outputTokens": say("{most} tokens out"),
    "characterLimit": say("{most} characters"),
    "queryTokens": say("{most} tokens in a query"),
    "queryCharacterLimit": say("{most} characters in a query"),
    "documentTokens": say("{most} tokens in a document"),
    "documentCharacterLimit": say("{most} characters in a document"),
}


def brief(resource: Watchable, more: Sequence[Row] = ()) -> list[Part]:
    """What explains the state; `more` is known from elsewhere."""
    match resource:
        case FineTuningTask():
            rows = [*_task_rows(resource), *_times(resource), *more, *metrics(resource)]
            return [*facts(rows), *best_and_last(resource.checkpoints)]
        case CompressionTask():
            return facts([*_compression_rows(resource), *_times(resource), *more])
        case ModelVersion():
            rows = _version_rows(resource, _code(resource.source))
            return facts([*rows, *_times(resource), *more])


def whole(resource: Watchable) -> list[Part]:
    """All that Qianfan tells of it."""
    match resource:
        case FineTuningTask():
            rows = [*_task_rows(resource), (say("Job description"), resource.description)]
            rows += [*_times(resource), *metrics(resource)]
            checkpoints = resource.checkpoints
            return [*facts(rows), *best_and_last(checkpoints), *table(checkpoints)]
        case CompressionTask():
            rows = [*_compression_rows(resource), (say("Description"), resource.description)]
            return facts([*rows, *_times(resource)])
        case ModelVersion():
            rows = [*_whole_version_rows(resource), *_times(resource), *_modified(resource)]
            return facts(rows)


def metrics(task: FineTuningTask) -> list[Row]:
    """A finished run's metrics, by Qianfan's names."""
    return [(say("{metric}", metric=name), value) for name, value in task.metrics]


def facts(rows: list[Row]) -> list[Part]:
    """The rows that have a value."""
    filled = tuple((label, value) for label, value in rows if value != "")
    return [Facts(filled)] if filled else []


def source_of(resource: Watchable) -> ResourceId | None:
    """The run or the compression task that a version came from, where it can be shown."""
    if not isinstance(resource, ModelVersion):
        return None
    return _id_of(resource.source, Kind.TASK, Kind.COMPRESSION)


def version_made_by(resource: Watchable) -> ResourceId | None:
    """The version that a compression task has made, where it can be shown."""
    if not isinstance(resource, CompressionTask):
        return None
    return _id_of(resource.produced_version, Kind.VERSION)


def _id_of(text: str, *kinds: Kind) -> ResourceId | None:
    try:
        found = read_id(text)
    except NotAnId:
        return None
    return found if found.kind in kinds else None


def _task_rows(task: FineTuningTask) -> list[Row]:
    return [
        (say("Base model"), task.model),
        (say("Training mode"), task.train_mode),
        (say("Parameter scale"), task.parameter_scale),
        (say("Job"), _code(task.job_id)),
    ]


def _compression_rows(task: CompressionTask) -> list[Row]:
    return [
        (say("Strategy"), task.strategy),
        (say("Weight"), task.weight),
        (say("Sparsity ratio"), _ratio(task.sparsity_ratio)),
        (say("From"), _code(task.source_version)),
        (say("Made"), _code(task.produced_version)),
    ]


def _version_rows(version: ModelVersion, source: Value) -> list[Row]:
    return [
        (say("Model"), version.model_set_name),
        (say("Model id"), _code(version.model_set_id)),
        (say("Base model"), version.base_model),
        (say("Source"), version.source_type),
        (say("From"), source),
        (say("Application type"), version.application_type),
    ]


def _whole_version_rows(version: ModelVersion) -> list[Row]:
    settings = (f"{name}: {value}" for name, value in version.advanced_settings)
    return [
        *_version_rows(version, _source(version)),
        (say("Description"), version.description),
        *((_use(use), _YES if possible else _NO) for use, possible in version.uses),
        *((_group(group), _listing(map(_limit, most))) for group, most in version.token_limits),
        (say("Input and output tokens"), version.io_tokens),
        (say("Compression options"), _listing(map(_option, version.compression_options))),
        (say("Advanced settings"), _listing(settings)),
        (say("Private resource"), _code(version.resource_id)),
    ]


def _source(version: ModelVersion) -> Value:
    """What has no page of its own here is looked for in the console's list of models."""
    if not version.source or source_of(version):
        return _code(version.source)
    return Link(console_url(version), version.source)


def _use(use: str) -> Sentence:
    return _USES.get(use) or say("Can be used for {use}", use=use)


def _group(group: str) -> Sentence:
    return _LIMITS.get(group) or say("Limits ({group})", group=group)


def _limit(limit: TokenLimit) -> Sentence:
    told = _LIMIT_KINDS.get(limit.kind, say("{kind} {most}"))
    return told.with_values(kind=limit.kind, most=limit.most)


def _option(option: CompressionOption) -> str:
    return " ".join(filter(None, (option.strategy, option.weight, _ratio(option.sparsity_ratio))))


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:g}"


def _listing(told: Iterable[Value]) -> Value:
    values = tuple(told)
    return Listing(values) if values else ""


def _times(resource: Watchable) -> list[Row]:
    rows: list[Row] = []
    if resource.created_at:
        rows.append((say("Created"), Moment(resource.created_at)))
    if resource.finished_at and resource.phase.is_final:
        rows.append((say("Ended"), Moment(resource.finished_at)))
    return rows


def _modified(version: ModelVersion) -> list[Row]:
    return [(say("Modified"), Moment(version.modified_at))] if version.modified_at else []


def _code(text: str) -> Value:
    return Code(text) if text else ""
