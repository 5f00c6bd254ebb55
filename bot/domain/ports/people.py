"""Who somebody is, where one may write, and what is on an asker's screen."""

from typing import Protocol

from bot.domain.access import Actor, Place
from bot.domain.languages import Language
from bot.domain.messages import Sentence
from bot.domain.ports.platform import File


class People(Protocol):
    """Who somebody is, and where one may write. Raises PersonUnknown where Slack does not say."""

    async def actor(self, user_id: str, team_id: str) -> Actor: ...

    async def language(self, user_id: str) -> Language:
        """What somebody reads; English where Slack does not say so within a moment."""

    async def place(self, channel_id: str) -> Place: ...

    async def is_member(self, channel_id: str, user_id: str) -> bool: ...

    async def direct_channel(self, user_id: str) -> str:
        """The channel of the direct messages between the bot and somebody."""

    async def check_can_post(self, channel_id: str) -> None:
        """Raises CannotPost where the bot may not write in the channel."""

    def forget_groups(self) -> None:
        """The members of a user group have changed: they are looked up anew."""

    def forget_place(self, channel_id: str) -> None:
        """What the bot sees of a channel has changed: it is looked up anew."""


class Window(Protocol):
    """A dialog on the asker's screen, where one can be opened."""

    async def open(self, title: Sentence) -> bool:
        """Open it now, before anything that takes time; what it shows comes with the reply.

        False where none can be opened: then the reply goes the ordinary way.
        """


class Files(Protocol):
    """The files that people give in forms."""

    async def read(self, field: str, file_id: str, user_id: str, largest: int) -> File:
        """The file, where that person gave it; `largest` in bytes. Raises FileUnfit."""
