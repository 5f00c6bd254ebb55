"""Which checkpoint of a run is the best."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.resources import Checkpoint


class Why(StrEnum):
    """What makes a checkpoint the best."""

    PERPLEXITY = "perplexity"
    LOSS = "loss"
    ONLY_ONE = "only one"
    LAST = "last"


@dataclass(frozen=True)
class Best:
    """The best checkpoint, and why it is."""

    checkpoint: Checkpoint
    why: Why


def judged(checkpoints: Iterable[Checkpoint]) -> Best | None:
    """The best checkpoint with the reason; None where there is no checkpoint.

    The lowest perplexity wins: of two alike the lower training loss, then the later step. Where
    no checkpoint has a perplexity the training loss decides, and where none has that either, the
    last step. What is NaN or infinite counts as not there.
    """
    known = tuple(checkpoints)
    if not known:
        return None
    if len(known) == 1:
        return Best(known[0], Why.ONLY_ONE)
    if rated := _having(known, _perplexity):
        return Best(min(rated, key=_rank), Why.PERPLEXITY)
    if rated := _having(known, _loss):
        return Best(min(rated, key=_rank), Why.LOSS)
    return Best(min(known, key=_rank), Why.LAST)


def last(checkpoints: Iterable[Checkpoint]) -> Checkpoint | None:
    """The checkpoint of the latest step."""
    return max(checkpoints, key=lambda checkpoint: checkpoint.step, default=None)


def _having(
    checkpoints: Sequence[Checkpoint], measure: Callable[[Checkpoint], float]
) -> list[Checkpoint]:
    return [each for each in checkpoints if measure(each) < math.inf]


def _rank(checkpoint: Checkpoint) -> tuple[float, float, int]:
    return _perplexity(checkpoint), _loss(checkpoint), -checkpoint.step


def _perplexity(checkpoint: Checkpoint) -> float:
    return _or_infinite(checkpoint.perplexity)


def _loss(checkpoint: Checkpoint) -> float:
    return _or_infinite(checkpoint.training_loss)


def _or_infinite(value: float | None) -> float:
    return value if value is not None and math.isfinite(value) else math.inf
