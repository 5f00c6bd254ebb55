"""Questions, grants, approvals, and the audit of it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.access import Grant, Role
from bot.domain.approvals import Request
from bot.domain.audit import Asked, Attempt, Ended, Record
from bot.domain.calls import Confirmation
from bot.domain.facts import Fact


class Confirmations(Protocol):
    """The questions that a button answers, by the name that the button carries."""

    async def keep(self, confirmation: Confirmation) -> str:
        """Remember a question; its name cannot be guessed."""

    async def find(self, name: str) -> Confirmation | None: ...

    async def use(self, name: str, at: datetime) -> bool:
        """Use it up; False where that was done before."""


@dataclass(frozen=True)
class ChatGrant:
    """A role that was given in a chat; `number` names it where it is taken away."""

    number: int
    grant: Grant
    at: datetime


class Grants(Protocol):
    """The roles that were given in chats. What was taken away stays as history."""

    async def all(self) -> Sequence[ChatGrant]:
        """Those in force, the oldest first."""

    async def give(self, grant: Grant, at: datetime) -> bool:
        """Give a role (world time); False where it was given already just so."""

    async def take(self, subject: str, role: Role | None, by: str, at: datetime) -> int:
        """Take a role, or all, from a subject; how many grants that ended."""


class Approvals(Protocol):
    """The changes that wait for others to agree."""

    async def ask(self, request: Request) -> Request:
        """Keep a request and owe its channel the question, in one transaction; with its number."""

    async def find(self, number: int) -> Request | None: ...

    async def agree(self, number: int, by: str, at: datetime) -> Request:
        """Somebody agrees (world time); the request as it is then. Agreeing twice counts once.

        The last that was missing makes it APPROVED, and owes the channel the news, in one
        transaction. One that waits no more stays as it is.
        """

    async def decline(self, number: int, by: str, reason: str, at: datetime) -> Request:
        """Somebody declines, and channel and asker are owed the news; as it is then."""

    async def expired(self, world: datetime) -> int:
        """End those whose time is up, and owe their askers the news; how many there were."""

    async def approved(self) -> Sequence[Request]:
        """Those that everybody agreed to and that nobody has started."""

    async def start(self, request: Request, asked: Asked) -> int | None:
        """Start one: its audit row is written in the same transaction; None where it was started.

        Raises AuditUnavailable.
        """


class Audit(Protocol):
    """Who asked for what, and what came of it. Rows are added and never changed.

    Raises AuditUnavailable where a row cannot be written.
    """

    async def asked(self, asked: Asked) -> int: ...

    async def ended(self, attempt: int, ended: Ended) -> None: ...

    async def unfinished(self, before: datetime) -> Sequence[Attempt]:
        """The attempts from before then (wall) whose end was never written down, oldest first."""

    async def records(
        self, *, about: str = "", user_id: str = "", since: datetime | None = None, last: int = 20
    ) -> Sequence[Record]:
        """The newest attempts, the newest first: about an id, of a person, since then (wall)."""

    async def close(self, attempt: Attempt, ended: Ended, fact: Fact | None) -> bool:
        """Write down the end of an attempt that was cut off, and owe its asker the fact.

        In one transaction; False where its end was written down meanwhile.
        """
