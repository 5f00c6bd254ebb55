"""A run's training loss and perplexity against its steps, as values to be drawn and told."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.checkpoints import Why, judged
from bot.domain.resources import Checkpoint, FineTuningTask

#: Of fewer checkpoints a curve says nothing that their numbers do not.
FEWEST = 2

#: Beyond it a number is no measurement, and arithmetic with it overflows.
_LARGEST = 1e100

#: A curve whose greatest number is so many times its least is drawn on a logarithmic scale.
_STEEP = 500.0

#: A change of less than this share of the numbers is none that anybody would call one.
_SLIGHT = 0.01

_SHORTEST_NAME = 6


class Measure(StrEnum):
    """What a checkpoint measures, by the API's own name."""

    LOSS = "trainingLoss"
    PERPLEXITY = "perplexity"

    def of(self, checkpoint: Checkpoint) -> float | None:
        """The number, where there is one that can be drawn."""
        number = self._told_of(checkpoint)
        return None if number is None or _is_none(number) else number

    def is_gone(self, checkpoint: Checkpoint) -> bool:
        """Whether Qianfan tells something that is no number: NaN, or infinite."""
        number = self._told_of(checkpoint)
        return number is not None and _is_none(number)

    def _told_of(self, checkpoint: Checkpoint) -> float | None:
        is_loss = self is Measure.LOSS
        return checkpoint.training_loss if is_loss else checkpoint.perplexity


def _is_none(number: float) -> bool:
    return not math.isfinite(number) or abs(number) > _LARGEST


@dataclass(frozen=True)
class Point:
    """A number at a step."""

    step: int
    number: float


@dataclass(frozen=True)
class Curve:
    """What a run's checkpoints measured, by ascending steps; `best` is the step of the best.

    `name` tells it from others that are drawn over it.
    """

    name: str
    checkpoints: tuple[Checkpoint, ...]
    best: int | None = None

    def points(self, measure: Measure) -> tuple[Point, ...]:
        """What can be drawn of a measure."""
        return tuple(
            Point(each.step, number)
            for each in self.checkpoints
            if (number := measure.of(each)) is not None
        )

    def gaps(self, measure: Measure) -> tuple[int, ...]:
        """The steps at which a measure is no number (NaN, infinite)."""
        return tuple(each.step for each in self.checkpoints if measure.is_gone(each))


class Way(StrEnum):
    """Where a curve comes to from where it began."""

    FALLS = "falls"
    RISES = "rises"
    STAYS = "stays"


@dataclass(frozen=True)
class Trend:
    """How a curve goes: from where to where, its extremes, and since when it is no number."""

    way: Way
    first: Point
    last: Point
    least: Point
    greatest: Point
    gone_since: int | None = None


def curve_of(run: FineTuningTask, name: str = "") -> Curve | None:
    """A run's curve; None where fewer than two of its checkpoints bear a number."""
    checkpoints = tuple(sorted(run.checkpoints, key=lambda each: each.step))
    measured = [each for each in checkpoints if any(of.of(each) is not None for of in Measure)]
    if len(measured) < FEWEST:
        return None
    found = judged(checkpoints)
    best = None if found is None or found.why is Why.LAST else found.checkpoint.step
    return Curve(name or run.id.text, checkpoints, best)


def trend(curve: Curve, measure: Measure) -> Trend | None:
    """How a measure goes; None where it has no number at all."""
    points = curve.points(measure)
    if not points:
        return None
    first, last = points[0], points[-1]
    gaps = [step for step in curve.gaps(measure) if step > last.step]
    return Trend(
        _way(first.number, last.number),
        first,
        last,
        min(points, key=lambda point: point.number),
        max(points, key=lambda point: point.number),
        gaps[0] if gaps else None,
    )


def is_steep(numbers: Sequence[float]) -> bool:
    """Whether the small ones among the numbers would not be told apart on a linear scale."""
    return bool(numbers) and min(numbers) > 0 and max(numbers) / min(numbers) > _STEEP


def short_names(runs: Sequence[FineTuningTask]) -> tuple[str, ...]:
    """The beginnings of the runs' ids, without the kind, that tell them apart."""
    suffixes = [run.id.text.partition("-")[2] for run in runs]
    length = _SHORTEST_NAME
    while len({each[:length] for each in suffixes}) < len(set(suffixes)):
        length += 1
    return tuple(each[:length] for each in suffixes)


def _way(first: float, last: float) -> Way:
    if abs(last - first) <= _SLIGHT * max(abs(first), abs(last)):
        return Way.STAYS
    return Way.FALLS if last < first else Way.RISES
