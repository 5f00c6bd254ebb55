"""The life of a run, a compression or a model version: a plan, and what it comes to at a moment.

A plan is fixed when a thing is made: which state it enters when, and how its training advances.
What the API would say at a moment is a pure function of the plan and that moment.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise


@dataclass(frozen=True)
class Words:
    """What the API calls the states of one kind of thing."""

    queued: str
    running: str
    stopping: str | None
    done: str
    failed: str
    stopped: str


# DescribeFineTuningTask, runStatus; being stopped has no word of its own there.
TASK_WORDS = Words("Waiting", "Running", None, "Done", "Failed", "Stopped")
# DescribeModelCompTask, status.
COMPRESSION_WORDS = Words("creating", "running", "stopping", "succeeded", "failed", "stopped")
# DescribeModel, status; a version cannot be stopped.
VERSION_WORDS = Words("Creating", "Creating", None, "Ready", "Fail", "Fail")


# The errorCode of a failure whose code nobody named: the documents list no codes of failed runs.
UNKNOWN_CAUSE = 500000


@dataclass(frozen=True)
class Done:
    """An end as hoped."""


@dataclass(frozen=True)
class Failed:
    """An end by failure: the API's sentence and code, and how far it had come (percent)."""

    message: str
    code: int = UNKNOWN_CAUSE
    at: float | None = None


@dataclass(frozen=True)
class Stopped:
    """An end by somebody's hand at the console, and how far it had come (percent)."""

    at: float | None = None


End = Done | Failed | Stopped


@dataclass(frozen=True)
class Checkpoint:
    """What a training saved when it had come to `percent` of its whole."""

    percent: float
    step: int
    perplexity: float
    training_loss: float


@dataclass(frozen=True)
class Training:
    """How progress advances while a stage lasts: from `start` to `goal` percent within `length`.

    For `stall` (a share of the length) it stands at `stalls_at` percent. `wobble` are points of
    noise at evenly spread percents from 0 to 100: what is reported wanders between them, and
    stands where the training stands.
    """

    start: float = 0.0
    goal: float = 100.0
    length: timedelta = timedelta(0)
    stalls_at: float = 0.0
    stall: float = 0.0
    wobble: tuple[float, ...] = ()

    def percent_after(self, elapsed: timedelta) -> float:
        """How far the training truly is, in percent."""
        share = self._share(elapsed)
        moving = 1.0 - self.stall
        stall_from = moving * self._share_of_goal(self.stalls_at)
        advanced = min(share, max(stall_from, share - self.stall))
        done = advanced / moving if moving else 0.0
        return self.start + (self.goal - self.start) * done

    def reported_after(self, elapsed: timedelta) -> int:
        """The whole percent that the API reports: noisy, and 100 only by the final state."""
        percent = self.percent_after(elapsed)
        return round(min(max(percent + self._noise(percent), 0.0), 99.0))

    def _share(self, elapsed: timedelta) -> float:
        return min(max(elapsed / self.length, 0.0), 1.0) if self.length else 1.0

    def _share_of_goal(self, percent: float) -> float:
        way = self.goal - self.start
        return min(max((percent - self.start) / way, 0.0), 1.0) if way else 0.0

    def _noise(self, percent: float) -> float:
        if len(self.wobble) < 2:
            return 0.0
        place = percent / 100.0 * (len(self.wobble) - 1)
        left = min(int(place), len(self.wobble) - 2)
        return self.wobble[left] + (self.wobble[left + 1] - self.wobble[left]) * (place - left)


@dataclass(frozen=True)
class Stage:
    """From `since` on the API says `state`."""

    since: datetime
    state: str
    training: Training = Training(goal=0.0)
    final: bool = False
    message: str = ""
    code: int = 0


@dataclass(frozen=True)
class Plan:
    """The stages of a life, oldest first, and the checkpoints that its training reaches."""

    stages: tuple[Stage, ...]
    checkpoints: tuple[Checkpoint, ...] = ()


@dataclass(frozen=True)
class Moment:
    """What is true of a thing at one moment; `progress` is what the API would report."""

    state: str
    final: bool
    percent: float
    progress: int
    checkpoints: tuple[Checkpoint, ...]
    since: datetime
    started: datetime
    message: str
    code: int


def state_at(plan: Plan, now: datetime) -> Moment:
    """What a plan comes to at `now`; before its first stage, that stage's beginning."""
    stage = _stage_at(plan, now)
    elapsed = max(now - stage.since, timedelta(0))
    percent = stage.training.percent_after(elapsed)
    return Moment(
        state=stage.state,
        final=stage.final,
        percent=percent,
        progress=stage.training.reported_after(elapsed),
        checkpoints=tuple(c for c in plan.checkpoints if c.percent <= percent),
        since=stage.since,
        started=plan.stages[0].since,
        message=stage.message,
        code=stage.code,
    )


def then(plan: Plan, stage: Stage) -> Plan:
    """The same life until `stage` begins, and that stage from there on."""
    kept = tuple(earlier for earlier in plan.stages if earlier.since <= stage.since)
    return replace(plan, stages=(*kept, stage))


def held(percent: float) -> Training:
    """A training that stands at `percent`."""
    return Training(start=percent, goal=percent)


def stage_before(plan: Plan, now: datetime) -> Stage:
    """The stage that was before the one at `now`, standing where it ended."""
    lived = [stage for stage in plan.stages if stage.since <= now]
    for before, after in reversed(list(pairwise(lived))):
        if before.state != lived[-1].state:
            reached = before.training.percent_after(after.since - before.since)
            return replace(before, since=now, training=held(reached))
    return _stage_at(plan, now)


def _stage_at(plan: Plan, now: datetime) -> Stage:
    lived = [stage for stage in plan.stages if stage.since <= now]
    return lived[-1] if lived else plan.stages[0]
