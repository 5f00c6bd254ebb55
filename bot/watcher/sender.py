"""The sender: channels are told what they are owed, in order, each thing once in effect.

An attempt is written down before the call and its outcome after. Where the outcome is not
known (a lost answer, a killed process) the channel is read before anything is sent again.
All that is done to one announcement takes less time than it is claimed for.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

import structlog

from bot.crew import Crew
from bot.domain.attachments import is_prepared
from bot.domain.errors import (
    AccessLost,
    InstallationBroken,
    MessageRefused,
    OutcomeUnclear,
    SendError,
    TryLater,
)
from bot.domain.mentions import mentioned
from bot.domain.ports import Announcer, Clock, Outbox, Posted
from bot.domain.watching import Announcement, Placement, outlives_access, placed, placement
from bot.happenings import NotTold, Parked, Tell, Told, nobody
from bot.watcher.mood import Allowance, Mood
from bot.watcher.preparing import Preparer
from bot.watcher.readers import ReadIn
from bot.wording import announcements
from bot.wording.attachments import with_files
from bot.wording.buttons import meaning
from bot.wording.mentions import mentioning

log = structlog.get_logger(__name__)

#: How long a post whose answer was lost may take to appear in the channel (wall time).
SETTLE = timedelta(seconds=10)

#: How long between two searches for it, and how many in vain before it is sent again.
SEARCH_PAUSE = timedelta(seconds=2)
SEARCHES = 2

#: A claim holds so long; a call under it takes less, so that it ends before another begins one.
LEASE = timedelta(seconds=10)
DEADLINE = timedelta(seconds=8)

#: How often a channel that cannot be written to is tried.
BLOCKED_PAUSE = timedelta(seconds=60)

#: How often an announcement that fails for a reason of our own is tried.
MOST_ATTEMPTS = 5

#: How many channels may be written to at once.
AT_ONCE = 16


class Step(Enum):
    """What to do with an announcement."""

    PREPARE = "prepare"
    SEND = "send"
    SEARCH = "search"
    WAIT = "wait"


def next_step(announcement: Announcement, now: datetime, settle: timedelta = SETTLE) -> Step:
    """What an announcement needs now (wall time), by what is known of its last attempt."""
    if announcement.attempted_at is None:
        is_ready = is_prepared(announcement.fact, announcement.files)
        return Step.SEND if is_ready else Step.PREPARE
    if announcement.searches >= SEARCHES:
        return Step.SEND
    if now < announcement.attempted_at + settle:
        return Step.WAIT
    return Step.SEARCH


class Sender:
    """Sends what the outbox owes."""

    def __init__(
        self,
        outbox: Outbox,
        announcer: Announcer,
        clock: Clock,
        mood: Mood,
        posts: Allowance,
        language: ReadIn,
        *,
        preparer: Preparer | None = None,
        pause: timedelta = timedelta(seconds=1),
        settle: timedelta = SETTLE,
        tell: Tell = nobody,
    ) -> None:
        """`pause` lies between two messages in one channel (wall time).

        Without a `preparer` messages go without pictures and files.
        """
        self._outbox = outbox
        self._announcer = announcer
        self._clock = clock
        self._mood = mood
        self._posts = posts
        self._language = language
        self._preparer = preparer
        self._pause = pause
        self._settle = settle
        self._tell = tell
        self._crew = Crew("send", AT_ONCE)

    @property
    def idle(self) -> bool:
        """Whether nothing is being sent."""
        return self._crew.idle

    async def tick(self) -> int:
        """Begin to send what may be sent now; how much that was."""
        room = self._mood.room(min(self._crew.room, self._posts.room))
        if not room:
            return 0
        owed = await self._outbox.claim(LEASE, room)
        self._posts.spend(len(owed))
        for announcement in owed:
            self._crew.start(self._deliver(placed(announcement)))
        return len(owed)

    async def drain(self, patience: timedelta) -> None:
        """Let what is being sent be sent."""
        await self._crew.drain(patience)

    async def _deliver(self, announcement: Announcement) -> None:
        now = announcement.claimed_at or self._clock.wall()
        match next_step(announcement, now, self._settle):
            case Step.PREPARE if self._preparer is not None:
                await self._preparer.prepare(announcement)
            case Step.PREPARE | Step.SEND:
                await self._send(announcement)
            case Step.SEARCH:
                await self._search(announcement)
            case Step.WAIT:
                assert announcement.attempted_at is not None
                settles_in = announcement.attempted_at + self._settle - now
                await self._outbox.search_after(announcement, settles_in, counts=False)

    async def _send(self, announcement: Announcement) -> None:
        began, loop = self._clock.wall(), asyncio.get_running_loop()
        deadline = loop.time() + DEADLINE.total_seconds()
        await self._outbox.attempting(announcement, LEASE)
        if loop.time() > deadline:
            # The process slept, or the database did: the claim may be another's by now.
            await self._outbox.try_after(announcement, timedelta(0))
            return
        try:
            async with asyncio.timeout_at(deadline):
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
        fact = announcement.fact
        message = with_files(announcements.announcement(fact), fact, announcement.files)
        message = mentioning(message, mentioned(fact))
        if announcement.attempted_at is not None and not self._announcer.can_search:
            message = announcements.perhaps_repeated(message)
        broadcast = placement(fact) is Placement.THREAD_AND_CHANNEL
        language = await self._language(announcement.channel_id)
        message = meaning(message, announcement.account).read_in(language)
        return await self._announcer.post(announcement, message, broadcast=broadcast)

    def _unforeseen(self, announcement: Announcement, began: datetime) -> SendError:
        """An error of our own: perhaps it was posted; in the end the channel has to go on."""
        if announcement.attempts >= MOST_ATTEMPTS:
            return MessageRefused("unforeseen")
        return OutcomeUnclear(began)

    async def _sent(self, announcement: Announcement, posted: Posted) -> None:
        # About one message a second in a channel: https://docs.slack.dev/apis/web-api/rate-limits
        self._mood.opens()
        await self._outbox.sent(announcement, posted, self._pause)
        self._tell(Told(announcement, posted, self._clock.wall()))

    async def _not_sent(self, announcement: Announcement, error: SendError) -> None:
        self._tell(NotTold(announcement, error))
        match error:
            case TryLater(after=after):
                await self._outbox.try_after(announcement, after)
            case InstallationBroken(reason=reason):
                self._mood.closes(reason)
                await self._outbox.try_after(announcement, timedelta(0))
            case AccessLost(reason=reason) if not outlives_access(announcement.fact):
                await self._park(announcement, reason)
            case AccessLost(reason=reason):
                await self._outbox.blocked(announcement, reason, BLOCKED_PAUSE)
            case MessageRefused(reason=reason):
                await self._park(announcement, reason)
            case _:
                await self._outbox.search_after(announcement, self._settle, counts=False)

    async def _park(self, announcement: Announcement, reason: str) -> None:
        await self._outbox.parked(announcement, reason)
        self._tell(Parked(announcement, reason))

    async def _search(self, announcement: Announcement) -> None:
        assert announcement.attempted_at is not None
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                found = await self._announcer.find(announcement, announcement.attempted_at)
        except AccessLost as error:
            await self._outbox.blocked(announcement, error.reason, BLOCKED_PAUSE)
        except (TimeoutError, SendError) as error:
            if isinstance(error, InstallationBroken):
                self._mood.closes(error.reason)
            pause = max(SEARCH_PAUSE, error.after if isinstance(error, TryLater) else SEARCH_PAUSE)
            await self._outbox.search_after(announcement, pause, counts=False)
        else:
            await self._found(announcement, found)

    async def _found(self, announcement: Announcement, found: Sequence[Posted]) -> None:
        if found:
            log.info("found again", key=announcement.key, channel=announcement.channel_id)
            await self._sent(announcement, found[0])
        else:
            await self._outbox.search_after(announcement, SEARCH_PAUSE, counts=True)
