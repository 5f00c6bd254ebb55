"""One call of an action: the account's world, the parameters, and how to read them strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.playground.qianfan.errors import ApiError, bad_parameter
from bot.playground.qianfan.manners import Manners
from bot.playground.qianfan.resources import Compression, Job, ModelSet, Task, Version
from bot.playground.qianfan.wording import Wording
from bot.playground.qianfan.world import World

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Call:
    """What an action is given. `name` prefixes parameter names in refusals (`trainMeta.`)."""

    world: World
    body: Mapping[str, Any]
    wording: Wording
    manners: Manners
    name: str = ""

    def refusal(self, parameter: str, why: str = "invalid") -> ApiError:
        """The refusal of one parameter of this call."""
        return bad_parameter(f"{self.name}{parameter}", why)

    def within(self, parameter: str) -> "Call":
        """The required object `parameter` as a call of its own."""
        value = self.body.get(parameter)
        if not isinstance(value, dict):
            raise self.refusal(parameter, "missing" if value is None else "invalid")
        return Call(self.world, value, self.wording, self.manners, f"{self.name}{parameter}.")

    def text(self, parameter: str, shortest: int = 1, longest: int = 10_000) -> str:
        """A required text whose length is within the limits."""
        value = self.body.get(parameter)
        if value is None:
            raise self.refusal(parameter, "missing")
        if not isinstance(value, str) or not shortest <= len(value) <= longest:
            raise self.refusal(parameter)
        return value

    def choice(self, parameter: str, *choices: str) -> str:
        """A required text that is one of `choices`."""
        value = self.text(parameter)
        if value not in choices:
            raise self.refusal(parameter)
        return value

    def optional_text(self, parameter: str, longest: int = 10_000) -> str | None:
        """A text, or None where it is absent."""
        if self.body.get(parameter) is None:
            return None
        return self.text(parameter, shortest=0, longest=longest)

    def optional_int(self, parameter: str, least: int, most: int | None = None) -> int | None:
        """A whole number within the limits, or None where it is absent."""
        value = self.body.get(parameter)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.refusal(parameter)
        if most is not None and value > most:
            raise self.refusal(parameter)
        return value

    def task(self) -> Task:
        """The run that `taskId` names."""
        return self._known("taskId", self.world.tasks, "NoSuchTask")

    def job(self) -> Job:
        """The job that `jobId` names."""
        return self._known("jobId", self.world.jobs, "NoSuchJob")

    def compression(self) -> Compression:
        """The compression task that `modelCompTaskId` names; required, though marked optional."""
        return self._known("modelCompTaskId", self.world.compressions, "NoSuchModelCompTask")

    def version(self) -> Version:
        """The model version that `modelId` names."""
        return self._known("modelId", self.world.versions, "NoSuchModel")

    def model_set(self) -> ModelSet:
        """The model that `modelSetId` names."""
        return self._known("modelSetId", self.world.model_sets, "NoSuchModelSet")

    def _known(self, parameter: str, things: Mapping[str, Thing], code: str) -> Thing:
        wanted = self.text(parameter)
        if wanted not in things:
            message = f"The specified {parameter} does not exist: {wanted}."
            raise ApiError(self.manners.unknown_status, code, message)
        return things[wanted]
