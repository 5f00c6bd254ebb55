"""Following runs that do not exist yet: those of an account, a model, a mode or a job."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.facts import Notify
from bot.domain.resources import FineTuningTask


class What(StrEnum):
    """Which runs are followed."""

    ALL = "all"
    MODEL = "model"
    MODE = "mode"
    JOB = "job"


@dataclass(frozen=True)
class Selection:
    """The runs that are meant; `value` names the model, the mode or the job."""

    what: What
    value: str = ""

    def is_like(self, other: "Selection") -> bool:
        """Whether the same runs are meant, however the model or the mode is written."""
        return self.what is other.what and _alike(self.value, other.value)

    def covers(self, run: FineTuningTask) -> bool:
        """Whether the run is one of them; letter case and dashes do not matter."""
        match self.what:
            case What.ALL:
                return True
            case What.MODEL:
                return _alike(self.value, run.model)
            case What.MODE:
                return _alike(self.value, run.train_mode)
            case What.JOB:
                return self.value == run.job_id


@dataclass(frozen=True)
class Follow:
    """A channel hears of runs as they appear, until the follow's time is up (world time).

    `mention` is whom to mention with their ends: a user's or a user group's id.
    """

    account: str
    channel_id: str
    owner: str
    selection: Selection
    since: datetime
    until: datetime
    notify: Notify = Notify.ALL
    mention: str = ""


def _alike(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return text.replace("-", "").replace(" ", "").lower()
