"""The daily message of each channel that wants one, made when its time of day has come."""

from datetime import timedelta

from bot.domain.errors import StoreError
from bot.domain.ports import Clock, Digests


class DigestMaker:
    """Makes what is due; whoever else does so too, each is made once."""

    #: What is due is made within the tick.
    idle = True

    def __init__(self, digests: Digests, clock: Clock) -> None:
        self._digests = digests
        self._clock = clock

    async def tick(self) -> int:
        """Make the digests that are due now; how many channels are told something.

        Raises StoreError where one could not be made, when the others have been.
        """
        world = self._clock.world()
        trouble, told = None, 0
        for channel_id in await self._digests.due(world):
            try:
                told += await self._digests.make(channel_id, world)
            except StoreError as error:
                trouble = error
        if trouble is not None:
            raise trouble
        return told

    async def drain(self, patience: timedelta) -> None:
        """Nothing is left under way."""
