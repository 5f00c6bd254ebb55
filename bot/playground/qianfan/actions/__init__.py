"""The actions of the local Qianfan, by route and name."""

from collections.abc import Callable
from typing import Any

from bot.playground.qianfan.actions import compression, creation, finetuning, imports, models
from bot.playground.qianfan.actions.call import Call
from bot.playground.qianfan.errors import unknown_action

# Returns the answer's `result`; None is an answer without one.
Action = Callable[[Call], Any]

FINETUNING = "/v2/finetuning"
MODEL = "/v2/model"

ACTIONS: dict[str, dict[str, Action]] = {
    FINETUNING: {
        "DescribeFineTuningTask": finetuning.describe_task,
        "StopFineTuningTask": finetuning.stop_task,
        "DescribeFineTuningJobs": finetuning.describe_jobs,
        "DescribeFineTuningTasks": finetuning.describe_tasks,
    },
    MODEL: {
        "DescribeModel": models.describe_version,
        "DescribeModelSet": models.describe_model_set,
        "DescribeCustomModelSets": models.describe_model_sets,
        "CreateCustomModel": creation.create_version,
        "DescribeModelCompTask": compression.describe_compression,
        "DescribeModelCompTasks": compression.describe_compressions,
        "CancelModelCompTask": compression.cancel_compression,
        "CreateModelCustomConf": imports.upload_template,
        "DescribeModelSystemAdvancedConf": imports.describe_system_conf,
    },
}


def find_action(route: str, name: str) -> Action:
    """The action `name` of `route`. Raises ApiError for one that is not there."""
    action = ACTIONS.get(route, {}).get(name)
    if action is None:
        raise unknown_action(route, name)
    return action
