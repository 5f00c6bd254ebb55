"""The items of the API's lists, read one by one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator

from bot.domain.errors import BrokenAnswer
from bot.domain.ids import Kind
from bot.domain.listings import Job, ModelSet
from bot.domain.moments import plausible
from bot.domain.resources import CompressionTask, FineTuningTask, Watchable
from bot.qianfan.answers import Answer
from bot.qianfan.fields import Moment, Text
from bot.qianfan.reading import read_resource
from bot.qianfan.redaction import Redact
from bot.qianfan.told import at_possible_times, told_id
from bot.qianfan.wire import Wire

Listable = dict[str, object]


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("no list")
    return tuple(item for item in value if isinstance(item, str))


class PageInfo(Wire):
    """What a list says of its pages; `nextMarker` only where there are more."""

    is_truncated: bool | None = None
    next_marker: Text = ""


class JobItem(Wire):
    """An element of DescribeFineTuningJobs' jobList, which calls its time a date."""

    job_id: Text = ""
    name: Text = ""
    description: Text = ""
    model: Text = ""
    train_mode: Text = ""
    create_date: Moment | None = None
    create_time: Moment | None = None


class ModelSetItem(Wire):
    """DescribeModelSet's result, and an element of DescribeCustomModelSets' list."""

    model_set_id: Text = ""
    model_set_name: Text = ""
    model_type: Text = ""
    description: Text = ""
    create_time: Moment | None = None
    model_ids: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()


@dataclass(frozen=True)
class ItemReader:
    """Reads what was told at `now` (world time); an item that cannot be read is None."""

    redact: Redact
    now: datetime

    def job(self, item: Listable) -> Job | None:
        wire = JobItem.model_validate(item)
        job_id = told_id(Kind.JOB, wire.job_id)
        if job_id is None:
            return None
        return Job(
            id=job_id,
            name=wire.name,
            description=wire.description,
            model=wire.model,
            train_mode=wire.train_mode,
            created_at=plausible(wire.create_date or wire.create_time, self.now),
        )

    def model_set(self, item: Listable) -> ModelSet | None:
        wire = ModelSetItem.model_validate(item)
        set_id = told_id(Kind.MODEL_SET, wire.model_set_id)
        if set_id is None:
            return None
        versions = (told_id(Kind.VERSION, text) for text in wire.model_ids)
        return ModelSet(
            id=set_id,
            name=wire.model_set_name,
            type=wire.model_type,
            description=wire.description,
            created_at=plausible(wire.create_time, self.now),
            versions=tuple(dict.fromkeys(filter(None, versions))),
        )

    def run(self, item: Listable) -> FineTuningTask | None:
        """A run of a list is a run's detail without some of its fields."""
        read = self._watchable(Kind.TASK, item.get("taskId"), item)
        return read if isinstance(read, FineTuningTask) else None

    def compression(self, item: Listable) -> CompressionTask | None:
        """A compression of a list is its detail, perhaps without some of its fields."""
        read = self._watchable(Kind.COMPRESSION, item.get("id"), item)
        return read if isinstance(read, CompressionTask) else None

    def _watchable(self, kind: Kind, told: object, item: Listable) -> Watchable | None:
        resource = told_id(kind, told)
        if resource is None:
            return None
        try:
            read = read_resource(resource, Answer("", None, item), self.redact)
        except BrokenAnswer:
            return None
        return at_possible_times(read, self.now)
