"""/v2/model: CreateCustomModel, checked against its document, and what an import needs."""

from typing import Any

from bot.playground.qianfan.actions.call import Call
from bot.playground.qianfan.lives import TASK_WORDS
from bot.playground.qianfan.resources import Source, Task

_TRANSFORMERS = ("4.34.0", "4.36.2", "4.39.3", "4.40.2")
_VLLM = ("0.3.2", "0.4.0")
_SAMPLING = ("multinomialSampling", "beamSearch", "greedySearch")
_HUGGING_FACE = "HuggingFace.Transformers"
_TEXT_TO_IMAGE = "Safetensors"


def create_version(call: Call) -> Any:
    """CreateCustomModel: a new version, Creating at first. Twice the same call makes two."""
    model_set = call.model_set()
    description = call.optional_text("description", longest=300) or ""
    if call.choice("sourceType", "Train", "Import") == "Train":
        source, model, application = _from_training(call.within("trainMeta"))
    else:
        source, model, application = _from_import(call.within("importMeta"))
    version = call.world.add_version(
        model_set,
        model=model,
        description=description,
        application=application,
        source=source,
        creating=call.manners.creating,
        ends=call.manners.new_versions,
    )
    return {"modelSetId": model_set.id, "modelId": version.id}


def _from_training(meta: Call) -> tuple[Source, str, str]:
    task = meta.task()
    step = _step(meta)
    if step is None:
        _check_done(meta, task)
    elif step not in {saved.step for saved in task.moment.checkpoints}:
        raise meta.refusal("checkpointStep")
    return Source("Train", task_id=task.id, step=step), task.job.model, "chat"


def _step(meta: Call) -> int | None:
    """The checkpoint that is asked for, by the names that the manners let count."""
    names = {"either": ("checkpointStep", "step")}.get(meta.manners.step_key)
    steps = (meta.optional_int(name, least=0) for name in names or (meta.manners.step_key,))
    return next((step for step in steps if step is not None), None)


def _check_done(meta: Call, task: Task) -> None:
    if task.state != TASK_WORDS.done:
        raise meta.refusal("taskId", "invalid: the task has not finished")


def _from_import(meta: Call) -> tuple[Source, str, str]:
    bucket, path = meta.text("bucket"), meta.text("objectPath")
    model_format = meta.choice("modelFormat", _HUGGING_FACE, _TEXT_TO_IMAGE)
    if model_format == _HUGGING_FACE:
        application = meta.choice("modelApplicationType", "chat", "completion")
        _check_hugging_face(meta)
    else:
        application = meta.choice("modelApplicationType", "Text-to-Image")
    source = Source("Import", bos_url=f"bos:/{bucket}/{path}")
    return source, "", application


def _check_hugging_face(meta: Call) -> None:
    meta.choice("transformerVersion", *_TRANSFORMERS)
    if meta.body.get("vLLMVersion") is not None:
        meta.choice("vLLMVersion", *_VLLM)
    _check_template(meta)
    meta.optional_text("advanceConf")
    if meta.body.get("advancedSettings") is not None:
        _check_sampling(meta.within("advancedSettings"))


def _check_template(meta: Call) -> None:
    """A conversation's template: the platform's own form or an uploaded file, never both."""
    if meta.body.get("chatConf") is not None and meta.body.get("customSpec") is not None:
        raise meta.refusal("customSpec", "and chatConf exclude each other")
    if meta.body.get("chatConf") is not None:
        chat = meta.within("chatConf")
        chat.text("historyQATemplate", longest=200)
        chat.text("latestQuestionTemplate", longest=200)
        chat.text("promptTemplate", shortest=0, longest=300)
    if meta.body.get("customSpec") is not None:
        spec = meta.within("customSpec")
        spec.text("displayName", longest=200)
        spec.choice("fileName", *meta.world.files)


def _check_sampling(settings: Call) -> None:
    """advancedSettings has no table of its own; the orphan table modelCompConf is taken for it."""
    if settings.body.get("samplingStrategy") is not None:
        settings.choice("samplingStrategy", *_SAMPLING)
    settings.optional_int("numBeams", least=2, most=15)
    settings.optional_int("numSampling", least=1, most=15)
