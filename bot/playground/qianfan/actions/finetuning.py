"""/v2/finetuning: jobs and their runs."""

from typing import Any

from bot.playground.qianfan import answers
from bot.playground.qianfan.actions.call import Call
from bot.playground.qianfan.actions.paging import page
from bot.playground.qianfan.errors import ApiError


def describe_task(call: Call) -> Any:
    """DescribeFineTuningTask: a run's detail."""
    return answers.task(call.task(), call.wording)


def stop_task(call: Call) -> Any:
    """StopFineTuningTask: true, and a little later the run is Stopped."""
    task = call.task()
    if task.moment.final:
        return _stop_of_ended(call)
    task.is_asked_to_stop(call.manners.stopping)
    return True


def describe_jobs(call: Call) -> Any:
    """DescribeFineTuningJobs: a page of the account's jobs, newest first."""
    model, mode = call.optional_text("model"), call.optional_text("trainMode")
    jobs = [
        job
        for job in call.world.jobs.values()
        if model in (None, job.model) and mode in (None, job.mode)
    ]
    shown, info = page(call, sorted(jobs, key=lambda job: job.created, reverse=True))
    return {"jobList": [answers.job(job, call.wording) for job in shown], "pageInfo": info}


def describe_tasks(call: Call) -> Any:
    """DescribeFineTuningTasks: a page of a job's runs, newest first."""
    tasks = call.world.tasks_of(call.job())
    shown, info = page(call, sorted(tasks, key=lambda task: task.created, reverse=True))
    listed = [answers.task_in_list(task, call.wording) for task in shown]
    return {"taskList": listed, "pageInfo": info}


def _stop_of_ended(call: Call) -> bool:
    if call.manners.stop_of_ended == "error":
        raise ApiError(400, "OperationDenied", "The task is not running and cannot be stopped.")
    return call.manners.stop_of_ended == "true"
