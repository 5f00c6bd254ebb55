"""From an answer's result to the domain's values."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError

from bot.domain.errors import BrokenAnswer
from bot.domain.ids import Kind, ResourceId
from bot.domain.ports import StopAnswer
from bot.domain.resources import (
    Checkpoint,
    CompressionOption,
    CompressionTask,
    Failure,
    FineTuningTask,
    ModelVersion,
    Phase,
    TokenLimit,
    Watchable,
)
from bot.qianfan.actions import Action
from bot.qianfan.answers import Answer
from bot.qianfan.phases import phase_of
from bot.qianfan.redaction import Redact
from bot.qianfan.wire import (
    CheckpointItem,
    CompressionConfig,
    CompressionDetail,
    FineTuningDetail,
    ModelVersionDetail,
    SourceInfo,
    Wire,
)

_Detail = TypeVar("_Detail", bound=Wire)

_AN_ID = re.compile(r"[a-z]+-[a-z0-9]+")


def read_resource(resource: ResourceId, answer: Answer, redact: Redact) -> Watchable:
    """The thing that was asked for, as the answer describes it.

    Raises BrokenAnswer where the result is no object, has neither an id nor a state, or is
    about another thing.
    """
    try:
        return _READERS[resource.kind](resource, answer.result, redact)
    except _Unreadable:
        raise BrokenAnswer(answer.action, answer.request_id) from None


def read_stop(action: Action, answer: Answer) -> StopAnswer:
    """Whether a stop was accepted.

    StopFineTuningTask answers true or false, and the official SDK takes anything empty for a
    false. CancelModelCompTask answers a request id alone.
    """
    if answer.result is None or (not action.answers and answer.result is not False):
        return StopAnswer(not action.answers, answer.request_id)
    accepted = bool(answer.result) and str(answer.result).lower() != "false"
    return StopAnswer(accepted, answer.request_id)


class _Unreadable(Exception):
    """The result does not describe what was asked for."""


def _task(resource: ResourceId, result: object, redact: Redact) -> FineTuningTask:
    wire = _parsed(FineTuningDetail, result)
    _check_is_about(resource, wire.task_id, wire.run_status)
    phase = phase_of(Kind.TASK, wire.run_status)
    return FineTuningTask(
        id=resource,
        state=wire.run_status,
        phase=phase,
        name=wire.job_name,
        description=wire.job_description,
        created_at=wire.create_time or wire.create_date,
        finished_at=_finished(phase, wire.finish_time or wire.finish_date),
        failure=_failure(phase, redact, wire.error_message, wire.error_code),
        job_id=wire.job_id,
        model=wire.model,
        train_mode=wire.train_mode,
        parameter_scale=wire.parameter_scale,
        progress=wire.run_progress,
        vdl_link=wire.vdl_link,
        metrics=tuple(wire.metrics.items()),
        checkpoints=_checkpoints(wire.checkpoint_list),
    )


def _compression(resource: ResourceId, result: object, redact: Redact) -> CompressionTask:
    wire = _parsed(CompressionDetail, result)
    state = wire.status or wire.state
    _check_is_about(resource, wire.id, state)
    phase = phase_of(Kind.COMPRESSION, state)
    return CompressionTask(
        id=resource,
        state=state,
        phase=phase,
        name=wire.name,
        description=wire.description,
        created_at=wire.create_time,
        finished_at=_finished(phase, wire.finish_time),
        failure=_failure(phase, redact, wire.failed_reason),
        source_version=wire.source_model_id,
        produced_version=wire.model_id or wire.target_model_id,
        strategy=wire.config.strategy,
        sparsity_ratio=_finite(wire.config.sparsity_ratio),
        weight=wire.config.weight,
    )


def _version(resource: ResourceId, result: object, redact: Redact) -> ModelVersion:
    """A version has no time of its end, and its API tells no reason of a failure."""
    wire = _parsed(ModelVersionDetail, result)
    state = wire.status or wire.state
    _check_is_about(resource, wire.model_id, state)
    return ModelVersion(
        id=resource,
        state=state,
        phase=phase_of(Kind.VERSION, state),
        name=wire.model_name,
        description=wire.description,
        created_at=wire.create_time,
        modified_at=wire.modify_time,
        model_set_id=wire.model_set_id,
        model_set_name=wire.model_set_name,
        base_model=wire.model,
        source_type=wire.source_info.source_type,
        source=redact(_source(wire.source_info)),
        application_type=wire.model_application_type or wire.endpoint_type,
        token_limits=_token_limits(wire.token_limitations),
        io_tokens=wire.io_tokens,
        uses=_uses(wire),
        compression_options=_options(wire.model_comp_configs),
        advanced_settings=tuple(wire.advanced_settings.items()),
        resource_id=wire.resource_config.resource_id,
    )


_READERS: dict[Kind, Callable[[ResourceId, object, Redact], Watchable]] = {
    Kind.TASK: _task,
    Kind.COMPRESSION: _compression,
    Kind.VERSION: _version,
}


def _parsed(detail: type[_Detail], result: object) -> _Detail:
    try:
        return detail.model_validate(result)
    except ValidationError:
        raise _Unreadable from None


def _check_is_about(resource: ResourceId, told: str, state: str) -> None:
    """A state without an id is believed, and so is an id without a state; another's id is not."""
    about = told.strip().lower()
    if not about and not state:
        raise _Unreadable
    if _AN_ID.fullmatch(about) and about != str(resource):
        raise _Unreadable


def _finished(phase: Phase, written: datetime | None) -> datetime | None:
    """The documents' example of a run that still runs has a finishTime too."""
    return written if phase.is_final else None


def _failure(phase: Phase, redact: Redact, message: str, code: str = "") -> Failure | None:
    """What went wrong with a failed thing; a code of 0 says that nothing did."""
    if phase is not Phase.FAILED:
        return None
    told = Failure(redact(message), "" if code == "0" else redact(code))
    return told if told.message or told.code else None


def _checkpoints(items: tuple[CheckpointItem, ...]) -> tuple[Checkpoint, ...]:
    """In order of their steps; an item without a step is none."""
    read = (
        Checkpoint(item.step, _loss(item.training_loss), _loss(item.perplexity))
        for item in items
        if item.step is not None
    )
    return tuple(sorted(read, key=lambda checkpoint: checkpoint.step))


def _loss(value: float | None) -> float | None:
    """A loss that overflowed has diverged, as one that is NaN."""
    return value if value is None or math.isfinite(value) else math.nan


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _source(info: SourceInfo) -> str:
    """The run, the compression or the address; the last may be signed."""
    return info.train_task_id or info.acceleration_task_id or info.import_model_version_bos_url


def _token_limits(
    groups: Mapping[str, Mapping[str, int]],
) -> tuple[tuple[str, tuple[TokenLimit, ...]], ...]:
    """The limits by kind of model; a kind without any is left out."""
    return tuple(
        (group, tuple(TokenLimit(kind, most) for kind, most in limits.items()))
        for group, limits in groups.items()
        if limits
    )


def _uses(wire: ModelVersionDetail) -> tuple[tuple[str, bool], ...]:
    told = {
        "deployment": wire.is_support_deploy,
        "compression": wire.is_support_model_comp,
        "evaluation": wire.is_support_evaluation,
    }
    return tuple((use, possible) for use, possible in told.items() if possible is not None)


def _options(configs: tuple[CompressionConfig, ...]) -> tuple[CompressionOption, ...]:
    read = (CompressionOption(it.strategy, it.weight, _finite(it.sparsity_ratio)) for it in configs)
    return tuple(option for option in read if option != CompressionOption())
