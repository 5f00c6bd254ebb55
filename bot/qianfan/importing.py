"""What an import may need beforehand: a template's stored file, the platform's configurations."""

import json
import re

from bot.domain.errors import OutcomeUnknown
from bot.domain.ports import File
from bot.qianfan.answers import Answer
from bot.qianfan.transport import Upload

# The request's example for a model of one's own
# (https://cloud.baidu.com/doc/WENXINWORKSHOP/s/vlxefynbk).
_OWN_MODEL = "Huggingface"

# Where an object that stands for a choice may say which.
_NAMES = ("value", "id", "name")

# What a header cannot carry, or what a reader of forms may take for its own.
_UNSAFE = re.compile(r"[^\w.-]")


def template_upload(file: File) -> Upload:
    """What CreateModelCustomConf is sent: the field that its table and the official SDK name.

    Its examples call the field `file` (https://cloud.baidu.com/doc/qianfan-api/s/dmnid3q5k).
    """
    name = _UNSAFE.sub("_", file.name)
    return Upload("customSpecFile", name, file.content)


def read_stored_name(answer: Answer) -> str:
    """The name that an uploaded file has there. Raises OutcomeUnknown where none is told."""
    if not isinstance(answer.result, str) or not answer.result:
        raise OutcomeUnknown(answer.action, answer.request_id)
    return answer.result


def configurations_body(model_format: str, application_type: str) -> dict[str, object]:
    """What DescribeModelSystemAdvancedConf is asked."""
    return {
        "basicModelName": _OWN_MODEL,
        "modelFormat": model_format,
        "modelApplicationType": application_type,
    }


def read_configurations(answer: Answer) -> tuple[str, ...]:
    """What `advanceConf` may be, each text byte for byte and once; what says nothing is left out.

    The document knows one: a text that is JSON itself
    (https://cloud.baidu.com/doc/qianfan-api/s/Dmnikcy0e). In its place are read the same JSON as
    an object, and a list of texts or of objects with a name.
    """
    result = answer.result
    told = map(_choice, result) if isinstance(result, list) else (_configuration(result),)
    return tuple(dict.fromkeys(choice for choice in told if choice))


def _choice(item: object) -> str:
    """An element of a list: itself, or what names it."""
    if isinstance(item, dict):
        named = (item[name] for name in _NAMES if isinstance(item.get(name), str))
        return next(named, "") or _configuration(item)
    return _configuration(item)


def _configuration(value: object) -> str:
    if isinstance(value, dict) and value:
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else ""
