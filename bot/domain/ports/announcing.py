"""Writing in channels, and the announcements that they are owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.attachments import Preparation
from bot.domain.facts import Fact
from bot.domain.messages import Message
from bot.domain.vitals import Backlog
from bot.domain.watching import Announcement, Card, Placement, placement


@dataclass(frozen=True)
class Posted:
    """Where a message now stands."""

    channel_id: str
    ts: str


@dataclass(frozen=True)
class Repeated:
    """An announcement that may stand twice in its channel, and the one place that is noted.

    `since` is when it was first attempted, `checks` how often it was looked after (wall).
    """

    announcement: Announcement
    posted: Posted
    since: datetime
    checks: int

    @property
    def is_card(self) -> bool:
        """Whether it is a card, which transitions may hang on."""
        return placement(self.announcement.fact) is Placement.CARD


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

    async def find(self, announcement: Announcement, since: datetime) -> Sequence[Posted]:
        """The messages that bear the announcement's key, the oldest first."""

    async def delete(self, posted: Posted) -> None:
        """Take a message away; one that is not there any more is no error."""


class Outbox(Protocol):
    """The announcements that channels are owed, in order, channel by channel.

    Leases and pauses are counted on the clock that all processes share.
    """

    async def add(self, channel_id: str, account: str, fact: Fact, *, once: str = "") -> None:
        """Owe a channel, or a person by their user id, one message.

        What is owed `once`, by a name that nothing else has, is not owed again under that name.
        """

    async def claim(self, lease: timedelta, limit: int) -> Sequence[Announcement]:
        """The first announcement of each channel that may be sent now, each claimed for so long;
        no channel has two in hand."""

    async def attempting(self, announcement: Announcement, lease: timedelta) -> None:
        """An attempt is about to be made, in a lease that begins now; written before the call.

        Raises StoreError where it may not be made: another process has the channel in hand
        meanwhile, or the announcement is settled, or tells something else now.
        """

    async def preparing(
        self, announcement: Announcement, files: Preparation, lease: timedelta
    ) -> None:
        """Its files are about to be made, in a lease that begins now; written before.

        Raises StoreError as `attempting` does.
        """

    async def prepared(
        self, announcement: Announcement, files: Preparation, pause: timedelta
    ) -> None:
        """How far its files have come; it goes on after a pause."""

    async def sent(self, announcement: Announcement, posted: Posted, pause: timedelta) -> None:
        """It stands in its channel, which hears nothing more for a pause."""

    async def try_after(self, announcement: Announcement, pause: timedelta) -> None:
        """Certainly nothing was posted: try again after a pause."""

    async def search_after(
        self, announcement: Announcement, pause: timedelta, *, counts: bool
    ) -> None:
        """Perhaps something was posted: look for it after a pause, before anything is sent again.

        `counts`: it was just looked for in vain.
        """

    async def parked(self, announcement: Announcement, reason: str) -> None:
        """It can never be sent; the channel goes on without it, and its owner is told."""

    async def blocked(self, announcement: Announcement, reason: str, pause: timedelta) -> None:
        """The channel cannot be written to: mark its watches, and tell their owners once.

        What is known of an attempt whose outcome is unclear stays known.
        """

    async def unblocked(self, channel_id: str) -> None:
        """The channel can be written to again, as somebody found who asked: go on at once."""

    async def backlog(self) -> Backlog:
        """How many announcements are still owed that are not held back, and since when."""

    async def claim_cards(self, lease: timedelta, limit: int) -> Sequence[Card]:
        """Cards that show something old and may be edited now, each claimed."""

    async def card_shown(self, card: Card, pause: timedelta) -> None:
        """The card shows its look now, and is not to be edited again before a pause is over."""

    async def card_later(self, card: Card, pause: timedelta) -> None:
        """The card shows what it showed: try again after a pause."""

    async def card_gone(self, card: Card) -> None:
        """Somebody deleted the card: it is left deleted, and what follows needs no thread."""


class Repeats(Protocol):
    """Announcements that were sent again after an unclear outcome: perhaps they stand twice."""

    async def claim(self, lease: timedelta, limit: int) -> Sequence[Repeated]:
        """Those that it is time to look after, each claimed for so long."""

    async def checked(self, repeated: Repeated, kept: Posted, next_check: timedelta | None) -> None:
        """It was looked after, and stands where `kept` says; look again then, or never."""

    async def put_off(self, repeated: Repeated, pause: timedelta) -> None:
        """It could not be looked after: try again after a pause."""
