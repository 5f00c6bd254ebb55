"""/v2/finetuning of the local Qianfan: runs and jobs, read and stopped."""

from datetime import timedelta
from typing import Any

import pytest

from bot.playground.qianfan import Failed

from .signed_client import Stage, stage

HOUR = timedelta(hours=1)


async def test_a_waiting_run_has_no_progress_and_no_end() -> None:
    async with stage() as it:
        task = it.world.add_task("task-0tgmn4a7h4i6", queue=HOUR)
        detail = await it.asks("DescribeFineTuningTask", taskId=task.id)
    job = task.job
    assert detail == {
        "taskId": "task-0tgmn4a7h4i6",
        "jobId": job.id,
        "jobName": job.name,
        "jobDescription": "",
        "model": "ERNIE-Speed-8K",
        "trainMode": "SFT",
        "parameterScale": "LoRA",
        "runStatus": "Waiting",
        "vdlLink": task.visualdl_link,
        "createTime": "2026-03-02T09:00:00Z",
        "finishTime": "0000-00-00T00:00:00Z",
    }


async def test_a_running_run_tells_its_percent_and_its_checkpoints() -> None:
    async with stage() as it:
        task = it.world.add_task(checkpoints=10)
        task.runs(progress=34)
        detail = await it.asks("DescribeFineTuningTask", taskId=task.id)
    assert (detail["runStatus"], detail["runProgress"]) == ("Running", "34%")
    assert len(detail["checkpointList"]) == 3
    assert set(detail["checkpointList"][0]) == {"step", "perplexity", "trainingLoss"}
    assert "metrics" not in detail


async def test_a_finished_run_tells_its_metrics_and_when_it_ended() -> None:
    async with stage() as it:
        task = it.world.add_task(queue=timedelta(0), length=HOUR)
        it.clock.jump(3 * HOUR)
        detail = await it.asks("DescribeFineTuningTask", taskId=task.id)
    assert (detail["runStatus"], detail["finishTime"]) == ("Done", "2026-03-02T10:00:00Z")
    assert set(detail["metrics"]) == {"BLEU-4", "ROUGE-1", "ROUGE-2", "ROUGE-L"}
    assert all(value.endswith("%") for value in detail["metrics"].values())
    assert "runProgress" not in detail


async def test_a_failed_run_tells_why() -> None:
    async with stage() as it:
        task = it.world.add_task()
        task.fails("数据集校验失败 <!channel>", code=336102)
        detail = await it.asks("DescribeFineTuningTask", taskId=task.id)
    assert detail["runStatus"] == "Failed"
    assert (detail["errorMessage"], detail["errorCode"]) == ("数据集校验失败 <!channel>", 336102)


async def test_a_stopped_run_ends_after_a_little_while_of_the_world() -> None:
    async with stage() as it:
        task = it.world.add_task()
        task.runs(progress=20)
        assert await it.asks("StopFineTuningTask", taskId=task.id) is True
        soon = await it.asks("DescribeFineTuningTask", taskId=task.id)
        it.clock.jump(timedelta(minutes=1))
        later = await it.asks("DescribeFineTuningTask", taskId=task.id)
    assert (soon["runStatus"], later["runStatus"]) == ("Running", "Stopped")


@pytest.mark.parametrize(("said", "result"), [("false", False), ("true", True)])
async def test_stopping_what_has_ended_changes_nothing(said: Any, result: bool) -> None:
    async with stage() as it:
        it.qianfan.behaves(stop_of_ended=said)
        task = it.world.add_task()
        task.finishes()
        assert await it.asks("StopFineTuningTask", taskId=task.id) is result
        it.clock.jump(HOUR)
        assert task.state == "Done"


async def test_stopping_what_has_ended_can_be_an_error() -> None:
    async with stage() as it:
        it.qianfan.behaves(stop_of_ended="error")
        task = it.world.add_task()
        task.fails("gone")
        status, code, _ = await it.refuses("StopFineTuningTask", taskId=task.id)
    assert (status, code) == (400, "OperationDenied")


@pytest.mark.parametrize("action", ["DescribeFineTuningTask", "StopFineTuningTask"])
async def test_an_unknown_run_is_refused(action: str) -> None:
    async with stage() as it:
        task = it.world.add_task()
        it.world.forget(task)
        it.world.forget(task)
        assert (await it.refuses(action, taskId=task.id))[:2] == (404, "NoSuchTask")
        it.qianfan.behaves(unknown_status=400)
        assert (await it.refuses(action, taskId=task.id))[:2] == (400, "NoSuchTask")


@pytest.mark.parametrize("body", [{}, {"taskId": None}, {"taskId": 24663}, {"taskId": ""}])
async def test_a_missing_or_wrong_parameter_is_named(body: dict[str, Any]) -> None:
    async with stage() as it:
        status, code, message = await it.refuses("DescribeFineTuningTask", **body)
    assert (status, code) == (400, "InappropriateJSON")
    assert "param[taskId]" in message


async def all_pages(it: Stage, action: str, key: str, size: int, **more: Any) -> list[list[Any]]:
    pages, marker = [], ""
    while True:
        asked = {"maxKeys": size, "marker": marker, **more}
        result = await it.asks(action, **asked)
        pages.append(result[key])
        info = result["pageInfo"]
        assert ("nextMarker" in info) == info["isTruncated"]
        if not info["isTruncated"]:
            return pages
        marker = info["nextMarker"]


@pytest.mark.parametrize("marker", ["last_seen", "first_wanted"])
async def test_pages_hold_every_run_of_a_job_once(marker: Any) -> None:
    async with stage() as it:
        it.qianfan.behaves(marker=marker)
        job = it.world.add_job()
        made = [it.world.add_task(job=job, age=n * HOUR).id for n in range(25)]
        it.world.add_task()
        pages = await all_pages(it, "DescribeFineTuningTasks", "taskList", 10, jobId=job.id)
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [task["taskId"] for page in pages for task in page] == made


async def test_a_page_holds_ten_unless_told_and_never_more_than_a_hundred() -> None:
    async with stage() as it:
        job = it.world.add_job()
        for _ in range(101):
            it.world.add_task(job=job)
        usual = await it.asks("DescribeFineTuningTasks", jobId=job.id)
        most = await it.asks("DescribeFineTuningTasks", jobId=job.id, maxKeys=1000)
    assert len(usual["taskList"]) == 10
    assert (len(most["taskList"]), most["pageInfo"]["maxKeys"]) == (100, 100)


async def test_a_list_holds_states_but_no_curves() -> None:
    async with stage() as it:
        task = it.world.add_task()
        task.runs(progress=50)
        listed = await it.asks("DescribeFineTuningTasks", jobId=task.job.id)
    (one,) = listed["taskList"]
    assert (one["runStatus"], one["runProgress"]) == ("Running", "50%")
    assert "checkpointList" not in one


async def test_an_unknown_marker_is_refused() -> None:
    async with stage() as it:
        job = it.world.add_job()
        refusal = await it.refuses("DescribeFineTuningTasks", jobId=job.id, marker="task-gone")
    assert refusal[:2] == (400, "InvalidMarker")


async def test_a_list_of_runs_needs_a_job() -> None:
    async with stage() as it:
        assert (await it.refuses("DescribeFineTuningTasks"))[1] == "InappropriateJSON"
        unknown = await it.refuses("DescribeFineTuningTasks", jobId="job-000000000000")
    assert unknown[1] == "NoSuchJob"


async def test_jobs_are_listed_newest_first_or_the_other_way_round() -> None:
    async with stage() as it:
        old = it.world.add_job(name="old", age=HOUR, model="ERNIE-Lite-8K", mode="DPO")
        new = it.world.add_job(name="new")
        jobs = (await it.asks("DescribeFineTuningJobs"))["jobList"]
        turned = (await it.asks("DescribeFineTuningJobs", pageReverse=True))["jobList"]
        chosen = (await it.asks("DescribeFineTuningJobs", model="ERNIE-Lite-8K"))["jobList"]
    assert [job["jobId"] for job in jobs] == [new.id, old.id]
    assert [job["jobId"] for job in turned] == [old.id, new.id]
    assert chosen == [
        {
            "jobId": old.id,
            "name": "old",
            "description": "",
            "model": "ERNIE-Lite-8K",
            "trainMode": "DPO",
            "createDate": "2026-03-02T08:00:00Z",
        }
    ]


async def test_a_run_can_speak_as_the_documents_examples_do() -> None:
    async with stage() as it:
        it.qianfan.spells(time_key="Date", failed="Fail", task_zone="beijing")
        task = it.world.add_task()
        task.fails("gone")
        detail = await it.asks("DescribeFineTuningTask", taskId=task.id)
    assert detail["runStatus"] == "Fail"
    assert detail["createDate"] == detail["finishDate"] == "2026-03-02T17:00:00Z"
    assert "createTime" not in detail


async def test_the_end_of_a_run_that_lasts_can_be_absent_or_nonsense() -> None:
    async with stage() as it:
        task = it.world.add_task()
        task.runs(progress=99)
        it.qianfan.spells(unfinished="absent")
        assert "finishTime" not in await it.asks("DescribeFineTuningTask", taskId=task.id)
        it.qianfan.spells(unfinished="past", empty_errors=True)
        detail = await it.asks("DescribeFineTuningTask", taskId=task.id)
    assert detail["finishTime"] == "2026-03-02T10:00:00Z"
    assert (detail["errorCode"], detail["errorMessage"]) == (0, "")


async def test_checkpoints_can_be_kept_back_until_the_end() -> None:
    async with stage() as it:
        it.qianfan.spells(early_checkpoints=False)
        task = it.world.add_task()
        task.runs(progress=90)
        assert "checkpointList" not in await it.asks("DescribeFineTuningTask", taskId=task.id)
        task.finishes()
        detail = await it.asks("DescribeFineTuningTask", taskId=task.id)
    assert len(detail["checkpointList"]) == 8


@pytest.mark.parametrize(
    ("spelling", "written"), [("text", '"NaN"'), ("literal", "NaN"), ("null", "null")]
)
async def test_a_loss_that_is_no_number_is_written_as_told(spelling: Any, written: str) -> None:
    async with stage() as it:
        it.qianfan.spells(not_a_number=spelling)
        task = it.world.add_task(checkpoints=0)
        task.runs(progress=10)
        task.saves(step=8, loss=float("nan"), perplexity=1.5)
        answer = await it.sends("DescribeFineTuningTask", json={"taskId": task.id})
    assert f'"trainingLoss": {written}' in answer.text


async def test_a_run_planned_to_fail_is_read_as_it_goes() -> None:
    async with stage() as it:
        ends = Failed("NCCL communicator was aborted", at=50)
        task = it.world.add_task(queue=HOUR, length=HOUR, ends=ends)
        states = []
        for _ in range(3):
            states.append((await it.asks("DescribeFineTuningTask", taskId=task.id))["runStatus"])
            it.clock.jump(HOUR)
    assert states == ["Waiting", "Running", "Failed"]
