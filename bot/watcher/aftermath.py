"""What becomes of a change during which a process ended: it is looked into, and its asker told.

Before anything has an effect the audit has its row `asked`; a change whose row `ended` is missing
was cut off. Nothing is ever sent again: Qianfan is read, and what is true is told directly.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.commands.command import Command
from bot.commands.traces import trace_of
from bot.domain.audit import Attempt, Ended
from bot.domain.calls import Call
from bot.domain.creation import NewVersion
from bot.domain.errors import Misread, PlatformError
from bot.domain.facts import CutOff, CutOffEnd
from bot.domain.ids import ResourceId
from bot.domain.ports import Audit, Clock, Platform
from bot.domain.resources import Phase

log = structlog.get_logger(__name__)

#: Where other processes may be at work, what is younger than this may yet end (wall time).
LONGEST_WORK = timedelta(minutes=5)

#: How long Qianfan may be out of reach before its silence is what is told (wall time).
_PATIENCE = timedelta(minutes=10)

_PAUSE = timedelta(seconds=30)


class Aftermath:
    """Looks into what was left unfinished: at the start, and again while Qianfan is silent."""

    def __init__(
        self,
        commands: Mapping[str, Command],
        platforms: Mapping[str, Platform],
        audit: Audit,
        clock: Clock,
        *,
        alone: bool,
    ) -> None:
        """`alone`: no other process serves, so that all from before this one is left behind."""
        self._commands = commands
        self._platforms = platforms
        self._audit = audit
        self._clock = clock
        self._began = clock.wall()
        self._alone = alone
        self._next_at = self._began

    async def tick(self) -> int:
        """Look into what was left behind, where it is time; how many were settled."""
        now = self._clock.wall()
        if now < self._next_at:
            return 0
        self._next_at = now + _PAUSE
        before = self._began if self._alone else now - LONGEST_WORK
        settled = [await self._settle(each) for each in await self._audit.unfinished(before)]
        return sum(settled)

    async def _settle(self, attempt: Attempt) -> bool:
        asked, now = attempt.asked, self._clock.wall()
        fact = None
        if asked.decision.allowed and self._changes(asked.call):
            fact = await self._looked_into(attempt)
            if fact.end is CutOffEnd.UNREADABLE and now - self._began < _PATIENCE:
                return False
        outcome = f"cut off: {fact.end}" if fact else "cut off"
        log.info("attempt was cut off", attempt=attempt.id, outcome=outcome)
        return await self._audit.close(attempt, Ended(now, outcome, now - asked.at), fact)

    def _changes(self, call: Call) -> bool:
        return call.command in self._commands and self._commands[call.command].changes

    async def _looked_into(self, attempt: Attempt) -> CutOff:
        asked = attempt.asked
        target, platform = self._target(asked.call), self._platforms.get(asked.account)
        if target is None:
            return CutOff(asked.call.command, "", CutOffEnd.NOT_DONE)
        if platform is None:
            return CutOff(asked.call.command, _named(target), CutOffEnd.UNREADABLE)
        if isinstance(target, NewVersion):
            return await _version_made(asked.call.command, platform, target, asked.origin.at)
        return await _state_of(asked.call.command, platform, target)

    def _target(self, call: Call) -> NewVersion | ResourceId | None:
        command = self._commands[call.command]
        try:
            args, kwargs = command.signature.bind(call)
        except Misread:  # written down by another version of the code
            return None
        return command.target(*args, **kwargs) if command.target else None


async def _version_made(
    command: str, platform: Platform, version: NewVersion, since: datetime
) -> CutOff:
    trace = await trace_of(platform, version, since)
    if trace.version is not None:
        return CutOff(command, _named(version), CutOffEnd.DONE, made=str(trace.version))
    end = CutOffEnd.NOT_DONE if trace.certain else CutOffEnd.UNREADABLE
    return CutOff(command, _named(version), end)


async def _state_of(command: str, platform: Platform, resource: ResourceId) -> CutOff:
    """How a thing is that was to be stopped; while it runs, nobody can tell what was asked."""
    try:
        seen = (await platform.look(resource, urgent=True)).resource
    except PlatformError:
        return CutOff(command, str(resource), CutOffEnd.UNREADABLE)
    is_done = seen.phase in (Phase.STOPPED, Phase.ENDING)
    end = CutOffEnd.DONE if is_done else CutOffEnd.PERHAPS
    return CutOff(command, str(resource), end, state=seen.state)


def _named(target: NewVersion | ResourceId) -> str:
    return target.source.origin if isinstance(target, NewVersion) else str(target)
