"""Results become the domain's values, in either spelling, and never crash a read."""

import contextlib
import json
import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from bot.domain.errors import BrokenAnswer
from bot.domain.id_grammar import read_id
from bot.domain.ids import Kind, ResourceId
from bot.domain.moments import happened
from bot.domain.ports import StopAnswer
from bot.domain.resources import (
    Checkpoint,
    CompressionOption,
    CompressionTask,
    Failure,
    FineTuningTask,
    ModelVersion,
    Phase,
    TokenLimit,
    Watchable,
)
from bot.qianfan.actions import stopping
from bot.qianfan.answers import Answer, Reply, read_answer
from bot.qianfan.phases import phase_of
from bot.qianfan.reading import read_resource, read_stop
from bot.qianfan.redaction import redaction
from bot.qianfan.wire import CompressionDetail, FineTuningDetail, ModelVersionDetail, Wire

from .samples import result, sample

TASK = read_id("task-0tgmn4a7h4i6")
COMPRESSION = read_id("amva-abciuctdx15t")
VERSION = read_id("amv-sxw7atka4jk0")
BEIJING = timezone(timedelta(hours=8))
ENDS = {"fail", "failed", "done", "stop", "stopped", "finish", "ready", "succeed", "succeeded"}


def test_a_running_task_is_read() -> None:
    assert _task(result("task-running")) == FineTuningTask(
        id=TASK,
        state="Running",
        phase=Phase.RUNNING,
        name="job-name",
        description="job-description",
        created_at=datetime(2024, 1, 16, 9, 48, 35, tzinfo=UTC),
        finished_at=None,
        job_id="job-ftp4icwebtnc",
        model="ERNIE-Speed-8K",
        train_mode="SFT",
        parameter_scale="FullFineTuning",
        progress=99,
        vdl_link="https://console.bce.baidu.com/qianfan/visualdl/index"
        "?displayToken=eyJydW5JZCI6InJ1bi10NGczZmZuMXpzampwZHFzIn0=",
    )


def test_a_time_of_zeros_is_none_and_does_not_stop_the_read() -> None:
    task = read_resource(
        read_id("task-2jsaaaa0i9aa"), _answer(result("task-running-zero-time")), redaction()
    )
    assert task.finished_at is None
    assert task.percent == 34


def test_a_finished_task_has_metrics_and_checkpoints_in_order() -> None:
    task = _task(result("task-done"))
    assert task.phase is Phase.DONE
    assert task.finished_at == datetime(2024, 1, 16, 10, 48, 35, tzinfo=UTC)
    assert dict(task.metrics)["BLEU-4"] == "16.56%"
    assert task.checkpoints == (Checkpoint(32, 0.345, 1.412), Checkpoint(64, 0.2539, 1.289))
    assert task.failure is None


def test_a_failed_task_tells_why_and_its_dates_may_be_called_dates() -> None:
    task = _task(result("task-failed"))
    assert task.phase is Phase.FAILED
    assert task.failure == Failure("the data set has no rows", "500001")
    assert task.created_at == datetime(2024, 1, 16, 9, 48, 35, tzinfo=UTC)
    assert task.finished_at == datetime(2024, 1, 16, 10, 48, 35, tzinfo=UTC)


@pytest.mark.parametrize("spelling", ["compression-done-by-table", "compression-done-by-example"])
def test_a_compression_is_read_in_both_spellings(spelling: str) -> None:
    compression = _compression(result(spelling))
    assert compression.phase is Phase.DONE
    assert compression.produced_version == "amv-vnhxxj3crnsp"
    assert compression.source_version == "amv-se1t8i4gr9fu"
    assert (compression.strategy, compression.weight) == ("Quantization", "wint8")
    assert compression.finished_at == datetime(2024, 4, 10, 17, 36, 22, tzinfo=BEIJING)
    assert compression.failure is None


def test_a_failed_compression_tells_why() -> None:
    compression = _compression(result("compression-failed"))
    assert compression.failure == Failure("no capacity")
    assert compression.sparsity_ratio == 0.5
    assert compression.produced_version == ""


def test_a_version_is_read_in_both_spellings() -> None:
    by_example = _version(VERSION, result("version-ready-by-example"))
    by_table = _version(read_id("amv-vd5h69rcgpkz"), result("version-ready-by-table"))
    for version in (by_example, by_table):
        assert version.phase is Phase.DONE
        assert version.application_type == "chat"
        assert version.source_type == "Train"
    assert (by_example.source, by_table.source) == ("423", "24663")
    assert by_example.model_set_id == "am-txtetnsfq9sb"
    assert by_example.model_set_name == "chatglm32k_v10"


def test_a_version_tells_its_limits_its_uses_and_how_it_can_be_compressed() -> None:
    version = _version(read_id("amv-g73j3faikzpz"), result("version-whole-by-table"))
    assert version.modified_at == datetime(2024, 5, 17, 8, 15, 24, tzinfo=BEIJING)
    limits = dict(version.token_limits)
    assert limits["trivial"][:2] == (
        TokenLimit("inputTokens", 7168),
        TokenLimit("outputTokens", 2048),
    )
    assert limits["reranker"][0] == TokenLimit("queryTokens", 400)
    assert version.uses == (("deployment", True), ("compression", True), ("evaluation", False))
    assert version.compression_options == (
        CompressionOption("Quantization", "W8A8C16"),
        CompressionOption("Sparsity", sparsity_ratio=0.25),
    )
    assert dict(version.advanced_settings)["numBeams"] == "4"


def test_what_only_the_examples_tell_of_a_version_is_read() -> None:
    told = result("version-ready-by-example") | {"ioTokens": "8k"}
    version = _version(VERSION, told)
    assert (version.io_tokens, version.resource_id) == ("8k", "prl-yqec88en7r08")


def test_a_lone_compression_option_stands_for_a_list_of_one() -> None:
    told = {"status": "Ready", "modelCompConfigs": {"strategy": "Sparsity", "sparsityRatio": 0.5}}
    assert _version(VERSION, told).compression_options == (
        CompressionOption("Sparsity", sparsity_ratio=0.5),
    )


def test_of_a_versions_details_what_cannot_be_read_is_left_out() -> None:
    told = {
        "status": "Ready",
        "tokenLimitations": {
            "trivial": {"inputTokens": "many", "outputTokens": 7.0, "characterLimit": None},
            "reranker": [],
            "embedding": {"inputTokens": True},
        },
        "isSupportDeploy": "True",
        "isSupportModelComp": "perhaps",
        "isSupportEvaluation": None,
        "modelCompConfigs": [{}, {"sparsityRatio": "NaN"}, {"weight": "INT8-PTQ"}, 7],
        "advancedSettings": {"numBeams": None, "samplingStrategy": "beamSearch"},
        "resourceConfig": [],
    }
    version = _version(VERSION, told)
    assert version.token_limits == (("trivial", (TokenLimit("outputTokens", 7),)),)
    assert version.uses == (("deployment", True),)
    assert version.compression_options == (CompressionOption(weight="INT8-PTQ"),)
    assert version.advanced_settings == (("samplingStrategy", "beamSearch"),)
    assert version.resource_id == ""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            Kind.TASK,
            {
                "Waiting": Phase.QUEUED,
                "Running": Phase.RUNNING,
                "RUNNING": Phase.RUNNING,
                "Done": Phase.DONE,
                "FINISH": Phase.DONE,
                "Stopped": Phase.STOPPED,
                "STOP": Phase.STOPPED,
                "Failed": Phase.FAILED,
                "Fail": Phase.FAILED,
                "FAIL": Phase.FAILED,
            },
        ),
        (
            Kind.COMPRESSION,
            {
                "creating": Phase.QUEUED,
                "running": Phase.RUNNING,
                "succeeded": Phase.DONE,
                "Done": Phase.DONE,
                "failed": Phase.FAILED,
                "stopping": Phase.ENDING,
                "stopped": Phase.STOPPED,
            },
        ),
        (
            Kind.VERSION,
            {"Creating": Phase.RUNNING, "Ready": Phase.DONE, "Fail": Phase.FAILED},
        ),
    ],
)
def test_every_documented_word_has_its_phase(kind: Kind, words: dict[str, Phase]) -> None:
    assert {word: phase_of(kind, word) for word in words} == words


@given(kind=st.sampled_from([Kind.TASK, Kind.COMPRESSION, Kind.VERSION]), word=st.text())
def test_a_word_that_nobody_knows_is_never_an_end(kind: Kind, word: str) -> None:
    if word.strip().casefold() not in ENDS:
        assert not phase_of(kind, word).is_final


def test_an_unknown_word_is_kept_as_it_is() -> None:
    task = _task({"runStatus": "Paused"})
    assert (task.state, task.phase) == ("Paused", Phase.UNKNOWN)


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        ("34%", 34),
        ("34", 34),
        (34, 34),
        (34.5, 34),
        ("99.9 %", 99),
        ("34％", 34),
        ("120%", 100),
        (-1, 0),
        (None, None),
        ("", None),
        ("%", None),
        ("half", None),
        ("nan%", None),
        (True, None),
        ([], None),
    ],
)
def test_progress_is_read_however_it_is_written(written: object, percent: int | None) -> None:
    assert _task({"runStatus": "Running", "runProgress": written}).percent == percent


@pytest.mark.parametrize(
    "written",
    [
        "0000-00-00T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-08:00",
        "null",
        "",
        "yesterday",
        "2024-13-01T00:00:00Z",
        None,
        0,
        1705398515,
        {},
    ],
)
def test_what_stands_for_no_time_is_none(written: object) -> None:
    task = _task({"runStatus": "Done", "createTime": written, "finishTime": written})
    assert (task.created_at, task.finished_at) == (None, None)


def test_a_time_without_a_zone_is_taken_for_utc() -> None:
    task = _task({"runStatus": "Done", "createTime": "2024-01-16 09:48:35"})
    assert task.created_at == datetime(2024, 1, 16, 9, 48, 35, tzinfo=UTC)


@pytest.mark.parametrize("code", [0, "0", "", None])
def test_an_error_code_of_zero_is_no_failure(code: object) -> None:
    assert _task({"runStatus": "Failed", "errorCode": code, "errorMessage": ""}).failure is None


def test_an_error_is_told_of_a_failed_task_alone() -> None:
    assert _task({"runStatus": "Running", "errorCode": 7, "errorMessage": "x"}).failure is None


def test_a_failures_reason_carries_no_secret() -> None:
    task = _task({"runStatus": "Failed", "errorMessage": "ALTAKabcdefghij0123456789 refused"})
    assert task.failure == Failure("[struck out] refused")


def test_a_loss_that_is_no_number_arrives_as_nan() -> None:
    body = (
        b'{"result":{"runStatus":"Running","checkpointList":['
        b'{"step":3,"trainingLoss":NaN,"perplexity":Infinity},'
        b'{"step":"2","trainingLoss":"NaN","perplexity":"1.5"},{"step":1}]}}'
    )
    answer = read_answer("DescribeFineTuningTask", Reply(200, httpx.Headers(), body), redaction())
    assert isinstance(answer, Answer)
    first, second, third = _task(answer.result).checkpoints
    assert (first.training_loss, first.perplexity) == (None, None)
    assert second.training_loss is not None
    assert math.isnan(second.training_loss)
    assert second.perplexity == 1.5
    assert third.training_loss is not None
    assert math.isnan(third.training_loss)
    assert third.perplexity is not None
    assert math.isnan(third.perplexity)


def test_of_a_list_the_readable_checkpoints_are_kept() -> None:
    items = [None, 7, {}, {"step": "x"}, {"step": True}, {"step": 1e400}, {"step": 64.0}]
    assert _task({"runStatus": "Done", "checkpointList": items}).checkpoints == (Checkpoint(64),)


def test_a_lone_object_stands_for_a_list_of_one() -> None:
    checkpoints = _task({"runStatus": "Done", "checkpointList": {"step": 1}}).checkpoints
    assert checkpoints == (Checkpoint(1),)


def test_text_is_kept_without_what_no_database_can_hold() -> None:
    task = _task(json.loads('{"runStatus":"Done","jobName":"a\\u0000b \\ud83d"}'))
    assert task.name == "ab ?"


@pytest.mark.parametrize("told", [None, True, 7, "x", [], {}, {"runStatus": ""}, {"taskId": {}}])
def test_a_result_that_describes_nothing_is_a_broken_answer(told: object) -> None:
    with pytest.raises(BrokenAnswer) as caught:
        _task(told)
    assert (caught.value.action, caught.value.request_id) == ("Describe", "r-1")


def test_a_result_about_another_thing_is_a_broken_answer() -> None:
    with pytest.raises(BrokenAnswer):
        _task({"taskId": "task-another00000", "runStatus": "Done"})


@pytest.mark.parametrize("told", [{"runStatus": "Done"}, {"taskId": "TASK-0TGMN4A7H4I6"}])
def test_an_id_or_a_state_is_enough(told: object) -> None:
    assert _task(told).id == TASK


@pytest.mark.parametrize(
    ("name", "resource"), [("stop-accepted", TASK), ("cancel-accepted", COMPRESSION)]
)
def test_an_accepted_stop_is_read(name: str, resource: ResourceId) -> None:
    answer = read_answer("Stop", Reply(200, httpx.Headers(), sample(name)), redaction())
    assert isinstance(answer, Answer)
    accepted = StopAnswer(True, "1bef3f87-c5b2-4419-936b-50f9884f10d4")
    assert read_stop(stopping(resource), answer) == accepted


@pytest.mark.parametrize("told", [False, "false", 0, "", None])
def test_a_stop_that_is_not_said_to_be_accepted_is_not(told: object) -> None:
    assert not read_stop(stopping(TASK), _answer(told)).accepted


def test_a_refused_cancellation_is_read() -> None:
    assert not read_stop(stopping(COMPRESSION), _answer(False)).accepted


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
DETAILS: dict[Kind, type[Wire]] = {
    Kind.TASK: FineTuningDetail,
    Kind.COMPRESSION: CompressionDetail,
    Kind.VERSION: ModelVersionDetail,
}
_NESTED = [
    "strategy",
    "sparsityRatio",
    "weight",
    "sourceType",
    "trainTaskId",
    "importModelVersionBosUrl",
    "step",
    "trainingLoss",
    "perplexity",
    "BLEU-4",
    "trivial",
    "inputTokens",
    "resourceId",
]


@given(data=st.data(), resource=st.sampled_from([TASK, COMPRESSION, VERSION]))
def test_no_value_in_any_field_crashes_a_read(data: st.DataObject, resource: ResourceId) -> None:
    fields = [to_camel(name) for name in DETAILS[resource.kind].model_fields]
    inner = st.dictionaries(st.sampled_from(_NESTED), json_values)
    values = json_values | inner | st.lists(inner, max_size=3)
    told: dict[str, Any] = data.draw(st.dictionaries(st.sampled_from(fields), values))
    try:
        read = read_resource(resource, _answer(json.loads(json.dumps(told))), redaction())
    except BrokenAnswer:
        return
    _check_is_fit_for_use(read)


@given(told=json_values)
def test_no_result_of_any_shape_crashes_a_read(told: object) -> None:
    with contextlib.suppress(BrokenAnswer):
        _check_is_fit_for_use(_task(told))


def _check_is_fit_for_use(read: Watchable) -> None:
    assert read.phase is phase_of(read.id.kind, read.state)
    str(read).encode()
    now = datetime.now(UTC)
    for written in (read.created_at, read.finished_at):
        happened(written, now - timedelta(minutes=1), now)
    assert read.percent is None or 0 <= read.percent <= 100


def _answer(result: object) -> Answer:
    return Answer("Describe", "r-1", result)


def _task(told: object) -> FineTuningTask:
    read = read_resource(TASK, _answer(told), redaction())
    assert isinstance(read, FineTuningTask)
    return read


def _compression(told: object) -> CompressionTask:
    read = read_resource(COMPRESSION, _answer(told), redaction())
    assert isinstance(read, CompressionTask)
    return read


def _version(version: ResourceId, told: object) -> ModelVersion:
    read = read_resource(version, _answer(told), redaction())
    assert isinstance(read, ModelVersion)
    return read
