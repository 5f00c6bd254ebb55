"""/v2/model: compression tasks."""

from typing import Any

from bot.playground.qianfan import answers
from bot.playground.qianfan.actions.call import Call
from bot.playground.qianfan.actions.paging import page
from bot.playground.qianfan.errors import ApiError


def describe_compression(call: Call) -> Any:
    """DescribeModelCompTask: a compression's detail."""
    return answers.compression(call.compression(), call.wording)


def describe_compressions(call: Call) -> Any:
    """DescribeModelCompTasks: a page of the account's compressions, newest first."""
    source = call.optional_text("sourceModelId")
    found = [it for it in call.world.compressions.values() if source in (None, it.source_id)]
    shown, info = page(call, sorted(found, key=lambda it: it.created, reverse=True))
    listed = [answers.compression(it, call.wording) for it in shown]
    return {"modelCompTaskList": listed, "pageInfo": info}


def cancel_compression(call: Call) -> None:
    """CancelModelCompTask: stops it; the answer holds no result, only the request's id.

    For one that has ended the answer is the same, or an error where the manners say so.
    """
    compression = call.compression()
    if not compression.moment.final:
        compression.is_asked_to_stop(call.manners.stopping)
    elif call.manners.stop_of_ended == "error":
        raise ApiError(400, "OperationDenied", "The task is not running and cannot be cancelled.")
