"""What Qianfan lists: jobs, models, and how much of a list was read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.domain.ids import ResourceId

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

    `at` is when (world time).
    """

    items: tuple[Item, ...]
    complete: bool
    at: datetime
