"""Repeats: a message that stands twice in its channel is taken away once, the younger one.

Slack may apply a post whose answer was lost after the channel was searched for it, and a process
that was frozen may post what another has sent meanwhile.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.crew import Crew
from bot.domain.errors import AccessLost, MessageRefused, SendError, TryLater
from bot.domain.ports import Announcer, Posted, Repeated, Repeats
from bot.domain.watching import placed
from bot.watcher.mood import Mood
from bot.watcher.sender import DEADLINE, LEASE

log = structlog.get_logger(__name__)

#: How long after each look for a repeat the next one follows; after the last there is none.
CHECKS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))

#: How many channels may be read at once: it is no hurry.
AT_ONCE = 2

#: When to try again where Slack could not be asked.
AGAIN = timedelta(seconds=30)


class Healer:
    """Looks after the messages that were sent again, and takes repeats away."""

    def __init__(
        self,
        repeats: Repeats,
        announcer: Announcer,
        mood: Mood,
        checks: Sequence[timedelta] = CHECKS,
    ) -> None:
        self._repeats = repeats
        self._announcer = announcer
        self._mood = mood
        self._checks = checks
        self._crew = Crew("heal", AT_ONCE)
        #: How many repeats were taken away since the start.
        self.healed = 0

    @property
    def idle(self) -> bool:
        """Whether nothing is being looked after."""
        return self._crew.idle

    async def tick(self) -> int:
        """Begin to look after what it is time for; how many messages that are."""
        if self._mood.closed or not self._crew.room:
            return 0
        ripe = await self._repeats.claim(LEASE, self._crew.room)
        for repeated in ripe:
            self._crew.start(self._look_after(repeated))
        return len(ripe)

    async def drain(self, patience: timedelta) -> None:
        """Let what is under way be finished."""
        await self._crew.drain(patience)

    async def _look_after(self, repeated: Repeated) -> None:
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                kept = await self._heal(repeated)
        except (AccessLost, MessageRefused):
            await self._repeats.checked(repeated, repeated.posted, self._next_check(repeated))
        except (TimeoutError, SendError) as error:
            pause = max(AGAIN, error.after) if isinstance(error, TryLater) else AGAIN
            await self._repeats.put_off(repeated, pause)
        else:
            await self._repeats.checked(repeated, kept, self._next_check(repeated))

    async def _heal(self, repeated: Repeated) -> Posted:
        """Leave one of the messages that bear the announcement's key, and say which."""
        found = await self._announcer.find(placed(repeated.announcement), repeated.since)
        kept = which_stays(repeated, found)
        for posted in found:
            if posted != kept:
                await self._announcer.delete(posted)
                self.healed += 1
                log.warning(
                    "repeat taken away",
                    key=repeated.announcement.key,
                    channel=posted.channel_id,
                    ts=posted.ts,
                )
        return kept

    def _next_check(self, repeated: Repeated) -> timedelta | None:
        return self._checks[repeated.checks] if repeated.checks < len(self._checks) else None


def which_stays(repeated: Repeated, found: Sequence[Posted]) -> Posted:
    """The oldest, since people have read it; of a card the one that is noted, where it stands.

    Transitions hang on the card that is noted, and Slack keeps a thread with no message above it.
    """
    if not found or (repeated.is_card and repeated.posted in found):
        return repeated.posted
    return found[0]
