"""What was seen, before anybody judges it: each part whole, or why it is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.doctor.findings import Finding
from bot.doctor.given import Given
from bot.qianfan.checkup import Asked
from bot.slack.checkup import ChannelState, Introduction, NoAnswer
from bot.store.checkup import Content, FileState

T = TypeVar("T")


@dataclass(frozen=True)
class Missing:
    """Nothing was seen; the finding says why."""

    finding: Finding


class NotSeen(Exception):
    """A check needs something that was not seen."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def sure(part: T | Missing) -> T:
    """What was seen. Raises NotSeen where nothing was."""
    if isinstance(part, Missing):
        raise NotSeen(part.finding)
    return part


@dataclass(frozen=True)
class Channels:
    """What Slack says of the channels that are to hear of something.

    `asked` has those that were looked at, `blocked` Slack's last word where it took nothing, and
    `left` is how many were not looked at.
    """

    asked: Mapping[str, ChannelState | NoAnswer] = field(default_factory=dict)
    blocked: Mapping[str, str] = field(default_factory=dict)
    left: int = 0


@dataclass(frozen=True)
class Seen:
    """All of it.

    `line` is None where a Socket Mode connection could be opened, `file` where the database is
    no file.
    """

    given: Given
    slack: Introduction | Missing
    line: NoAnswer | Missing | None
    accounts: Mapping[str, Asked | Missing]
    file: FileState | Missing | None
    content: Content | Missing
    channels: Channels | Missing
