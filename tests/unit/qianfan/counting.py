"""A budget that counts what it gives."""

from bot.qianfan.budget import Errand, TokenBucket


class CountingBucket(TokenBucket):
    """Counts the tokens."""

    taken = 0

    async def take(self, errand: Errand) -> None:
        await super().take(errand)
        self.taken += 1
