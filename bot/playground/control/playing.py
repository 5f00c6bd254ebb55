"""What the control interface needs of a playground that is running."""

from datetime import timedelta
from typing import Protocol

from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack


class Playing(Protocol):
    """The two servers, their world, and patience with the bot between them."""

    @property
    def slack(self) -> LocalSlack:
        """The local Slack."""
        ...

    @property
    def qianfan(self) -> LocalQianfan:
        """The local Qianfan."""
        ...

    @property
    def world(self) -> World:
        """What the Qianfan account holds."""
        ...

    @property
    def clock(self) -> WorldClock:
        """The world's clock."""
        ...

    async def settle(self, patience: float = 30.0) -> str:
        """Wait until the bot has nothing more to do; what is pending, where it takes too long."""
        ...

    async def wait(self, length: timedelta) -> str:
        """Let the world move on, the bot with it; what is still pending in the end."""
        ...
