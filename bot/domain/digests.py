"""What a channel is told once a day: what ended of what it watches, what runs, and what waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.resources import CompressionTask, FineTuningTask, ModelVersion


@dataclass(frozen=True)
class Standing:
    """How one thing stands; where nothing was learned of it lately, since when that is so.

    `earliest` and `latest` are when its end is expected, where that is known (world times).
    """

    resource: FineTuningTask | CompressionTask | ModelVersion
    earliest: datetime | None = None
    latest: datetime | None = None
    unread_since: datetime | None = None


@dataclass(frozen=True)
class Digest:
    """One day of a channel, from one digest to the next (world times).

    `failed` is how many of all that ended have failed. What is not named, since there is too much
    of it, is counted in `ended_more`, `running_more` and `waiting_more`.
    """

    since: datetime
    until: datetime
    ended: tuple[Standing, ...] = ()
    running: tuple[Standing, ...] = ()
    waiting: tuple[Standing, ...] = ()
    failed: int = 0
    ended_more: int = 0
    running_more: int = 0
    waiting_more: int = 0
    type: Literal["digest"] = "digest"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.ended or self.running or self.waiting)
