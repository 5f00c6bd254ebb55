"""Between two looks at a thing: what is worth telling."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts import Actors, Moved
from bot.domain.moments import Happened, happened
from bot.domain.resources import Phase, Watchable


@dataclass(frozen=True)
class Look:
    """What was seen of a thing, and when (world time)."""

    resource: Watchable
    at: datetime


def between(
    before: Look,
    now: Look,
    *,
    queued_since: datetime | None = None,
    running_since: datetime | None = None,
    stopped_by: Actors | None = None,
) -> tuple[Moved, ...]:
    """The net change from one look to the next: at most one announcement a thing.

    States are compared by phase, since an API may rename a word without anything having
    happened; a state that nobody knows is told by its own word. `stopped_by` is who asked
    qfbot to stop it, where somebody did.
    """
    if _same(before.resource, now.resource):
        return ()
    return (
        Moved(
            resource=now.resource,
            before=before.resource.phase,
            before_state=before.resource.state,
            happened=_when(before, now),
            running_since=running_since,
            stopped_by=stopped_by if now.resource.phase is Phase.STOPPED else None,
            queued_since=queued_since,
        ),
    )


def _same(before: Watchable, now: Watchable) -> bool:
    if now.phase is Phase.UNKNOWN:
        return before.state == now.state
    return before.phase is now.phase


def _when(before: Look, now: Look) -> Happened:
    written = now.resource.finished_at if now.resource.phase.is_final else None
    return happened(written, before.at, now.at)
