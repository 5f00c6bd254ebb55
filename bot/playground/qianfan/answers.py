"""Jobs, runs, compressions, models and versions as the API's JSON, in either spelling."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from bot.playground.qianfan.lives import (
    COMPRESSION_WORDS,
    TASK_WORDS,
    VERSION_WORDS,
    Checkpoint,
    Moment,
)
from bot.playground.qianfan.resources import Compression, Job, ModelSet, Source, Task, Version
from bot.playground.qianfan.wording import Wording

Answer = dict[str, Any]

BEIJING = timezone(timedelta(hours=8))
# The examples' time of something that has not happened.
ZERO_TIME = "0000-00-00T00:00:00Z"

# DescribeModel, modelCompConfigs.
_COMP_CONFIGS = (
    {"strategy": "Quantization", "weight": "W8A8C16"},
    {"strategy": "Sparsity", "sparsityRatio": 0.5},
)


def job(it: Job, wording: Wording) -> Answer:
    """An element of DescribeFineTuningJobs' jobList; its date is called createDate there."""
    return {
        "jobId": it.id,
        "name": it.name,
        "description": it.description,
        "model": it.model,
        "trainMode": it.mode,
        "createDate": _task_time(it.created, wording),
    }


def task_in_list(it: Task, wording: Wording) -> Answer:
    """An element of DescribeFineTuningTasks' taskList: the detail without results and curves."""
    detail = task(it, wording)
    return {name: detail[name] for name in detail if name not in _DETAIL_ONLY}


_DETAIL_ONLY = frozenset({"vdlLink", "metrics", "checkpointList"})


def task(it: Task, wording: Wording) -> Answer:
    """DescribeFineTuningTask's result."""
    moment = it.moment
    answer: Answer = {
        "taskId": it.id,
        "jobId": it.job.id,
        "jobName": it.job.name,
        "jobDescription": it.job.description,
        "model": it.job.model,
        "trainMode": it.job.mode,
        "parameterScale": it.scale,
        "runStatus": wording.failed if moment.state == TASK_WORDS.failed else moment.state,
        "vdlLink": it.visualdl_link,
        f"create{wording.time_key}": _task_time(it.created, wording),
    }
    if moment.state == TASK_WORDS.running:
        answer["runProgress"] = f"{moment.progress}%"
    if moment.state == TASK_WORDS.done:
        answer["metrics"] = dict(it.metrics)
    if moment.checkpoints and (moment.final or wording.early_checkpoints):
        answer["checkpointList"] = [_checkpoint(saved, wording) for saved in moment.checkpoints]
    return answer | _finish(it, moment, wording) | _error(moment, wording)


def compression(it: Compression, wording: Wording) -> Answer:
    """DescribeModelCompTask's result, and an element of DescribeModelCompTasks' list."""
    moment = it.moment
    succeeded = moment.state == COMPRESSION_WORDS.done
    answer: Answer = {
        "id": it.id,
        "name": it.name,
        "description": it.description,
        wording.state_key: wording.succeeded if succeeded else moment.state,
        "failedReason": moment.message,
        "sourceModelId": it.source_id,
        "config": dict(it.config),
        "createTime": _model_time(it.created),
        "finishTime": _model_time(moment.since) if moment.final else "",
    }
    if succeeded:
        answer[wording.compressed_key] = it.version_id
    return answer


def version(it: Version, wording: Wording) -> Answer:
    """DescribeModel's result."""
    moment = it.moment
    ready = moment.state == VERSION_WORDS.done
    configs = [dict(config) for config in _COMP_CONFIGS]
    answer: Answer = {
        "modelSetId": it.model_set.id,
        "modelSetName": it.model_set.name,
        "modelId": it.id,
        "modelName": it.name,
        "model": it.model,
        "sourceInfo": _source(it.source),
        wording.state_key: moment.state,
        wording.application_key: it.application,
        "tokenLimitations": {
            "trivial": {"inputTokens": 7168, "outputTokens": 2048, "characterLimit": 24000}
        },
        "createTime": _model_time(it.created),
        "modifyTime": _model_time(moment.since),
        "isSupportDeploy": ready,
        "isSupportModelComp": ready and it.can_be_compressed,
        "isSupportEvaluation": ready,
        "resourceConfig": {"resourceId": it.resource_id},
        "modelCompConfigs": configs if wording.comp_configs == "list" else configs[0],
    }
    if it.description:
        answer["description"] = it.description
    return answer


def model_set(it: ModelSet, versions: list[Version]) -> Answer:
    """DescribeModelSet's result, and (with a count) an element of DescribeCustomModelSets."""
    return {
        "modelSetId": it.id,
        "modelSetName": it.name,
        "modelType": it.type,
        "source": "UserCreate",
        "labels": list(it.labels),
        "createTime": _model_time(it.created),
        "modifyTime": _model_time(max([it.created, *(v.moment.since for v in versions)])),
        "description": it.description,
        "modelIds": [v.id for v in versions],
        "modelNames": [v.name for v in versions],
    }


def _finish(it: Task, moment: Moment, wording: Wording) -> Answer:
    key = f"finish{wording.time_key}"
    if moment.final:
        return {key: _task_time(moment.since, wording)}
    match wording.unfinished:
        case "absent":
            return {}
        case "zeros":
            return {key: ZERO_TIME}
        case "past":
            return {key: _task_time(it.created + timedelta(hours=1), wording)}


def _error(moment: Moment, wording: Wording) -> Answer:
    if moment.state == TASK_WORDS.failed or wording.empty_errors:
        return {"errorMessage": moment.message, "errorCode": moment.code}
    return {}


def _checkpoint(saved: Checkpoint, wording: Wording) -> Answer:
    return {
        "step": saved.step,
        "perplexity": _number(saved.perplexity, wording),
        "trainingLoss": _number(saved.training_loss, wording),
    }


def _number(value: float, wording: Wording) -> float | str | None:
    if not math.isnan(value) or wording.not_a_number == "literal":
        return value
    return "NaN" if wording.not_a_number == "text" else None


def _source(it: Source) -> Answer:
    fields = {
        "sourceType": it.type,
        "trainTaskId": it.task_id,
        "accelerationTaskId": it.compression_id,
        "importModelVersionBosUrl": it.bos_url,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _task_time(moment: datetime, wording: Wording) -> str:
    zone = UTC if wording.task_zone == "utc" else BEIJING
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%SZ")


def _model_time(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")
