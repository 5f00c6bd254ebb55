"""What an account holds (jobs, runs, compressions, models, versions) and what befalls it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.playground.clock import WorldClock
from bot.playground.qianfan.lives import (
    UNKNOWN_CAUSE,
    Checkpoint,
    Done,
    End,
    Failed,
    Moment,
    Plan,
    Stage,
    Stopped,
    Words,
    held,
    stage_before,
    state_at,
    then,
)
from bot.playground.qianfan.plans import ending


@dataclass(eq=False)
class Living:
    """Something with a life. Its verbs end the plan it was made with: from now on they hold."""

    id: str
    clock: WorldClock = field(repr=False)
    words: Words = field(repr=False)
    plan: Plan = field(repr=False)

    @property
    def moment(self) -> Moment:
        """What is true of it now, in world time."""
        return state_at(self.plan, self.clock.world())

    @property
    def state(self) -> str:
        """The API's word for its state now."""
        return self.moment.state

    @property
    def created(self) -> datetime:
        """When its life began."""
        return self.plan.stages[0].since

    def queues(self) -> None:
        """It waits, until told otherwise."""
        self._enters(self.words.queued, percent=0.0)

    def runs(self, progress: float | None = None) -> None:
        """It runs and stands at `progress` percent (default: where it is)."""
        percent = self.moment.percent if progress is None else float(progress)
        self._enters(self.words.running, percent)

    def finishes(self) -> None:
        """It ends now, as hoped."""
        self._ends(Done())

    def fails(self, message: str, code: int = UNKNOWN_CAUSE) -> None:
        """It ends now by a failure, with the API's sentence for it."""
        self._ends(Failed(message, code))

    def is_stopped(self) -> None:
        """It ends now, stopped by somebody elsewhere."""
        self._ends(Stopped())

    def is_asked_to_stop(self, takes: timedelta) -> None:
        """It is stopping, and stopped once `takes` has passed in the world."""
        percent = self.moment.percent
        self._enters(self.words.stopping or self.state, percent)
        stopped_at = self.clock.world() + takes
        self.plan = then(self.plan, ending(self.words, stopped_at, Stopped(), percent))

    def says_state(self, word: str) -> None:
        """The API says `word`, which no document knows."""
        self._enters(word, self.moment.percent)

    def goes_back(self) -> None:
        """The API says again what it said before its last state."""
        self.plan = then(self.plan, stage_before(self.plan, self.clock.world()))

    def _enters(self, state: str, percent: float) -> None:
        self.plan = then(self.plan, Stage(self.clock.world(), state, held(percent)))

    def _ends(self, end: End) -> None:
        now = self.clock.world()
        self.plan = then(self.plan, ending(self.words, now, end, self.moment.percent))


@dataclass(frozen=True)
class Job:
    """A fine-tuning job: the runs of one undertaking."""

    id: str
    name: str
    description: str
    model: str
    mode: str
    created: datetime


@dataclass(eq=False)
class Task(Living):
    """A fine-tuning run."""

    job: Job
    scale: str
    visualdl_link: str
    metrics: Mapping[str, str]

    def saves(self, step: int, loss: float, perplexity: float) -> None:
        """A checkpoint appears now."""
        saved = Checkpoint(self.moment.percent, step, perplexity, loss)
        self.plan = Plan(self.plan.stages, (*self.plan.checkpoints, saved))


@dataclass(eq=False)
class Compression(Living):
    """A compression task: it makes a new version of a model version."""

    name: str
    description: str
    source_id: str
    version_id: str
    config: Mapping[str, object]


@dataclass(frozen=True)
class ModelSet:
    """A model: the set of its versions."""

    id: str
    name: str
    type: str
    description: str
    labels: tuple[str, ...]
    created: datetime


@dataclass(frozen=True)
class Source:
    """Where a model version comes from; `step` is the published checkpoint, if one was chosen."""

    type: str
    task_id: str | int | None = None
    compression_id: str | None = None
    bos_url: str | None = None
    step: int | None = None


@dataclass(eq=False)
class Version(Living):
    """A model version."""

    model_set: ModelSet
    name: str
    model: str
    description: str
    application: str
    source: Source
    resource_id: str
    can_be_compressed: bool = True
