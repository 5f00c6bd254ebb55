"""What Qianfan lists: jobs, models, and how much of a list was read."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from bot.domain.ids import ResourceId
from bot.domain.resources import FineTuningTask

Item = TypeVar("Item")


@dataclass(frozen=True)
class Job:
    """A fine-tuning job (`job-…`): the runs of one undertaking."""

    id: ResourceId
    name: str = ""
    description: str = ""
    model: str = ""
    train_mode: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True)
class ModelSet:
    """A model (`am-…`): the set of its versions (`amv-…`)."""

    id: ResourceId
    name: str = ""
    type: str = ""
    description: str = ""
    created_at: datetime | None = None
    versions: tuple[ResourceId, ...] = ()


@dataclass(frozen=True)
class Listed(Generic[Item]):
    """The items that were read, in Qianfan's order, each once; `complete` where there are no more.

    `at` is when (world time), `requests` how many it took.
    """

    items: tuple[Item, ...]
    complete: bool
    at: datetime
    requests: int = 1


def completed(runs: Listed[FineTuningTask], job: Job | None) -> Listed[FineTuningTask]:
    """The runs of a job, with the job's model and mode where a run does not tell its own."""
    if job is None:
        return runs
    items = tuple(
        replace(
            run,
            model=run.model or job.model,
            train_mode=run.train_mode or job.train_mode,
        )
        for run in runs.items
    )
    return replace(runs, items=items)
