"""Several runs side by side: which of them is the best by a metric."""

import math
import re
from collections.abc import Sequence
from enum import Enum

#: How many runs are compared at once.
FEWEST, MOST = 2, 6

_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*%?\s*", re.IGNORECASE)


class Better(Enum):
    """Which end of a metric is the good one."""

    HIGH = "high"
    LOW = "low"


# By a part of the metric's name; DescribeFineTuningTask names BLEU-4 and the ROUGEs.
_KNOWN = (
    (re.compile(r"loss|perplexity|ppl|error", re.IGNORECASE), Better.LOW),
    (re.compile(r"bleu|rouge|accuracy|precision|recall|f1", re.IGNORECASE), Better.HIGH),
)


def better(metric: str) -> Better | None:
    """Which end of a metric is the good one; None where its name does not tell."""
    return next((end for name, end in _KNOWN if name.search(metric)), None)


def as_number(text: str) -> float | None:
    """A metric's value, as Qianfan writes it ("13.38%"); None where it is none."""
    found = _NUMBER.fullmatch(text)
    return float(found[1]) if found else None


def bests(numbers: Sequence[float | None], end: Better | None) -> frozenset[int]:
    """The places of the best numbers; none where there is nothing to choose between."""
    known = [each for each in numbers if each is not None and math.isfinite(each)]
    if end is None or len(set(known)) < 2:
        return frozenset()
    best = max(known) if end is Better.HIGH else min(known)
    return frozenset(place for place, each in enumerate(numbers) if each == best)
