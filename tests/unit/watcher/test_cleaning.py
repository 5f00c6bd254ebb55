"""What is over is removed a little at each tick, once an hour."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import StoreError
from bot.watcher.cleaning import Cleaning
from tests.unit.watcher.account import HandClock


class History:
    """So many rows to remove, three at a time."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.asked: list[timedelta] = []
        self.fails = False

    async def forget_some(self, kept: timedelta) -> int:
        self.asked.append(kept)
        if self.fails:
            raise StoreError("down")
        removed = min(self.rows, 3)
        self.rows -= removed
        return removed


async def test_each_tick_removes_a_little_until_nothing_is_left() -> None:
    history, clock = History(7), HandClock()
    cleaning = Cleaning(history, 90, clock)

    left = []
    for _ in range(6):
        await cleaning.tick()
        left.append(history.rows)

    assert left == [4, 1, 0, 0, 0, 0]
    assert history.asked == [timedelta(days=90)] * 4


async def test_an_hour_later_it_looks_again() -> None:
    history, clock = History(0), HandClock()
    cleaning = Cleaning(history, 90, clock)
    await cleaning.tick()

    clock.moves(minutes=59)
    await cleaning.tick()
    assert len(history.asked) == 1

    clock.moves(minutes=1)
    await cleaning.tick()
    assert len(history.asked) == 2


async def test_what_fails_is_tried_again_in_an_hour() -> None:
    history, clock = History(3), HandClock()
    cleaning = Cleaning(history, 90, clock)
    history.fails = True
    with pytest.raises(StoreError):
        await cleaning.tick()

    history.fails = False
    await cleaning.tick()
    assert history.rows == 3

    clock.moves(hours=1)
    await cleaning.tick()
    assert history.rows == 0


async def test_how_much_was_removed_is_logged_once() -> None:
    cleaning = Cleaning(History(7), 90, HandClock())

    with capture_logs() as logs:
        for _ in range(6):
            await cleaning.tick()

    assert [each["rows"] for each in logs] == [7]
