"""A small Qianfan account, a clock moved by hand, and the runs and jobs that tests put there."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.changes import Look
from bot.domain.creation import NewVersion
from bot.domain.errors import PlatformError, UnknownResource
from bot.domain.id_grammar import read_id
from bot.domain.ids import ResourceId
from bot.domain.listings import Job, Listed, ModelSet
from bot.domain.ports import Created, File, StopAnswer
from bot.domain.resources import CompressionTask, FineTuningTask, Phase
from tests.unit.domain.samples import NOON


@dataclass
class HandClock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def wall(self) -> datetime:
        return self.now

    def world(self) -> datetime:
        return self.now

    def moves(self, **length: float) -> None:
        self.now += timedelta(**length)


def job(number: int, created_at: datetime | None = NOON) -> Job:
    return Job(read_id(f"job-{number:012}"), created_at=created_at)


def run(
    number: int, of: Job, created_at: datetime | None = NOON, phase: Phase = Phase.RUNNING
) -> FineTuningTask:
    return FineTuningTask(
        id=read_id(f"task-{number:012}"),
        state=phase.value,
        phase=phase,
        job_id=str(of.id),
        model="ERNIE-Speed-8K",
        train_mode="SFT",
        created_at=created_at,
    )


@dataclass
class Account:
    """Lists what it has, counts what it is asked, and fails as it is told.

    A list of jobs takes so many `requests`, one of a job's runs so many `pages`.
    """

    clock: HandClock
    has: dict[Job, list[FineTuningTask]] = field(default_factory=dict)
    complete: bool = True
    fails: PlatformError | None = None
    fails_for: dict[ResourceId, PlatformError] = field(default_factory=dict)
    compresses: list[CompressionTask] = field(default_factory=list)
    requests: int = 1
    pages: int = 1
    asked: list[str] = field(default_factory=list)
    urgent: Counter[bool] = field(default_factory=Counter)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def jobs(self, *, urgent: bool = False) -> Listed[Job]:
        await self._asked("jobs", urgent)
        return Listed(tuple(self.has), self.complete, self.clock.now, self.requests)

    async def runs(self, job: ResourceId, *, urgent: bool = False) -> Listed[FineTuningTask]:
        await self._asked(str(job), urgent)
        if job in self.fails_for:
            raise self.fails_for[job]
        for each, found in self.has.items():
            if each.id == job:
                return Listed(tuple(reversed(found)), self.complete, self.clock.now, self.pages)
        raise UnknownResource("DescribeFineTuningTasks")

    async def model_sets(self, *, urgent: bool = False) -> Listed[ModelSet]:
        await self._asked("models", urgent)
        return Listed((), self.complete, self.clock.now)

    async def look(
        self, resource: ResourceId, *, max_age: timedelta = timedelta(0), urgent: bool = False
    ) -> Look:
        await self._asked(str(resource), urgent)
        if resource in self.fails_for:
            raise self.fails_for[resource]
        for found in self.has.values():
            for each in found:
                if each.id == resource:
                    return Look(replace(each, metrics=(("BLEU-4", "16.56%"),)), self.clock.now)
        raise UnknownResource("DescribeFineTuningTask")

    async def stop(self, resource: ResourceId) -> StopAnswer:
        raise AssertionError

    async def create(self, version: NewVersion) -> Created:
        raise AssertionError

    async def upload_template(self, file: File) -> str:
        raise AssertionError

    async def model_set(self, model_set: ResourceId) -> ModelSet:
        raise AssertionError

    async def advanced_configurations(
        self, model_format: str, application_type: str
    ) -> Sequence[str]:
        raise AssertionError

    async def compressions(self, *, urgent: bool = False) -> Listed[CompressionTask]:
        await self._asked("compressions", urgent)
        return Listed(tuple(self.compresses), self.complete, self.clock.now)

    async def _asked(self, what: str, urgent: bool) -> None:
        self.asked.append(what)
        self.was_asked.set()
        self.urgent[urgent] += 1
        await self.may_answer.wait()
        if self.fails is not None:
            raise self.fails
