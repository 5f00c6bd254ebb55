"""A window for calls that nobody has a screen for."""

from bot.domain.messages import Sentence


class NoWindow:
    """The Window of `bot.domain.ports` where none can be opened."""

    async def open(self, _title: Sentence) -> bool:
        """Nothing opens."""
        return False
