"""What a request whose answer was lost has left behind: the version that it made, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.creation import NewVersion, made_of
from bot.domain.errors import PlatformError
from bot.domain.ids import ResourceId
from bot.domain.ports import Platform
from bot.domain.resources import ModelVersion

#: A model may have more versions than anybody wants to read one by one.
_MOST_READ = 20


@dataclass(frozen=True)
class Trace:
    """The version that was found; without one, `certain` where it would have been seen."""

    version: ResourceId | None
    certain: bool


async def trace_of(
    platform: Platform, request: NewVersion, since: datetime, before: Sequence[ResourceId] = ()
) -> Trace:
    """Look for the version that a request made since then (world time).

    `before` are the versions that the model had; none of them is it.
    """
    try:
        versions = (await platform.model_set(request.model_set)).versions
        new = [each for each in versions if each not in before]
        looks = [await platform.look(each, urgent=True) for each in new[-_MOST_READ:]]
    except PlatformError:
        return Trace(None, certain=False)
    seen = [each.resource for each in looks if isinstance(each.resource, ModelVersion)]
    made = made_of(request, seen, since)
    return Trace(made.id if made else None, certain=len(new) <= _MOST_READ)
