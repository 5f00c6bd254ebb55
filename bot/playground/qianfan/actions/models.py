"""/v2/model: models and their versions, read."""

from typing import Any

from bot.playground.qianfan import answers
from bot.playground.qianfan.actions.call import Call
from bot.playground.qianfan.actions.paging import page
from bot.playground.qianfan.errors import ApiError
from bot.playground.qianfan.resources import ModelSet


def describe_version(call: Call) -> Any:
    """DescribeModel: a model version's detail."""
    return answers.version(call.version(), call.wording)


def describe_model_set(call: Call) -> Any:
    """DescribeModelSet: a model by its id or by its name, never both."""
    if (call.body.get("modelSetId") is None) == (call.body.get("modelSetName") is None):
        raise call.refusal("modelSetId", "or modelSetName: exactly one of them is needed")
    model_set = _by_name(call) if call.body.get("modelSetId") is None else call.model_set()
    return answers.model_set(model_set, call.world.versions_of(model_set))


def describe_model_sets(call: Call) -> Any:
    """DescribeCustomModelSets: a page of the account's models, newest first."""
    found = sorted(call.world.model_sets.values(), key=lambda it: it.created, reverse=True)
    shown, info = page(call, found)
    return {"customModelSetList": [_listed(call, it) for it in shown], "pageInfo": info}


def _listed(call: Call, model_set: ModelSet) -> dict[str, Any]:
    versions = call.world.versions_of(model_set)
    answer = answers.model_set(model_set, versions) | {"modelCount": len(versions)}
    return {name: answer[name] for name in answer if name not in ("source", "description")}


def _by_name(call: Call) -> ModelSet:
    name = call.text("modelSetName")
    for model_set in call.world.model_sets.values():
        if model_set.name == name:
            return model_set
    message = f"The specified modelSetName does not exist: {name}."
    raise ApiError(call.manners.unknown_status, "NoSuchModelSet", message)
