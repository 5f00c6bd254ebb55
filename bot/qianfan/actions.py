"""The API's actions that the bot uses: where each is sent, and how it is told what it is about."""

from dataclasses import dataclass
from typing import TypeVar

from bot.domain.ids import Kind, ResourceId

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Action:
    """`POST {route}?Action={name}`, with a JSON object or a file in its body."""

    name: str
    route: str
    answers: bool = True
    """Whether the document promises a `result` beside the request's id."""

    @property
    def target(self) -> str:
        """The request's path and query."""
        return f"{self.route}?Action={self.name}"


_FINETUNING = "/v2/finetuning"
_MODEL = "/v2/model"

LIST_JOBS = Action("DescribeFineTuningJobs", _FINETUNING)
LIST_RUNS = Action("DescribeFineTuningTasks", _FINETUNING)
LIST_MODEL_SETS = Action("DescribeCustomModelSets", _MODEL)
LIST_COMPRESSIONS = Action("DescribeModelCompTasks", _MODEL)
DESCRIBE_MODEL_SET = Action("DescribeModelSet", _MODEL)
CREATE_VERSION = Action("CreateCustomModel", _MODEL)
UPLOAD_TEMPLATE = Action("CreateModelCustomConf", _MODEL)
DESCRIBE_CONFIGURATIONS = Action("DescribeModelSystemAdvancedConf", _MODEL)

_DESCRIBE = {
    Kind.TASK: Action("DescribeFineTuningTask", _FINETUNING),
    Kind.VERSION: Action("DescribeModel", _MODEL),
    Kind.COMPRESSION: Action("DescribeModelCompTask", _MODEL),
}

_STOP = {
    Kind.TASK: Action("StopFineTuningTask", _FINETUNING),
    Kind.COMPRESSION: Action("CancelModelCompTask", _MODEL, answers=False),
}

# Every action takes an id of a kind under the same name; a version's is not called one.
_PARAMETERS = {
    Kind.TASK: "taskId",
    Kind.JOB: "jobId",
    Kind.VERSION: "modelId",
    Kind.COMPRESSION: "modelCompTaskId",
    Kind.MODEL_SET: "modelSetId",
}


def naming(resource: ResourceId) -> dict[str, object]:
    """The part of a body that says what an action is about."""
    return {_of_kind(_PARAMETERS, resource): str(resource)}


def describing(resource: ResourceId) -> Action:
    """The action that tells a thing's state. Raises ValueError for a kind that has none."""
    return _of_kind(_DESCRIBE, resource)


def stopping(resource: ResourceId) -> Action:
    """The action that stops a thing. Raises ValueError for a kind that cannot be stopped."""
    return _of_kind(_STOP, resource)


def _of_kind(of: dict[Kind, _Value], resource: ResourceId) -> _Value:
    try:
        return of[resource.kind]
    except KeyError:
        raise ValueError(f"Qianfan has no such action for {resource}") from None
