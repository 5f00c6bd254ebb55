"""/v2/model of the local Qianfan: versions, models, compressions, publishing and importing."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.playground.qianfan import Failed, Source, Wording

from .signed_client import Stage, stage

HOUR = timedelta(hours=1)


async def test_a_version_tells_where_it_comes_from() -> None:
    async with stage() as it:
        model_set = it.world.add_model_set("support-bot", id="am-txtetnsfq9sb")
        version = it.world.add_version(
            model_set, id="amv-sxw7atka4jk0", source=Source("Train", task_id=24663)
        )
        detail = await it.asks("DescribeModel", modelId=version.id)
    assert detail == {
        "modelSetId": "am-txtetnsfq9sb",
        "modelSetName": "support-bot",
        "modelId": "amv-sxw7atka4jk0",
        "modelName": "V1",
        "model": "ERNIE-Speed-8K",
        "sourceInfo": {"sourceType": "Train", "trainTaskId": 24663},
        "status": "Ready",
        "modelApplicationType": "chat",
        "tokenLimitations": {
            "trivial": {"inputTokens": 7168, "outputTokens": 2048, "characterLimit": 24000}
        },
        "createTime": "2026-03-02T17:00:00+08:00",
        "modifyTime": "2026-03-02T17:00:00+08:00",
        "isSupportDeploy": True,
        "isSupportModelComp": True,
        "isSupportEvaluation": True,
        "resourceConfig": {"resourceId": version.resource_id},
        "modelCompConfigs": [
            {"strategy": "Quantization", "weight": "W8A8C16"},
            {"strategy": "Sparsity", "sparsityRatio": 0.5},
        ],
    }


async def test_versions_and_compressions_can_speak_as_the_documents_examples_do() -> None:
    async with stage(wording=Wording.of_examples()) as it:
        compression = it.world.add_compression()
        compression.finishes()
        version = await it.asks("DescribeModel", modelId=compression.version_id)
        detail = await it.asks("DescribeModelCompTask", modelCompTaskId=compression.id)
    assert (version["state"], version["endpointType"]) == ("Ready", "chat")
    assert isinstance(version["modelCompConfigs"], dict)
    assert not {"status", "modelApplicationType"} & set(version)
    assert (detail["state"], detail["targetModelId"]) == ("Done", compression.version_id)
    assert not {"status", "modelId"} & set(detail)


async def test_a_compression_is_read_from_its_beginning_to_its_version() -> None:
    async with stage() as it:
        compression = it.world.add_compression(queue=HOUR, length=HOUR)
        seen = []
        for _ in range(3):
            seen.append(await it.asks("DescribeModelCompTask", modelCompTaskId=compression.id))
            it.clock.jump(HOUR)
        version = await it.asks("DescribeModel", modelId=compression.version_id)
    assert [detail["status"] for detail in seen] == ["creating", "running", "succeeded"]
    assert ["modelId" in detail for detail in seen] == [False, False, True]
    assert seen[0]["finishTime"] == ""
    assert seen[2]["finishTime"] == "2026-03-02T19:00:00+08:00"
    assert version["sourceInfo"] == {
        "sourceType": "Acceleration",
        "accelerationTaskId": compression.id,
    }


async def test_a_failed_compression_tells_why() -> None:
    async with stage() as it:
        compression = it.world.add_compression()
        compression.fails("calibration data set is empty")
        detail = await it.asks("DescribeModelCompTask", modelCompTaskId=compression.id)
    assert (detail["status"], detail["failedReason"]) == (
        "failed",
        "calibration data set is empty",
    )


async def test_a_cancelled_compression_stops_and_the_answer_has_no_result() -> None:
    async with stage() as it:
        compression = it.world.add_compression(queue=timedelta(0))
        answer = await it.sends("CancelModelCompTask", json={"modelCompTaskId": compression.id})
        soon = compression.state
        it.clock.jump(timedelta(minutes=1))
        assert set(answer.json()) == {"requestId"}
        assert (soon, compression.state) == ("stopping", "stopped")


async def test_cancelling_what_has_ended_changes_nothing_or_is_an_error() -> None:
    async with stage() as it:
        compression = it.world.add_compression()
        compression.finishes()
        await it.asks("CancelModelCompTask", modelCompTaskId=compression.id)
        it.qianfan.behaves(stop_of_ended="error")
        refusal = await it.refuses("CancelModelCompTask", modelCompTaskId=compression.id)
        assert refusal[:2] == (400, "OperationDenied")
        assert compression.state == "succeeded"


async def test_compressions_are_listed_by_their_source() -> None:
    async with stage() as it:
        source = it.world.add_version()
        one = it.world.add_compression(source)
        it.world.add_compression()
        everything = await it.asks("DescribeModelCompTasks")
        chosen = await it.asks("DescribeModelCompTasks", sourceModelId=source.id)
    assert len(everything["modelCompTaskList"]) == 2
    assert [found["id"] for found in chosen["modelCompTaskList"]] == [one.id]


@pytest.mark.parametrize(
    ("action", "parameter", "code"),
    [
        ("DescribeModel", "modelId", "NoSuchModel"),
        ("DescribeModelSet", "modelSetId", "NoSuchModelSet"),
        ("DescribeModelSet", "modelSetName", "NoSuchModelSet"),
        ("DescribeModelCompTask", "modelCompTaskId", "NoSuchModelCompTask"),
        ("CancelModelCompTask", "modelCompTaskId", "NoSuchModelCompTask"),
    ],
)
async def test_an_unknown_id_is_refused(action: str, parameter: str, code: str) -> None:
    async with stage() as it:
        assert (await it.refuses(action, **{parameter: "never-made"}))[:2] == (404, code)
        assert (await it.refuses(action))[:2] == (400, "InappropriateJSON")


async def test_a_model_lists_its_versions_by_id_or_name() -> None:
    async with stage() as it:
        model_set = it.world.add_model_set("support-bot", labels=("prod",))
        made = [it.world.add_version(model_set).id for _ in range(2)]
        by_id = await it.asks("DescribeModelSet", modelSetId=model_set.id)
        by_name = await it.asks("DescribeModelSet", modelSetName="support-bot")
        both = await it.refuses(
            "DescribeModelSet", modelSetId=model_set.id, modelSetName="support-bot"
        )
    assert by_id == by_name
    assert (by_id["modelIds"], by_id["modelNames"]) == (made, ["V1", "V2"])
    assert by_id["source"] == "UserCreate"
    assert both[1] == "InappropriateJSON"


async def test_models_are_listed_with_how_many_versions_they_have() -> None:
    async with stage() as it:
        it.world.add_version()
        (listed,) = (await it.asks("DescribeCustomModelSets"))["customModelSetList"]
    assert listed["modelCount"] == 1
    assert "description" not in listed


def training(it: Stage, **more: Any) -> dict[str, Any]:
    task = it.world.add_task(checkpoints=4)
    task.finishes()
    return {
        "modelSetId": it.world.add_model_set().id,
        "sourceType": "Train",
        "trainMeta": {"taskId": task.id, **more},
    }


async def test_a_finished_run_becomes_a_version_that_is_created_then_ready() -> None:
    async with stage() as it:
        body = training(it)
        made = await it.asks("CreateCustomModel", **body, description="第一版")
        first = await it.asks("DescribeModel", modelId=made["modelId"])
        it.clock.jump(HOUR)
        later = await it.asks("DescribeModel", modelId=made["modelId"])
    assert made["modelSetId"] == body["modelSetId"]
    assert (first["status"], later["status"]) == ("Creating", "Ready")
    assert first["isSupportDeploy"] is False
    assert first["sourceInfo"]["trainTaskId"] == body["trainMeta"]["taskId"]
    assert first["description"] == "第一版"


async def test_a_new_version_can_be_made_to_fail() -> None:
    async with stage() as it:
        it.qianfan.behaves(new_versions=Failed("publish failed"))
        made = await it.asks("CreateCustomModel", **training(it))
        it.clock.jump(HOUR)
        assert (await it.asks("DescribeModel", modelId=made["modelId"]))["status"] == "Fail"


async def test_the_same_call_twice_makes_two_versions() -> None:
    async with stage() as it:
        body = training(it)
        made = [(await it.asks("CreateCustomModel", **body))["modelId"] for _ in range(2)]
        model_set = await it.asks("DescribeModelSet", modelSetId=body["modelSetId"])
    assert model_set["modelIds"] == made


@pytest.mark.parametrize(
    ("read", "sent", "published"),
    [
        ("either", "checkpointStep", True),
        ("either", "step", True),
        ("checkpointStep", "checkpointStep", True),
        ("checkpointStep", "step", False),
        ("step", "step", True),
        ("step", "checkpointStep", False),
    ],
)
async def test_a_step_by_a_name_that_is_not_read_is_silently_ignored(
    read: Any, sent: str, published: bool
) -> None:
    async with stage() as it:
        it.qianfan.behaves(step_key=read)
        body = training(it)
        step = it.world.tasks[body["trainMeta"]["taskId"]].moment.checkpoints[1].step
        body["trainMeta"][sent] = step
        made = await it.asks("CreateCustomModel", **body)
        source = it.world.versions[made["modelId"]].source
    assert source.step == (step if published else None)


async def test_a_checkpoint_of_a_running_run_can_be_published_but_not_its_end() -> None:
    async with stage() as it:
        task = it.world.add_task(checkpoints=4)
        task.runs(progress=30)
        step = task.moment.checkpoints[0].step
        body = {"modelSetId": it.world.add_model_set().id, "sourceType": "Train"}
        await it.asks(
            "CreateCustomModel", **body, trainMeta={"taskId": task.id, "checkpointStep": step}
        )
        refusal = await it.refuses("CreateCustomModel", **body, trainMeta={"taskId": task.id})
    assert "param[trainMeta.taskId]" in refusal[2]


IMPORT_META: dict[str, Any] = {
    "bucket": "test",
    "objectPath": "demoModel",
    "modelFormat": "HuggingFace.Transformers",
    "modelApplicationType": "chat",
    "transformerVersion": "4.36.2",
    "chatConf": {
        "historyQATemplate": "\\n\\nUser: {question} \\nAssistant: {answer}\\n",
        "latestQuestionTemplate": "\\n\\nUser: {question} \\nAssistant:",
        "promptTemplate": "",
    },
}


def imported(it: Stage, **meta: Any) -> dict[str, Any]:
    set_id = it.world.add_model_set().id
    return {"modelSetId": set_id, "sourceType": "Import", "importMeta": IMPORT_META | meta}


async def test_a_model_is_imported_from_object_storage() -> None:
    async with stage() as it:
        made = await it.asks("CreateCustomModel", **imported(it, vLLMVersion="0.4.0"))
        detail = await it.asks("DescribeModel", modelId=made["modelId"])
    assert detail["sourceInfo"] == {
        "sourceType": "Import",
        "importModelVersionBosUrl": "bos:/test/demoModel",
    }


async def test_a_text_to_image_model_needs_no_transformer() -> None:
    async with stage() as it:
        meta = {
            "bucket": "b",
            "objectPath": "o",
            "modelFormat": "Safetensors",
            "modelApplicationType": "Text-to-Image",
        }
        body = imported(it) | {"importMeta": meta}
        made = await it.asks("CreateCustomModel", **body)
        detail = await it.asks("DescribeModel", modelId=made["modelId"])
    assert detail["modelApplicationType"] == "Text-to-Image"


CHAT_CONF = IMPORT_META["chatConf"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"bucket": None}, "importMeta.bucket"),
        ({"objectPath": ""}, "importMeta.objectPath"),
        ({"modelFormat": "GGUF"}, "importMeta.modelFormat"),
        ({"modelApplicationType": "Text-to-Image"}, "importMeta.modelApplicationType"),
        ({"transformerVersion": None}, "importMeta.transformerVersion"),
        ({"transformerVersion": "4.99"}, "importMeta.transformerVersion"),
        ({"vLLMVersion": "0.9"}, "importMeta.vLLMVersion"),
        ({"chatConf": "no object"}, "importMeta.chatConf"),
        (
            {"chatConf": CHAT_CONF | {"historyQATemplate": "x" * 201}},
            "importMeta.chatConf.historyQATemplate",
        ),
        (
            {"chatConf": CHAT_CONF | {"latestQuestionTemplate": ""}},
            "importMeta.chatConf.latestQuestionTemplate",
        ),
        (
            {"chatConf": CHAT_CONF | {"promptTemplate": "x" * 301}},
            "importMeta.chatConf.promptTemplate",
        ),
        ({"customSpec": {"displayName": "d", "fileName": "f"}}, "importMeta.customSpec"),
        ({"advancedSettings": {"numBeams": 1}}, "importMeta.advancedSettings.numBeams"),
        ({"advancedSettings": {"numBeams": 16}}, "importMeta.advancedSettings.numBeams"),
        ({"advancedSettings": {"numSampling": True}}, "importMeta.advancedSettings.numSampling"),
        (
            {"advancedSettings": {"samplingStrategy": "dice"}},
            "importMeta.advancedSettings.samplingStrategy",
        ),
    ],
    ids=str,
)
async def test_an_import_that_breaks_the_document_is_refused(
    change: dict[str, Any], named: str
) -> None:
    async with stage() as it:
        status, code, message = await it.refuses("CreateCustomModel", **imported(it, **change))
        assert (status, code) == (400, "InappropriateJSON")
        assert f"param[{named}]" in message
        assert not it.world.versions


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"modelSetId": None}, "modelSetId"),
        ({"sourceType": "Preset"}, "sourceType"),
        ({"trainMeta": None}, "trainMeta"),
        ({"trainMeta": {}}, "trainMeta.taskId"),
        ({"description": "x" * 301}, "description"),
    ],
    ids=str,
)
async def test_a_publication_that_breaks_the_document_is_refused(
    change: dict[str, Any], named: str
) -> None:
    async with stage() as it:
        refusal = await it.refuses("CreateCustomModel", **(training(it) | change))
    assert f"param[{named}]" in refusal[2]


@pytest.mark.parametrize("step", [1, -1, "50", 1.5])
async def test_a_step_that_is_no_checkpoint_is_refused(step: Any) -> None:
    async with stage() as it:
        refusal = await it.refuses("CreateCustomModel", **training(it, checkpointStep=step))
    assert "param[trainMeta.checkpointStep]" in refusal[2]


async def test_an_uploaded_template_can_be_used_by_an_import() -> None:
    async with stage() as it:
        files = {"customSpecFile": ("template.py", b"def prompt(): ...")}
        answer = await it.sends("CreateModelCustomConf", files=files)
        name = answer.json()["result"]
        spec = {"displayName": "mine", "fileName": name}
        await it.asks("CreateCustomModel", **imported(it, chatConf=None, customSpec=spec))
        assert it.world.files == {name: b"def prompt(): ..."}


async def test_an_upload_needs_a_file_of_less_than_a_megabyte() -> None:
    async with stage() as it:
        large = {"customSpecFile": ("template.py", b"#" * 1_000_000)}
        answer = await it.sends("CreateModelCustomConf", files=large)
        assert "param[customSpecFile] too large" in answer.json()["message"]
        nothing = await it.refuses("CreateModelCustomConf")
    assert "param[customSpecFile] missing" in nothing[2]


async def test_the_platforms_settings_are_text_to_be_passed_back() -> None:
    async with stage() as it:
        settings = await it.asks("DescribeModelSystemAdvancedConf", modelApplicationType="chat")
        await it.asks("CreateCustomModel", **imported(it, advanceConf=settings))
        refusal = await it.refuses("DescribeModelSystemAdvancedConf", modelApplicationType="x")
    assert "param[modelApplicationType]" in refusal[2]


async def test_the_platforms_settings_are_asked_for_as_the_document_does() -> None:
    body = {
        "basicModelName": "Huggingface",
        "modelFormat": "HuggingFace.Transformers",
        "modelApplicationType": "chat",
    }
    async with stage() as it:
        assert json.loads(await it.asks("DescribeModelSystemAdvancedConf", **body))
        refusal = await it.refuses(
            "DescribeModelSystemAdvancedConf", **(body | {"basicModelName": 1})
        )
    assert "param[basicModelName]" in refusal[2]
