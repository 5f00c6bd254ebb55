"""The loop's pulse is told, and a loop that stands still for good ends the process, only then."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import pulse
from bot.happenings import Happening, LoopTurned
from bot.pulse import STUCK, Pulse, Watchdog
from tests.unit.domain.samples import NOON

PATIENCE = timedelta(seconds=0.2)
#: Long enough for a watchdog to lose its patience several times.
LONG = 1.0


class StillClock:
    """A clock that stands still."""

    def wall(self) -> datetime:
        return NOON

    def world(self) -> datetime:
        raise AssertionError


async def test_each_turn_of_the_loop_is_told_with_how_late_it_came() -> None:
    lags: list[timedelta] = []
    turned = asyncio.Event()

    def tell(happening: Happening) -> None:
        assert isinstance(happening, LoopTurned)
        lags.append(happening.lag)
        turned.set()

    async with Pulse(StillClock(), tell=tell, every=0.01) as beating:
        await turned.wait()
        turned.clear()
        time.sleep(0.3)  # noqa: ASYNC251
        await turned.wait()
    assert max(lags) > timedelta(seconds=0.2)
    assert (beating.beats, beating.beat_at) == (len(lags), NOON)


class Kennel:
    """A watchdog over this very thread, and what it ended the process with."""

    def __init__(self, beats: Callable[[], int]) -> None:
        self.codes: list[int] = []
        self._ended = threading.Event()
        self.dog = Watchdog(beats, PATIENCE, end=self._end)

    def _end(self, code: int) -> None:
        self.codes.append(code)
        self._ended.set()

    def waits(self, seconds: float) -> list[int]:
        """Stand still for so long, or until the process would have been ended."""
        self._ended.wait(seconds)
        return self.codes


def test_a_loop_that_stands_still_ends_the_process_with_one_line_that_says_where() -> None:
    kennel = Kennel(lambda: 7)
    with capture_logs() as lines, kennel.dog:
        assert kennel.waits(20) == [STUCK]
    [line] = lines
    assert line["event"] == "the event loop stands still, so that the process ends"
    assert (line["log_level"], line["exit_code"]) == ("critical", 70)
    assert "waits (" in line["where"]
    assert "\n" not in line["where"]


def test_a_loop_that_turns_goes_on() -> None:
    beats = iter(range(10**9))
    kennel = Kennel(lambda: next(beats))
    with kennel.dog:
        assert kennel.waits(LONG) == []


def test_time_in_which_the_whole_process_was_frozen_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beats, hours = iter(range(10**9)), iter(range(0, 10**9, 3600))
    # Each look at the clock is an hour after the one before, as if the machine slept in between.
    monkeypatch.setattr("bot.pulse.time.monotonic", lambda: float(next(hours)))
    kennel = Kennel(lambda: next(beats) // 3)
    with kennel.dog:
        assert kennel.waits(LONG) == []


def test_a_debugger_that_holds_the_thread_may_take_its_time() -> None:
    kennel = Kennel(lambda: 7)
    within_bdb: dict[str, Any] = {"__name__": "bdb"}
    exec("def holds(wait, seconds): return wait(seconds)", within_bdb)
    with kennel.dog:
        assert within_bdb["holds"](kennel.waits, LONG) == []


def test_whoever_leaves_it_is_watched_no_more() -> None:
    kennel = Kennel(lambda: 7)
    with kennel.dog:
        pass
    assert kennel.waits(LONG) == []


def test_a_last_word_that_cannot_be_said_holds_up_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(pulse, "_LAST_WORD_SECONDS", 0.1)
    monkeypatch.setattr(Watchdog, "_say", lambda *_: never.wait(30))
    kennel = Kennel(lambda: 7)
    with kennel.dog:
        assert kennel.waits(20) == [STUCK]
    never.set()
