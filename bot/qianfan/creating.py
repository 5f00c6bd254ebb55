"""Making a model version (CreateCustomModel): what is sent for it, and what comes back.

The document: https://cloud.baidu.com/doc/qianfan-api/s/Mmnijpuh3.
"""

from bot.domain.creation import (
    ChatTemplate,
    FileTemplate,
    ImportSource,
    NewVersion,
    Sampling,
    TrainSource,
)
from bot.domain.errors import OutcomeUnknown
from bot.domain.ids import Kind
from bot.domain.ports import Created
from bot.qianfan.actions import naming
from bot.qianfan.answers import Answer
from bot.qianfan.told import told_id


def creation_body(version: NewVersion, *, also_send_step: bool = False) -> dict[str, object]:
    """The request's JSON; what says nothing is not sent, and every text goes as it is.

    The document's table calls a checkpoint's number `checkpointStep` and its examples `step`; an
    API that read only the other name would publish the last checkpoint without a word.
    `also_send_step` sends both.
    """
    match version.source:
        case TrainSource() as run:
            source = {"sourceType": "Train", "trainMeta": _train_meta(run, also_send_step)}
        case ImportSource() as stored:
            source = {"sourceType": "Import", "importMeta": _import_meta(stored)}
    return naming(version.model_set) | _said(description=version.description) | source


def read_created(version: NewVersion, answer: Answer) -> Created:
    """The version that was made. Raises OutcomeUnknown where the answer does not name it."""
    told = answer.result if isinstance(answer.result, dict) else {}
    made = told_id(Kind.VERSION, told.get("modelId"))
    if made is None:
        raise OutcomeUnknown(answer.action, answer.request_id)
    model_set = told_id(Kind.MODEL_SET, told.get("modelSetId")) or version.model_set
    return Created(made, model_set, answer.request_id)


def _train_meta(run: TrainSource, also_send_step: bool) -> dict[str, object]:
    step = run.step if also_send_step else None
    return naming(run.task) | _said(checkpointStep=run.step, step=step)


def _import_meta(stored: ImportSource) -> dict[str, object]:
    return _said(
        bucket=stored.bucket,
        objectPath=stored.object_path,
        modelFormat=stored.model_format,
        modelApplicationType=stored.application_type,
        advanceConf=stored.advance_conf,
        transformerVersion=stored.transformer_version,
        vLLMVersion=stored.vllm_version,
        advancedSettings=_advanced_settings(stored.sampling),
        **_template(stored.template),
    )


def _template(template: ChatTemplate | FileTemplate | None) -> dict[str, object]:
    match template:
        case ChatTemplate(history, latest, prompt):
            said = _said(historyQATemplate=history, latestQuestionTemplate=latest)
            # Required, and its length may be 0.
            return {"chatConf": said | {"promptTemplate": prompt}}
        case FileTemplate(display_name, file_name):
            return {"customSpec": _said(displayName=display_name, fileName=file_name)}
        case None:
            return {}


def _advanced_settings(sampling: Sampling) -> dict[str, object]:
    """No table is called advancedSettings; the one called modelCompConf has what it is said to."""
    return _said(
        samplingStrategy=sampling.strategy,
        numSampling=sampling.sequences,
        numBeams=sampling.beams,
    )


def _said(**members: object) -> dict[str, object]:
    """The members that say something."""
    return {name: value for name, value in members.items() if value not in (None, "", {})}
