"""A playground around a small app, with nothing of the bot in it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack


@dataclass
class SmallPlayground:
    """Both servers; the app between them is always done at once."""

    slack: LocalSlack
    qianfan: LocalQianfan
    world: World
    clock: WorldClock

    async def settle(self, patience: float = 30.0) -> str:
        """Nothing is ever pending."""
        return ""

    async def wait(self, length: timedelta) -> str:
        """Nothing happens on the way."""
        self.clock.jump(length)
        return ""
