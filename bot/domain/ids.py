"""What a Qianfan id names."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an id names; the value is the id's prefix."""

    TASK = "task"
    JOB = "job"
    COMPRESSION = "amva"
    VERSION = "amv"
    MODEL_SET = "am"
    RESOURCE = "prl"


#: The kinds that have a state of their own, and so can be shown and watched.
WATCHABLE = frozenset({Kind.TASK, Kind.COMPRESSION, Kind.VERSION})


@dataclass(frozen=True, order=True)
class ResourceId:
    """The id of one thing at Qianfan, in lower case."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        return self.text
