"""The API documents' own examples, mended into JSON; each says where it is from."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from bot.domain.creation import (
    ChatTemplate,
    FileTemplate,
    ImportSource,
    NewVersion,
    Sampling,
    TrainSource,
)
from bot.domain.id_grammar import read_id
from bot.domain.resources import Watchable
from bot.qianfan.answers import Answer, Reply, read_answer
from bot.qianfan.reading import read_resource
from bot.qianfan.redaction import redaction

SAMPLES = Path(__file__).parents[2] / "samples"

_QIANFAN = SAMPLES / "qianfan"

#: Where an answer has the id of what it describes; a compression's modelId is what it made.
_ID_NAMES = ("taskId", "id", "modelId")


@cache
def sample(name: str) -> bytes:
    """An answer's body."""
    text = (_QIANFAN / f"{name}.json").read_text("utf-8")
    return json.dumps(json.loads(text)["answer"]).encode()


def result(name: str) -> Any:
    """The result of an answer."""
    return json.loads(sample(name)).get("result")


def answer_names() -> list[str]:
    """All samples of answers."""
    names = sorted(path.stem for path in _QIANFAN.glob("*.json"))
    return [name for name in names if name != "fields"]


def described_names() -> list[str]:
    """The answers that describe a run, a compression task or a version."""
    return [name for name in answer_names() if _has_state(result(name))]


def described(name: str) -> Watchable:
    """What such an answer describes."""
    return read_description(result(name))


def read_description(told: Any) -> Watchable:
    """What a result describes; it has to name itself."""
    resource = read_id(next(told[name] for name in _ID_NAMES if name in told))
    body = json.dumps({"requestId": "r-1", "result": told}).encode()
    answer = read_answer("Describe", Reply(200, httpx.Headers(), body), redaction())
    assert isinstance(answer, Answer)
    return read_resource(resource, answer, redaction())


def request(name: str) -> dict[str, Any]:
    """A request: its `action`, its `route` and its `body`."""
    read: dict[str, Any] = json.loads((_QIANFAN / "requests" / f"{name}.json").read_text("utf-8"))
    return read


def request_names() -> list[str]:
    """All samples of requests."""
    return sorted(path.stem for path in (_QIANFAN / "requests").glob("*.json"))


def new_version(name: str) -> NewVersion:
    """The request of a sample as the value that the bot makes of a form."""
    body = request(name)["body"]
    meta = body.get("trainMeta") or body["importMeta"]
    source = _run(meta) if "trainMeta" in body else _import(meta)
    return NewVersion(read_id(body["modelSetId"]), source, body.get("description", ""))


def fields() -> list[dict[str, Any]]:
    """Every field that the documents name."""
    read: list[dict[str, Any]] = json.loads((_QIANFAN / "fields.json").read_text("utf-8"))
    return read


def _has_state(told: Any) -> bool:
    return isinstance(told, dict) and bool({"runStatus", "status", "state"} & set(told))


def _run(meta: dict[str, Any]) -> TrainSource:
    return TrainSource(read_id(meta["taskId"]), meta.get("checkpointStep", meta.get("step")))


def _import(meta: dict[str, Any]) -> ImportSource:
    settings = meta.get("advancedSettings", {})
    return ImportSource(
        meta["bucket"],
        meta["objectPath"],
        meta["modelFormat"],
        meta["modelApplicationType"],
        _template(meta),
        meta.get("advanceConf", ""),
        meta.get("transformerVersion", ""),
        meta.get("vLLMVersion", ""),
        Sampling(
            settings.get("samplingStrategy", ""),
            settings.get("numSampling"),
            settings.get("numBeams"),
        ),
    )


def _template(meta: dict[str, Any]) -> ChatTemplate | FileTemplate | None:
    if conf := meta.get("chatConf"):
        return ChatTemplate(
            conf["historyQATemplate"], conf["latestQuestionTemplate"], conf["promptTemplate"]
        )
    spec = meta.get("customSpec")
    return FileTemplate(spec["displayName"], spec["fileName"]) if spec else None
