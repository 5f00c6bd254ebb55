"""What channels want to hear, and how."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.channels import ChannelSettings


class Channels(Protocol):
    """What was settled for each channel."""

    async def settings(self, channel_id: str) -> ChannelSettings: ...

    async def next_digest(self, channel_id: str) -> datetime | None:
        """When a channel is owed its next digest (world), where it wants one."""

    async def change(
        self, channel_id: str, change: Callable[[ChannelSettings], ChannelSettings]
    ) -> ChannelSettings:
        """Settle it anew from what is settled now, in one transaction; what holds from now on.

        What is held back waits for the end of the new quiet hours, or no longer.
        """


class Digests(Protocol):
    """The daily messages of the channels that want one."""

    async def due(self, world: datetime) -> Sequence[str]:
        """The channels that are owed a digest by now (world time)."""

    async def make(self, channel_id: str, world: datetime) -> bool:
        """Owe a channel the digest that is due, and plan the next; False where none was due.

        One digest a local day, and one after an outage of days, whoever calls how often. Nothing
        is told where there is nothing to tell, or where the channel cannot be written to.
        """
