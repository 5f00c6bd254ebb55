"""What a request whose answer was lost has left behind: the version that it made, or none."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.audit import Record
from bot.domain.creation import NewVersion, fits
from bot.domain.errors import PlatformError, UnknownResource
from bot.domain.ids import Kind, ResourceId
from bot.domain.ports import Audit, Platform
from bot.domain.resources import ModelVersion

#: A model may have more versions than anybody wants to read one by one.
_MOST_READ = 20

#: A signature is good for so long, and so Qianfan's clock and ours may differ by as much.
_CLOCKS = timedelta(minutes=30)

#: How many attempts are looked through for the versions that they account for.
_MOST_ATTEMPTS = 200

#: The outcome of an attempt that made a version; its id follows.
MADE = "made "


class Sight(StrEnum):
    """What could be seen of a request's effect."""

    MADE = "made"
    PERHAPS = "perhaps"
    NONE = "none"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Trace:
    """What was seen: the version that was made, or those that may be it."""

    sight: Sight
    versions: tuple[ResourceId, ...] = ()


async def trace_of(
    platform: Platform,
    audit: Audit,
    request: NewVersion,
    since: datetime,
    before: Sequence[ResourceId] | None = None,
) -> Trace:
    """Look for the version that a request made since then (world time).

    `before` are the versions that the model had, where they are known: none of them is it. What
    other attempts account for is not it either; while another is under way for the same model,
    nothing is certain.
    """
    try:
        there = (await platform.model_set(request.model_set)).versions
        unknown = [each for each in there if before is None or each not in before]
        attempts = await audit.records(last=_MOST_ATTEMPTS)
        accounted = frozenset(filter(None, map(_made_by, attempts)))
        read = await _read(platform, [each for each in unknown if each not in accounted])
    except PlatformError:
        return Trace(Sight.UNREADABLE)
    new = [each for each in read if before is not None or _may_be_since(each, since)]
    whole = len(unknown) - len(accounted.intersection(unknown)) <= _MOST_READ
    rivals = _under_way(attempts, request.model_set) - 1
    return judged(request, new, sure=whole and rivals <= 0)


def judged(request: NewVersion, new: Sequence[ModelVersion], *, sure: bool) -> Trace:
    """What the new versions of a model say; not `sure` where others may have made one, too."""
    fitting = [each.id for each in new if fits(request, each)]
    if len(fitting) == 1 and sure:
        return Trace(Sight.MADE, tuple(fitting))
    if new:
        return Trace(Sight.PERHAPS, tuple(fitting) or tuple(each.id for each in new))
    return Trace(Sight.NONE if sure else Sight.PERHAPS)


async def _read(platform: Platform, versions: Sequence[ResourceId]) -> list[ModelVersion]:
    """The versions as they are, at most so many: no document says in which order they are listed.

    One that was deleted meanwhile is left out.
    """
    half = _MOST_READ // 2
    some = versions if len(versions) <= _MOST_READ else [*versions[:half], *versions[-half:]]
    found = await asyncio.gather(*(_version(platform, each) for each in some))
    return [each for each in found if each is not None]


async def _version(platform: Platform, version: ResourceId) -> ModelVersion | None:
    try:
        resource = (await platform.look(version)).resource
    except UnknownResource:
        return None
    return resource if isinstance(resource, ModelVersion) else None


def _may_be_since(version: ModelVersion, since: datetime) -> bool:
    return version.created_at is None or version.created_at >= since - _CLOCKS


def _made_by(record: Record) -> ResourceId | None:
    outcome = record.ended.outcome if record.ended else ""
    if not outcome.startswith(MADE):
        return None
    return ResourceId(Kind.VERSION, outcome.removeprefix(MADE))


def _under_way(attempts: Sequence[Record], model_set: ResourceId) -> int:
    """How many of the attempts have not ended that are about the same model."""
    open_ones = (each for each in attempts if each.ended is None)
    return sum(str(model_set) in each.asked.call.arguments.values() for each in open_ones)
