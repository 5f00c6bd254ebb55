"""What all verbs of the control interface have in common."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from bot.playground.control.playing import Playing
from bot.playground.control.readings import Readings

Json = dict[str, Any]


#: What is to be done when somebody opens the page.
Visited = Callable[[], Awaitable[None]]


async def nobody_is_told() -> None:
    """Do nothing for a visitor."""


@dataclass(frozen=True)
class Setting:
    """The playground, what its readers have read, and what is done for a visitor."""

    playing: Playing
    readings: Readings
    visited: Visited = nobody_is_told


class Verb(Protocol):
    """Something that a request asks for."""

    async def do(self, setting: Setting) -> Json:
        """Do it; what the answer says. Raises LookupError, PermissionError or ValueError."""
        ...


class Body(BaseModel):
    """The JSON of a verb; a field that it does not have is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
