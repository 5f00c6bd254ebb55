"""What is written down of every attempt to run a command."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.access import Decision
from bot.domain.calls import Call, Origin


@dataclass(frozen=True)
class Asked:
    """An attempt, written down before it has any effect (times are wall times).

    `confirmed`: its asker had answered a question or sent a form before.
    """

    at: datetime
    origin: Origin
    account: str
    call: Call
    decision: Decision
    confirmed: bool = False


@dataclass(frozen=True)
class Ended:
    """How an attempt came out, written down before the reply."""

    at: datetime
    outcome: str
    took: timedelta
    request_id: str | None = None


@dataclass(frozen=True)
class Attempt:
    """An attempt as the audit has it: its row's number, and what was asked."""

    id: int
    asked: Asked


@dataclass(frozen=True)
class Record:
    """An attempt with its end, where that is known; what `/qf audit` and the export tell."""

    id: int
    asked: Asked
    ended: Ended | None
