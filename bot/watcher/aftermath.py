"""What becomes of a change during which a process ended: it is looked into, and its asker told.

Before anything has an effect the audit has its row `asked`; a change whose row `ended` is missing
was cut off. Nothing is ever sent again: Qianfan is read, and what is true is told directly.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from bot.commands.command import Command, Kept
from bot.commands.making import version_asked
from bot.commands.runner import LONGEST_RUN
from bot.commands.traces import Sight, trace_of
from bot.crew import Crew
from bot.domain.audit import Attempt, Ended
from bot.domain.calls import Call
from bot.domain.creation import NewVersion
from bot.domain.errors import Misread, PlatformError
from bot.domain.facts import Actors, CutOff, CutOffEnd
from bot.domain.ids import ResourceId
from bot.domain.ports import Audit, Clock, Outbox, Platform
from bot.domain.resources import Phase
from bot.domain.secrets import strike_out

log = structlog.get_logger(__name__)

#: Where other processes may be at work, what is younger than this may yet end (wall time).
_STILL_AT_WORK = LONGEST_RUN + timedelta(minutes=1)

#: How long Qianfan may be out of reach before its silence is what is told (wall time).
_PATIENCE = timedelta(minutes=10)

#: Between two rounds, where something is left to look into.
_PAUSE = timedelta(minutes=2)

_ENDS = {
    Sight.MADE: CutOffEnd.DONE,
    Sight.PERHAPS: CutOffEnd.PERHAPS,
    Sight.NONE: CutOffEnd.NOT_DONE,
    Sight.UNREADABLE: CutOffEnd.UNREADABLE,
}


class Aftermath:
    """Looks into what was left unfinished: at the start, and again while Qianfan is silent."""

    def __init__(
        self,
        commands: Mapping[str, Command],
        platforms: Mapping[str, Platform],
        audit: Audit,
        outbox: Outbox,
        clock: Clock,
        *,
        settle: timedelta,
        alone: bool,
    ) -> None:
        """`alone`: no other process serves, so that all from before this one is left behind.

        `settle` is how long what was sent may take to be seen (wall time).
        """
        self._commands = commands
        self._platforms = platforms
        self._audit = audit
        self._outbox = outbox
        self._clock = clock
        self._began = clock.wall()
        self._settle = settle
        self._alone = alone
        self._next_at = self._began + settle
        self._crew = Crew("aftermath", 1)

    @property
    def idle(self) -> bool:
        """Whether nothing is being looked into."""
        return self._crew.idle

    async def tick(self) -> int:
        """Begin to look into what was left behind, where it is time; whether that began."""
        now = self._clock.wall()
        if now < self._next_at or not self._crew.room:
            return 0
        self._next_at = now + _PAUSE
        before = now - _STILL_AT_WORK
        if self._alone:
            before = max(before, self._began)
        left = await self._audit.unfinished(before)
        if left:
            self._crew.start(self._look_into(left))
        return len(left)

    async def drain(self, patience: timedelta) -> None:
        """Let what is being looked into be finished."""
        await self._crew.drain(patience)

    async def _look_into(self, left: Sequence[Attempt]) -> None:
        for attempt in left:
            await self._close(attempt)

    async def _close(self, attempt: Attempt) -> None:
        asked, now = attempt.asked, self._clock.wall()
        fact = None
        if asked.decision.allowed and self._changes(asked.call):
            fact = await self._looked_into(attempt)
            if fact.end is CutOffEnd.UNREADABLE and now - self._began < _PATIENCE:
                return
        outcome = f"cut off: {fact.end}" if fact else "cut off"
        log.info("attempt was cut off", attempt=attempt.id, outcome=outcome)
        closed = await self._audit.close(attempt, Ended(now, outcome, now - asked.at), fact)
        if closed and fact is not None and fact.made:
            await self._tell_channel(attempt, fact)

    async def _tell_channel(self, attempt: Attempt, fact: CutOff) -> None:
        """Who had a version made, as the channel would have heard it at the time."""
        origin, target = attempt.asked.origin, self._target(attempt.asked.call)
        if isinstance(target, NewVersion):
            told = version_asked(target, Actors(origin.user_id), fact.made)
            await self._outbox.add(origin.place.channel_id, attempt.asked.account, told)

    def _changes(self, call: Call) -> bool:
        return call.command in self._commands and self._commands[call.command].changes

    async def _looked_into(self, attempt: Attempt) -> CutOff:
        asked, command = attempt.asked, attempt.asked.call.command
        try:
            target = self._target(asked.call)
        except Misread:  # written down by another version of the code
            return CutOff(command, "", CutOffEnd.PERHAPS)
        platform = self._platforms.get(asked.account)
        match target:
            case None:
                return CutOff(command, "", CutOffEnd.NOT_DONE)
            case Kept(name):
                return CutOff(command, name, CutOffEnd.PERHAPS)
            case ResourceId() if not asked.confirmed:
                return CutOff(command, str(target), CutOffEnd.NOT_DONE)
            case _ if platform is None:
                return CutOff(command, _named(target), CutOffEnd.UNREADABLE)
            case ResourceId():
                return await _state_of(command, platform, target)
            case NewVersion():
                trace = await trace_of(platform, self._audit, target, asked.origin.at)
                made = str(trace.versions[0]) if trace.sight is Sight.MADE else ""
                return CutOff(command, _named(target), _ENDS[trace.sight], made=made)

    def _target(self, call: Call) -> NewVersion | ResourceId | Kept | None:
        command = self._commands[call.command]
        args, kwargs = command.signature.bind(call)
        return command.target(*args, **kwargs) if command.target else None


async def _state_of(command: str, platform: Platform, resource: ResourceId) -> CutOff:
    """How a thing is that was to be stopped; while it runs, nobody can tell what was asked."""
    try:
        seen = (await platform.look(resource)).resource
    except PlatformError:
        return CutOff(command, str(resource), CutOffEnd.UNREADABLE)
    is_done = seen.phase in (Phase.STOPPED, Phase.ENDING)
    end = CutOffEnd.DONE if is_done else CutOffEnd.PERHAPS
    return CutOff(command, str(resource), end, state=seen.state)


def _named(target: NewVersion | ResourceId) -> str:
    if isinstance(target, NewVersion):
        return strike_out(target.source.origin)
    return str(target)
