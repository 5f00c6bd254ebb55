"""The sender: channels are told what they are owed, in order, each thing once in effect.

An attempt is written down before the call and its outcome after. Where the outcome is not
known (a lost answer, a killed process) the channel is read before anything is sent again.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

import structlog

from bot.crew import Crew
from bot.domain.access import DEFAULT_ACCOUNT
from bot.domain.errors import AccessLost, MessageRefused, OutcomeUnclear, SendError, TryLater
from bot.domain.messages import Message
from bot.domain.ports import Announcer, Clock, Outbox, Posted
from bot.domain.watching import Announcement, Card, Placement, outlives_access, placed, placement
from bot.wording import announcements
from bot.wording.buttons import on_account

log = structlog.get_logger(__name__)

T = TypeVar("T")

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

#: How often an announcement that fails for a reason of our own is tried.
MOST_ATTEMPTS = 5

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
        post_pause: timedelta = timedelta(seconds=1),
        edit_pause: timedelta = timedelta(minutes=1),
        settle: timedelta = SETTLE,
    ) -> None:
        self._outbox = outbox
        self._announcer = announcer
        self._clock = clock
        self._post_pause = post_pause
        self._edit_pause = edit_pause
        self._settle = settle
        self._crew = Crew("send", AT_ONCE)

    @property
    def idle(self) -> bool:
        """Whether nothing is being sent."""
        return self._crew.idle

    async def tick(self) -> int:
        """Begin to send what may be sent now, announcements before cards; how many those were."""
        begun = 0
        if room := self._crew.room:
            owed = await self._outbox.claim(self._clock.wall(), LEASE, room)
            begun += self._start(self._deliver, [placed(each) for each in owed])
        if room := self._crew.room:
            cards = await self._outbox.claim_cards(self._clock.wall(), LEASE, room)
            begun += self._start(self._show, cards)
        return begun

    def _start(self, work: Callable[[T], Coroutine[Any, Any, None]], items: Sequence[T]) -> int:
        for item in items:
            self._crew.start(work(item))
        return len(items)

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
                posted = await self._post(announcement)
        except TimeoutError:
            await self._not_sent(announcement, OutcomeUnclear(began))
        except SendError as error:
            await self._not_sent(announcement, error)
        except Exception:
            log.exception("sending failed", key=announcement.key)
            await self._not_sent(announcement, self._unforeseen(announcement, began))
        else:
            await self._sent(announcement, posted)

    async def _post(self, announcement: Announcement) -> Posted:
        message = _on(announcement.account, announcements.announcement(announcement.fact))
        if announcement.attempted_at is not None and not self._announcer.can_search:
            message = announcements.perhaps_repeated(message)
        broadcast = placement(announcement.fact) is Placement.THREAD_AND_CHANNEL
        return await self._announcer.post(announcement, message, broadcast=broadcast)

    def _unforeseen(self, announcement: Announcement, began: datetime) -> SendError:
        """An error of our own: perhaps it was posted; in the end the channel has to go on."""
        if announcement.attempts >= MOST_ATTEMPTS:
            return MessageRefused("unforeseen")
        return OutcomeUnclear(began)

    async def _sent(self, announcement: Announcement, posted: Posted) -> None:
        # About one message a second in a channel: https://docs.slack.dev/apis/web-api/rate-limits
        now = self._clock.wall()
        await self._outbox.sent(announcement, posted, now, next_post=now + self._post_pause)

    async def _not_sent(self, announcement: Announcement, error: SendError) -> None:
        now = self._clock.wall()
        log.warning("not sent", key=announcement.key, channel=announcement.channel_id, why=error)
        match error:
            case TryLater(after=after):
                await self._outbox.try_at(announcement, now + after)
            case AccessLost(reason=reason) if not outlives_access(announcement.fact):
                await self._outbox.parked(announcement, reason)
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
        except AccessLost as error:
            await self._outbox.blocked(announcement, error.reason, now + BLOCKED_PAUSE)
            return
        except (TimeoutError, SendError) as error:
            pause = max(SEARCH_PAUSE, error.after if isinstance(error, TryLater) else SEARCH_PAUSE)
            await self._outbox.search_at(announcement, now + pause, counts=False)
            return
        if found:
            log.info("found again", key=announcement.key, channel=announcement.channel_id)
            await self._sent(announcement, found)
        else:
            await self._outbox.search_at(announcement, now + SEARCH_PAUSE, counts=True)

    async def _show(self, card: Card) -> None:
        message = _on(card.account, announcements.card(card.look.resource, card.watcher))
        now = self._clock.wall()
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                await self._announcer.edit(card, message)
        except MessageRefused as error:
            log.warning("card left as it is", channel=card.channel_id, why=error)
        except (SendError, TimeoutError):
            return  # the claim runs out, and the card is shown then: an edit may be repeated
        await self._outbox.card_shown(card, now, now + self._edit_pause)


def _on(account: str, message: Message) -> Message:
    """Buttons in a channel mean the account of what they are about, whichever is meant there."""
    return message if account in ("", DEFAULT_ACCOUNT) else on_account(message, account)
