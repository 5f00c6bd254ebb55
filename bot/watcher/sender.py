"""The sender: channels are told what they are owed, in order, each thing once in effect.

An attempt is written down before the call and its outcome after. Where the outcome is not
known (a lost answer, a killed process) the channel is read before anything is sent again.
"""

import asyncio
from datetime import datetime, timedelta
from enum import Enum

import structlog

from bot.crew import Crew
from bot.domain.errors import AccessLost, MessageRefused, OutcomeUnclear, SendError, TryLater
from bot.domain.ports import Announcer, Clock, Outbox
from bot.domain.watching import Announcement, Card, Placement, placement
from bot.wording import announcements

log = structlog.get_logger(__name__)

#: How long a post whose answer was lost may take to appear in the channel (wall time).
SETTLE = timedelta(seconds=10)

#: How long between two searches for it, and how many in vain before it is sent again.
SEARCH_PAUSE = timedelta(seconds=2)
SEARCHES = 2

#: A claim holds so long; all that is done under it together takes less.
LEASE = timedelta(seconds=60)
DEADLINE = timedelta(seconds=20)

#: How often a channel that cannot be written to is tried.
BLOCKED_PAUSE = timedelta(seconds=60)

#: How many channels may be written to at once.
AT_ONCE = 16


class Step(Enum):
    """What to do with an announcement."""

    SEND = "send"
    SEARCH = "search"
    WAIT = "wait"


def next_step(announcement: Announcement, now: datetime, settle: timedelta = SETTLE) -> Step:
    """What an announcement needs now (wall time), by what is known of its last attempt."""
    if announcement.attempted_at is None or announcement.searches >= SEARCHES:
        return Step.SEND
    if now < announcement.attempted_at + settle:
        return Step.WAIT
    return Step.SEARCH


class Sender:
    """Sends what the outbox owes, and keeps the cards up to date."""

    def __init__(
        self,
        outbox: Outbox,
        announcer: Announcer,
        clock: Clock,
        *,
        edit_pause: timedelta = timedelta(minutes=1),
        settle: timedelta = SETTLE,
    ) -> None:
        self._outbox = outbox
        self._announcer = announcer
        self._clock = clock
        self._edit_pause = edit_pause
        self._settle = settle
        self._crew = Crew("send", AT_ONCE)

    @property
    def idle(self) -> bool:
        """Whether nothing is being sent."""
        return self._crew.idle

    async def tick(self) -> None:
        """Begin to send what may be sent now; what a channel hears comes before its cards."""
        if self._crew.room:
            now = self._clock.wall()
            for announcement in await self._outbox.claim(now, LEASE, self._crew.room):
                self._crew.start(self._deliver(announcement))
        if self._crew.room:
            now = self._clock.wall()
            for card in await self._outbox.claim_cards(now, LEASE, self._crew.room):
                self._crew.start(self._show(card))

    async def drain(self, patience: timedelta) -> None:
        """Let what is being sent be sent."""
        await self._crew.drain(patience)

    async def _deliver(self, announcement: Announcement) -> None:
        match next_step(announcement, self._clock.wall(), self._settle):
            case Step.SEND:
                await self._send(announcement)
            case Step.SEARCH:
                await self._search(announcement)
            case Step.WAIT:
                assert announcement.attempted_at is not None
                await self._outbox.search_at(
                    announcement, announcement.attempted_at + self._settle, counts=False
                )

    async def _send(self, announcement: Announcement) -> None:
        began = self._clock.wall()
        await self._outbox.attempting(announcement, began)
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                await self._post(announcement)
        except TimeoutError:
            await self._not_sent(announcement, OutcomeUnclear(began))
        except SendError as error:
            await self._not_sent(announcement, error)

    async def _post(self, announcement: Announcement) -> None:
        message = announcements.announcement(announcement.fact)
        broadcast = placement(announcement.fact) is Placement.THREAD_AND_CHANNEL
        posted = await self._announcer.post(announcement, message, broadcast=broadcast)
        await self._outbox.sent(announcement, posted, self._clock.wall())
        if announcement.attempts:
            await self._outbox.unblocked(announcement.channel_id)

    async def _not_sent(self, announcement: Announcement, error: SendError) -> None:
        now = self._clock.wall()
        log.warning("not sent", key=announcement.key, channel=announcement.channel_id, why=error)
        match error:
            case TryLater(after=after):
                await self._outbox.try_at(announcement, now + after)
            case AccessLost(reason=reason):
                await self._outbox.blocked(announcement, reason, now + BLOCKED_PAUSE)
            case MessageRefused(reason=reason):
                await self._outbox.parked(announcement, reason)
            case _:
                await self._outbox.search_at(announcement, now + self._settle, counts=False)

    async def _search(self, announcement: Announcement) -> None:
        assert announcement.attempted_at is not None
        now = self._clock.wall()
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                found = await self._announcer.find(announcement, announcement.attempted_at)
        except (TimeoutError, SendError):
            await self._outbox.search_at(announcement, now + SEARCH_PAUSE, counts=False)
            return
        if found:
            log.info("found again", key=announcement.key, channel=announcement.channel_id)
            await self._outbox.sent(announcement, found, now)
        else:
            await self._outbox.search_at(announcement, now + SEARCH_PAUSE, counts=True)

    async def _show(self, card: Card) -> None:
        message = announcements.card(card.look.resource, card.watcher)
        now = self._clock.wall()
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                await self._announcer.edit(card, message)
        except (TryLater, OutcomeUnclear, TimeoutError):
            return  # the claim runs out, and the card is shown then: an edit may be repeated
        except SendError as error:
            log.warning("card not edited", channel=card.channel_id, why=error)
        await self._outbox.card_shown(card, now, now + self._edit_pause)
