"""What may be wrong with a thing that goes on, as values; nobody has judged yet whether it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True)
class Queued:
    """It waits since a moment (world time), and so for so long."""

    since: datetime
    length: timedelta
    type: Literal["queued"] = "queued"


@dataclass(frozen=True)
class Stalled:
    """Its percentage has not risen since a moment (world time), though it should have."""

    since: datetime
    length: timedelta
    percent: int
    type: Literal["stalled"] = "stalled"


@dataclass(frozen=True)
class Slowed:
    """From `since` to its end it takes at least so many times as long as its first pace promised.

    `first` is when it was to end then, `likely` is when it is now (world times).
    """

    since: datetime
    first: datetime
    likely: datetime
    times: float
    type: Literal["slow"] = "slow"


@dataclass(frozen=True)
class LossGone:
    """From this step on the training loss is no number; `good_step` is the last that has one."""

    step: int
    good_step: int | None = None
    type: Literal["nan"] = "nan"


@dataclass(frozen=True)
class LossRising:
    """The training loss rises: what it is at the newest step, and what it was at its best."""

    step: int
    loss: float
    best_step: int
    best_loss: float
    type: Literal["rising"] = "rising"


Symptom = Queued | Stalled | Slowed | LossGone | LossRising


def is_serious(symptom: Symptom) -> bool:
    """Whether the run is as good as lost: it hangs, or what it learns is worth nothing."""
    return isinstance(symptom, Stalled | LossGone)
