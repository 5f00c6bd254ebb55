"""Writing in channels, and the announcements that they are owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.facts import Fact
from bot.domain.messages import Message
from bot.domain.watching import Announcement, Card


@dataclass(frozen=True)
class Posted:
    """Where a message now stands."""

    channel_id: str
    ts: str


class Announcer(Protocol):
    """Writes in channels. Raises a SendError where a message was, or may be, not taken."""

    async def post(
        self, announcement: Announcement, message: Message, *, broadcast: bool = False
    ) -> Posted:
        """Post once, with the announcement's key as metadata, in its thread if it has one."""

    @property
    def can_search(self) -> bool:
        """Whether `find` may read what it searches; without the history scopes it finds nothing."""

    async def edit(self, card: Card, message: Message) -> None:
        """Show a card anew."""

    async def find(self, announcement: Announcement, since: datetime) -> Posted | None:
        """The message that bears the announcement's key, where the channel has it."""


class Outbox(Protocol):
    """The announcements that channels are owed, in order, channel by channel."""

    async def add(self, channel_id: str, account: str, fact: Fact) -> None: ...

    async def claim(self, wall: datetime, lease: timedelta, limit: int) -> Sequence[Announcement]:
        """The first announcement of each channel that may be sent now, each claimed until
        `wall + lease`; no channel has two in hand."""

    async def attempting(self, announcement: Announcement, at: datetime) -> None:
        """An attempt is about to be made; written before the call.

        Raises StoreError where it may not be made: another process has the channel in hand
        meanwhile, or the announcement is settled.
        """

    async def sent(
        self, announcement: Announcement, posted: Posted, at: datetime, *, next_post: datetime
    ) -> None:
        """It stands in its channel, which hears nothing more before `next_post` (wall)."""

    async def try_at(self, announcement: Announcement, at: datetime) -> None:
        """Certainly nothing was posted: try again then."""

    async def search_at(self, announcement: Announcement, at: datetime, *, counts: bool) -> None:
        """Perhaps something was posted: look for it then, before anything is sent again.

        `counts`: it was just looked for in vain.
        """

    async def parked(self, announcement: Announcement, reason: str) -> None:
        """It can never be sent; the channel goes on without it."""

    async def blocked(self, announcement: Announcement, reason: str, until: datetime) -> None:
        """The channel cannot be written to: mark its watches, and tell their owners once.

        What is known of an attempt whose outcome is unclear stays known.
        """

    async def unblocked(self, channel_id: str) -> None:
        """The channel can be written to again, as somebody found who asked: go on at once."""

    async def pending(self) -> int:
        """How many announcements are still owed."""

    async def claim_cards(self, wall: datetime, lease: timedelta, limit: int) -> Sequence[Card]:
        """Cards that show something old and may be edited now, each claimed."""

    async def card_shown(self, card: Card, at: datetime, next_edit: datetime) -> None:
        """The card shows its look now, and is not to be edited before `next_edit` (wall)."""
