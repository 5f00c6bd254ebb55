"""What answers say in passing: ids that name something, times that can be."""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.domain.errors import NotAnId
from bot.domain.id_grammar import read_id
from bot.domain.ids import Kind, ResourceId
from bot.domain.moments import plausible
from bot.domain.resources import Resource

_Thing = TypeVar("_Thing", bound=Resource)


def told_id(kind: Kind, text: object) -> ResourceId | None:
    """The id of this kind that is written there, None where there is none."""
    try:
        found = read_id(text.strip().lower()) if isinstance(text, str) else None
    except NotAnId:
        return None
    return found if found is not None and found.kind is kind else None


def at_possible_times(thing: _Thing, now: datetime) -> _Thing:
    """The thing with no time that would lie in the future, where another reading does not."""
    created_at, finished_at = plausible(thing.created_at, now), plausible(thing.finished_at, now)
    if (created_at, finished_at) == (thing.created_at, thing.finished_at):
        return thing
    return replace(thing, created_at=created_at, finished_at=finished_at)
