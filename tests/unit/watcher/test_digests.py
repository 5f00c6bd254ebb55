"""Digests are made when they are due, and one that fails keeps no other from being made."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from bot.domain.errors import StoreError
from bot.watcher.digests import DigestMaker
from tests.unit.domain.samples import NOON
from tests.unit.watcher.account import HandClock


class Shelf:
    """Three channels are due; one of them cannot be read."""

    def __init__(self) -> None:
        self.made: list[str] = []

    async def due(self, world: datetime) -> Sequence[str]:
        assert world == NOON
        return [each for each in ("C1", "C2", "C3") if each not in self.made]

    async def make(self, channel_id: str, world: datetime) -> bool:
        if channel_id == "C1":
            raise StoreError("a stored look cannot be read")
        self.made.append(channel_id)
        return channel_id == "C2"


async def test_one_that_fails_keeps_no_other_from_being_made() -> None:
    shelf = Shelf()
    maker = DigestMaker(shelf, HandClock(NOON))

    with pytest.raises(StoreError):
        await maker.tick()

    assert shelf.made == ["C2", "C3"]
    assert maker.idle
