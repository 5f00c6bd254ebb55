"""One Qianfan account, and what is kept of its lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.changes import Look
from bot.domain.creation import NewVersion
from bot.domain.errors import PlatformError
from bot.domain.ids import ResourceId
from bot.domain.listings import Job, Listed, ModelSet
from bot.domain.resources import CompressionTask, FineTuningTask


@dataclass(frozen=True)
class StopAnswer:
    """Qianfan's answer to a request to stop something."""

    accepted: bool
    request_id: str | None


@dataclass(frozen=True)
class Created:
    """Qianfan's answer to a request to make a model version."""

    version: ResourceId
    model_set: ResourceId
    request_id: str | None


@dataclass(frozen=True)
class File:
    """A file that somebody gave in a form."""

    name: str
    content: bytes


class Platform(Protocol):
    """One Qianfan account. Every method raises a PlatformError where Qianfan does not serve it."""

    async def look(
        self, resource: ResourceId, *, max_age: timedelta = timedelta(0), urgent: bool = False
    ) -> Look:
        """What Qianfan says of a thing, or said at most `max_age` ago.

        `urgent`: a person waits for it, so that it goes before the watcher's own looks.
        """

    async def stop(self, resource: ResourceId) -> StopAnswer:
        """Ask once, never again, that a run or a compression task be stopped.

        Raises OutcomeUnknown where the answer was lost.
        """

    async def create(self, version: NewVersion) -> Created:
        """Ask once, never again, that a model version be made.

        Raises OutcomeUnknown where the answer was lost.
        """

    async def upload_template(self, file: File) -> str:
        """Store a conversation's template once, and return the name it has there.

        Raises OutcomeUnknown where the answer was lost.
        """

    async def model_set(self, model_set: ResourceId) -> ModelSet:
        """A model with its versions; somebody waits for it."""

    async def advanced_configurations(
        self, model_format: str, application_type: str
    ) -> Sequence[str]:
        """What `advanceConf` may be for an import; somebody waits for it."""

    async def jobs(self, *, urgent: bool = False) -> Listed[Job]:
        """The account's fine-tuning jobs, the newest first."""

    async def runs(self, job: ResourceId, *, urgent: bool = False) -> Listed[FineTuningTask]:
        """A job's runs, the newest first; a list tells less of a run than a look at it."""

    async def model_sets(self, *, urgent: bool = False) -> Listed[ModelSet]:
        """The account's own models, the newest first."""

    async def compressions(self, *, urgent: bool = False) -> Listed[CompressionTask]:
        """The account's compression tasks, the newest first."""


class Catalogue(Protocol):
    """What an account has, kept in the background, so that a menu never waits for Qianfan."""

    def model_sets(self, account: str) -> Listed[ModelSet] | PlatformError | None:
        """The models as last listed, or why they cannot be; None where nobody asked yet."""

    def runs(self, account: str) -> Listed[FineTuningTask] | PlatformError | None:
        """The runs as last listed, the newest first, or why they cannot be."""

    def compressions(self, account: str) -> Listed[CompressionTask] | PlatformError | None:
        """The compression tasks as last listed for somebody, or why they cannot be."""

    async def refresh_runs(self, account: str) -> Listed[FineTuningTask]:
        """List anew what is likely to have changed of the newest jobs' runs.

        Somebody waits for it, as for all that follow; raises Busy where that takes too long.
        """

    async def refresh_job(self, account: str, job: ResourceId) -> Listed[FineTuningTask]:
        """List the runs of one job, where that was not done just now."""

    async def refresh_model_sets(self, account: str) -> Listed[ModelSet]:
        """List the models anew."""

    async def refresh_compressions(self, account: str) -> Listed[CompressionTask]:
        """List the compression tasks anew."""
