"""A version that is to be made becomes exactly the document's body, and its answer is read."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.domain.creation import (
    ChatTemplate,
    FileTemplate,
    ImportSource,
    NewVersion,
    Sampling,
    TrainSource,
)
from bot.domain.errors import AccessDenied, BrokenAnswer, OutcomeUnknown, RequestRejected
from bot.domain.id_grammar import read_id
from bot.domain.listings import ModelSet
from bot.domain.ports import Created, File
from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.qianfan.answers import Answer
from bot.qianfan.client import QianfanClient, open_account
from bot.qianfan.creating import creation_body, read_created
from bot.qianfan.importing import read_configurations, read_stored_name

from .conftest import QUICK
from .scripted import ScriptedQianfan

TASK = read_id("task-sdvsdfbhjsdfb")
MODEL_SET = read_id("am-ashdagwfy234")
HUGGING_FACE = "HuggingFace.Transformers"
CREATED = (
    b'{"requestId":"r","result":{"modelSetId":"am-5sxpz4xn25uw","modelId":"amv-21qxxr97z8fp"}}'
)


@pytest.fixture
def world() -> World:
    return World(WorldClock(speed=0))


@pytest.fixture
async def local(world: World) -> AsyncIterator[LocalQianfan]:
    async with LocalQianfan(world) as server:
        yield server


@pytest.fixture
async def here(local: LocalQianfan) -> AsyncIterator[QianfanClient]:
    """An account of the local Qianfan."""
    opened = _account(local)
    yield opened
    await opened.aclose()


def test_a_runs_end_is_published_by_its_id_alone() -> None:
    assert creation_body(NewVersion(MODEL_SET, TrainSource(TASK))) == {
        "modelSetId": "am-ashdagwfy234",
        "sourceType": "Train",
        "trainMeta": {"taskId": "task-sdvsdfbhjsdfb"},
    }


@pytest.mark.parametrize("step", [50, 0])
def test_a_checkpoint_is_named_by_its_step(step: int) -> None:
    version = NewVersion(MODEL_SET, TrainSource(TASK, step), "第一版")
    assert creation_body(version) == {
        "modelSetId": "am-ashdagwfy234",
        "description": "第一版",
        "sourceType": "Train",
        "trainMeta": {"taskId": "task-sdvsdfbhjsdfb", "checkpointStep": step},
    }


@pytest.mark.parametrize(
    ("step", "told"), [(50, {"checkpointStep": 50, "step": 50}), (None, {})], ids=["step", "end"]
)
def test_a_step_may_be_sent_by_the_examples_name_too(
    step: int | None, told: dict[str, int]
) -> None:
    body = creation_body(NewVersion(MODEL_SET, TrainSource(TASK, step)), also_send_step=True)
    assert body["trainMeta"] == {"taskId": "task-sdvsdfbhjsdfb", **told}


def test_of_an_import_what_is_empty_is_not_sent() -> None:
    source = ImportSource("test", "demoModel", "Safetensors", "Text-to-Image")
    assert creation_body(NewVersion(MODEL_SET, source)) == {
        "modelSetId": "am-ashdagwfy234",
        "sourceType": "Import",
        "importMeta": {
            "bucket": "test",
            "objectPath": "demoModel",
            "modelFormat": "Safetensors",
            "modelApplicationType": "Text-to-Image",
        },
    }


def test_of_an_import_everything_is_sent_by_the_documents_names() -> None:
    source = ImportSource(
        bucket="test",
        object_path="demoModel/",
        model_format=HUGGING_FACE,
        application_type="chat",
        template=FileTemplate("mine", "21312_demo.py"),
        advance_conf='{"a": 1}',
        transformer_version="4.40.2",
        vllm_version="0.4.0",
        sampling=Sampling("multinomialSampling", 15, 2),
    )
    assert _import_meta(source) == {
        "bucket": "test",
        "objectPath": "demoModel/",
        "modelFormat": "HuggingFace.Transformers",
        "modelApplicationType": "chat",
        "customSpec": {"displayName": "mine", "fileName": "21312_demo.py"},
        "advanceConf": '{"a": 1}',
        "transformerVersion": "4.40.2",
        "vLLMVersion": "0.4.0",
        "advancedSettings": {
            "samplingStrategy": "multinomialSampling",
            "numSampling": 15,
            "numBeams": 2,
        },
    }


def test_a_prompt_template_is_sent_even_where_it_is_empty() -> None:
    template = ChatTemplate("\\n\\nUser: {question}", "\nUser:", "")
    assert _import_meta(_imported(template))["chatConf"] == {
        "historyQATemplate": "\\n\\nUser: {question}",
        "latestQuestionTemplate": "\nUser:",
        "promptTemplate": "",
    }


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.text(min_size=1),
    latest=st.text(min_size=1),
    prompt=st.text(),
    description=st.text(min_size=1),
)
async def test_every_text_arrives_as_it_was_typed(
    qianfan: ScriptedQianfan,
    account: QianfanClient,
    history: str,
    latest: str,
    prompt: str,
    description: str,
) -> None:
    qianfan.answers(CREATED)
    source = _imported(ChatTemplate(history, latest, prompt))
    await account.create(NewVersion(MODEL_SET, source, description))
    body = qianfan.seen[-1].body
    assert body["description"] == description
    assert body["importMeta"]["chatConf"] == {
        "historyQATemplate": history,
        "latestQuestionTemplate": latest,
        "promptTemplate": prompt,
    }


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(), content=st.binary())
async def test_every_file_arrives_as_it_was_given(
    qianfan: ScriptedQianfan, account: QianfanClient, name: str, content: bytes
) -> None:
    qianfan.answers(b'{"requestId":"r","result":"stored.py"}')
    await account.upload_template(File(f"{name}.py", content))
    arrived_name, arrived = qianfan.seen[-1].body["customSpecFile"]
    assert arrived == content
    assert arrived_name.endswith(".py")


@pytest.mark.parametrize(
    "result",
    [
        None,
        True,
        "amv-21qxxr97z8fp",
        [],
        {},
        {"modelId": None},
        {"modelId": 24663},
        {"modelId": "amv-21qx****"},
        {"modelId": "am-5sxpz4xn25uw"},
    ],
    ids=str,
)
def test_an_answer_that_names_no_version_leaves_the_outcome_unknown(result: object) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        read_created(_published(), Answer("CreateCustomModel", "r-1", result))
    assert (caught.value.action, caught.value.request_id) == ("CreateCustomModel", "r-1")


@pytest.mark.parametrize("told", [None, "", "amv-5sxpz4xn25uw", 7])
def test_where_the_answer_names_no_model_it_is_the_one_that_was_asked_for(told: object) -> None:
    result = {"modelId": " AMV-21qxxr97z8fp ", "modelSetId": told}
    read = read_created(_published(), Answer("CreateCustomModel", "r-1", result))
    assert read == Created(read_id("amv-21qxxr97z8fp"), MODEL_SET, "r-1")


@pytest.mark.parametrize("result", [None, "", 7, {"name": "stored.py"}], ids=str)
def test_a_file_whose_name_is_not_told_is_perhaps_stored(result: object) -> None:
    with pytest.raises(OutcomeUnknown):
        read_stored_name(Answer("CreateModelCustomConf", "r-1", result))


@pytest.mark.parametrize(
    ("result", "choices"),
    [
        ('{"max_new_tokens": 2048}', ('{"max_new_tokens": 2048}',)),
        (["fast", "exact", "fast", ""], ("fast", "exact")),
        ([{"name": "fast", "note": "x"}, {"id": "e-1", "name": "exact"}], ("fast", "e-1")),
        ([{"top_k": 1}, 7, None], ('{"top_k": 1}',)),
        ({"系统": {"top_k": 1}}, ('{"系统": {"top_k": 1}}',)),
        ("", ()),
        ({}, ()),
        (None, ()),
        (7, ()),
    ],
    ids=str,
)
def test_the_platforms_configurations_are_read(result: object, choices: tuple[str, ...]) -> None:
    assert read_configurations(Answer("DescribeModelSystemAdvancedConf", None, result)) == choices


async def test_the_platforms_configurations_are_asked_for_as_documented(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.answers(b'{"requestId":"r","result":"{}"}')
    assert await account.advanced_configurations(HUGGING_FACE, "completion") == ("{}",)
    assert qianfan.seen[0].target == "/v2/model?Action=DescribeModelSystemAdvancedConf"
    assert qianfan.seen[0].body == {
        "basicModelName": "Huggingface",
        "modelFormat": "HuggingFace.Transformers",
        "modelApplicationType": "completion",
    }


@pytest.mark.parametrize("read", ["checkpointStep", "step"])
async def test_a_checkpoint_is_published_whichever_name_is_read(
    local: LocalQianfan, world: World, read: Literal["checkpointStep", "step"]
) -> None:
    local.behaves(step_key=read)
    task = world.add_task(checkpoints=4)
    task.finishes()
    step = task.moment.checkpoints[1].step
    account = _account(local, also_send_step=True)
    model_set = read_id(world.add_model_set().id)
    created = await account.create(NewVersion(model_set, TrainSource(read_id(task.id), step)))
    await account.aclose()
    assert created.model_set == model_set
    assert world.versions[str(created.version)].source.step == step


async def test_a_model_is_imported_with_an_uploaded_template_and_a_configuration(
    world: World, here: QianfanClient
) -> None:
    model_set = read_id(world.add_model_set("support-bot", description="ours").id)
    stored = await here.upload_template(File("template.py", b"def prompt(): ..."))
    (configuration,) = await here.advanced_configurations(HUGGING_FACE, "chat")
    source = ImportSource(
        "bucket",
        "models/base",
        HUGGING_FACE,
        "chat",
        template=FileTemplate("mine", stored),
        advance_conf=configuration,
        transformer_version="4.40.2",
        vllm_version="0.4.0",
        sampling=Sampling("beamSearch", beams=2),
    )
    created = await here.create(NewVersion(model_set, source, "from storage"))
    assert world.files == {stored: b"def prompt(): ..."}
    assert await here.model_set(model_set) == ModelSet(
        id=model_set,
        name="support-bot",
        type="Text2Text",
        description="ours",
        created_at=world.model_sets[str(model_set)].created.replace(microsecond=0),
        versions=(created.version,),
    )


async def test_a_version_is_made_once_though_its_answer_is_lost(
    local: LocalQianfan, world: World, here: QianfanClient
) -> None:
    task = world.add_task()
    task.finishes()
    model_set = world.add_model_set()
    local.faults.drops(when="after")
    version = NewVersion(read_id(model_set.id), TrainSource(read_id(task.id)))
    with pytest.raises(OutcomeUnknown):
        await here.create(version)
    assert len(world.versions_of(model_set)) == 1
    assert [request.action for request in local.requests] == ["CreateCustomModel"]


async def test_a_version_that_no_document_allows_is_refused_with_qianfans_reason(
    world: World, here: QianfanClient
) -> None:
    source = ImportSource("bucket", "path", HUGGING_FACE, "chat", transformer_version="9")
    with pytest.raises(RequestRejected, match="transformerVersion"):
        await here.create(NewVersion(read_id(world.add_model_set().id), source))
    assert not world.versions


async def test_who_may_not_read_the_configurations_is_told_so(
    local: LocalQianfan, here: QianfanClient
) -> None:
    local.faults.answers(403, code="AccessDenied")
    with pytest.raises(AccessDenied):
        await here.advanced_configurations(HUGGING_FACE, "chat")


@pytest.mark.parametrize(
    "result", ["null", "true", "{}", '{"modelSetId":"am-gh0azfeb9adu"}', '{"modelSetId":7}']
)
async def test_a_model_that_is_not_the_one_asked_for_is_a_broken_answer(
    qianfan: ScriptedQianfan, account: QianfanClient, result: str
) -> None:
    qianfan.answers(b'{"requestId":"r","result":%s}' % result.encode())
    with pytest.raises(BrokenAnswer):
        await account.model_set(MODEL_SET)
    assert qianfan.seen[0].body == {"modelSetId": "am-ashdagwfy234"}


async def test_an_older_look_outlives_the_making_of_a_version(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.answers(b'{"requestId":"r","result":{"taskId":"%s"}}' % str(TASK).encode())
    qianfan.answers(CREATED)
    look = await account.look(TASK)
    await account.create(_published())
    assert await account.look(TASK, max_age=timedelta(hours=1)) is look


def _published() -> NewVersion:
    return NewVersion(MODEL_SET, TrainSource(TASK))


def _imported(template: ChatTemplate) -> ImportSource:
    return ImportSource("test", "demoModel", HUGGING_FACE, "chat", template)


def _import_meta(source: ImportSource) -> dict[str, Any]:
    meta = creation_body(NewVersion(MODEL_SET, source))["importMeta"]
    assert isinstance(meta, dict)
    return meta


def _account(local: LocalQianfan, also_send_step: bool = False) -> QianfanClient:
    return open_account(
        local.url,
        local.access_key,
        SecretStr(local.secret_key),
        WorldClock(speed=0),
        requests_per_second=1000,
        burst=100,
        patience=QUICK,
        also_send_step=also_send_step,
    )
