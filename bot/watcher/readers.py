"""In which language a channel, or a person who is written to directly, is told something."""

from collections.abc import Awaitable, Callable

from bot.domain.languages import Language
from bot.domain.ports import Channels, People

#: Tells what is read in a channel, or by a person.
ReadIn = Callable[[str], Awaitable[Language]]

# https://docs.slack.dev/reference/objects/user-object
_PEOPLE = ("U", "W")


class Readers:
    """Finds out who reads an announcement."""

    def __init__(
        self, channels: Channels, people: People, house: Callable[[], Language | None]
    ) -> None:
        """`house` is the language that was chosen for all channels, at any time."""
        self._channels = channels
        self._people = people
        self._house = house

    async def language(self, target: str) -> Language:
        """What is read there; people read their own. Raises StoreError."""
        if target.startswith(_PEOPLE):
            return await self._people.language(target)
        settings = await self._channels.settings(target)
        return settings.told_in(self._house())
