"""The API's actions that the bot uses: where each is sent, and under which name it takes an id."""

from dataclasses import dataclass

from bot.domain.ids import Kind, ResourceId


@dataclass(frozen=True)
class Action:
    """`POST {route}?Action={name}` with one id in its body."""

    name: str
    route: str
    parameter: str
    answers: bool = True
    """Whether the document promises a `result` beside the request's id."""

    @property
    def target(self) -> str:
        """The request's path and query."""
        return f"{self.route}?Action={self.name}"

    def body(self, resource: ResourceId) -> dict[str, str]:
        """The JSON that is sent."""
        return {self.parameter: str(resource)}


_DESCRIBE = {
    Kind.TASK: Action("DescribeFineTuningTask", "/v2/finetuning", "taskId"),
    Kind.VERSION: Action("DescribeModel", "/v2/model", "modelId"),
    Kind.COMPRESSION: Action("DescribeModelCompTask", "/v2/model", "modelCompTaskId"),
}

_STOP = {
    Kind.TASK: Action("StopFineTuningTask", "/v2/finetuning", "taskId"),
    Kind.COMPRESSION: Action("CancelModelCompTask", "/v2/model", "modelCompTaskId", answers=False),
}


def describing(resource: ResourceId) -> Action:
    """The action that tells a thing's state. Raises ValueError for a kind that has none."""
    return _of_kind(_DESCRIBE, resource)


def stopping(resource: ResourceId) -> Action:
    """The action that stops a thing. Raises ValueError for a kind that cannot be stopped."""
    return _of_kind(_STOP, resource)


def _of_kind(actions: dict[Kind, Action], resource: ResourceId) -> Action:
    try:
        return actions[resource.kind]
    except KeyError:
        raise ValueError(f"Qianfan has no such action for {resource}") from None
