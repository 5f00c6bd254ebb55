"""What channels want to hear, and how."""

from collections.abc import Callable
from typing import Protocol

from bot.domain.channels import ChannelSettings


class Channels(Protocol):
    """What was settled for each channel."""

    async def settings(self, channel_id: str) -> ChannelSettings: ...

    async def change(
        self, channel_id: str, change: Callable[[ChannelSettings], ChannelSettings]
    ) -> ChannelSettings:
        """Settle it anew from what is settled now, in one transaction; what holds from now on."""
