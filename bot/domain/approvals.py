"""Another's agreement: a change that waits for it, who agreed, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calls import Call, Origin

#: How long a request waits for others (world time).
APPROVAL_LIFETIME = timedelta(hours=24)


class State(StrEnum):
    """How far a request has come."""

    PENDING = "pending"
    APPROVED = "approved"
    STARTED = "started"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Request:
    """A call that waits until `needed` others agree; `number` is what people type.

    `target` is what it is about, `seen` the state of that when it was asked, `approvers` those
    who agreed so far. `until` is world time. Whoever asked it cannot agree to it.
    """

    number: int
    call: Call
    origin: Origin
    account: str
    target: str
    seen: str
    needed: int
    until: datetime
    reason: str = ""
    approvers: tuple[str, ...] = ()
    state: State = State.PENDING

    @property
    def missing(self) -> int:
        """How many more have to agree."""
        return max(0, self.needed - len(self.approvers))

    def expired(self, now: datetime) -> bool:
        """Whether it is too late to agree (world time)."""
        return now > self.until
