"""The playground's two clocks."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.playground.clock import WorldClock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOON = 5.0


def test_a_world_that_stands_still_is_moved_by_jumps_only() -> None:
    clock = WorldClock(speed=0, start=START)
    assert clock.world() == START
    clock.jump(HOUR)
    assert clock.world() == START + HOUR


def test_a_negative_jump_moves_the_world_back() -> None:
    clock = WorldClock(speed=0, start=START)
    clock.jump(-HOUR)
    assert clock.world() == START - HOUR


def test_the_wall_is_the_real_time_whatever_the_world_does() -> None:
    clock = WorldClock(speed=1e9, start=START)
    assert abs(clock.wall() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_world_starts_at_the_real_time_unless_told_otherwise() -> None:
    assert abs(WorldClock(speed=0).world() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_world_never_goes_back_when_its_speed_changes() -> None:
    clock = WorldClock(speed=1e6, start=START)
    moments = [clock.world()]
    for speed in (1.0, 0.0, 1e6, 60.0):
        clock.set_speed(speed)
        moments.append(clock.world())
    assert moments == sorted(moments)


def test_a_stopped_world_goes_on_as_fast_as_before() -> None:
    clock = WorldClock(speed=1e6, start=START)
    clock.stop()
    held = clock.world()
    assert clock.world() == held
    clock.go()
    assert clock.speed == 1e6


def test_a_speed_set_while_the_world_stands_still_is_not_forgotten() -> None:
    clock = WorldClock(speed=60, start=START)
    clock.set_speed(5)
    clock.set_speed(0)
    clock.go()
    assert clock.speed == 5


def test_a_negative_speed_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        WorldClock(speed=-1)
    with pytest.raises(ValueError, match="negative"):
        WorldClock().set_speed(-1)


def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        WorldClock(start=datetime(2026, 3, 2))


async def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    clock = WorldClock(speed=0, start=START)
    await asyncio.wait_for(clock.sleep_until(START), SOON)


async def test_a_sleeper_wakes_when_the_world_gets_there_by_itself() -> None:
    clock = WorldClock(speed=1e6, start=START)
    await asyncio.wait_for(clock.sleep_until(START + HOUR), SOON)
    assert clock.world() >= START + HOUR


async def test_a_sleeper_wakes_at_a_jump() -> None:
    clock = WorldClock(speed=0, start=START)
    async with asyncio.timeout(SOON), asyncio.TaskGroup() as tasks:
        tasks.create_task(clock.sleep_until(START + HOUR))
        await asyncio.sleep(0)
        clock.jump(HOUR)


async def test_a_jump_that_falls_short_wakes_nobody() -> None:
    clock = WorldClock(speed=0, start=START)
    sleeper = asyncio.create_task(clock.sleep_until(START + HOUR))
    for minutes in (20, 20, 19):
        clock.jump(timedelta(minutes=minutes))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert not sleeper.done()
    clock.jump(timedelta(minutes=1))
    await asyncio.wait_for(sleeper, SOON)


async def test_a_sleeper_in_a_slow_world_wakes_when_the_world_is_made_fast() -> None:
    clock = WorldClock(speed=0.001, start=START)
    async with asyncio.timeout(SOON), asyncio.TaskGroup() as tasks:
        tasks.create_task(clock.sleep_until(START + HOUR))
        await asyncio.sleep(0)
        clock.set_speed(1e6)


async def test_a_sleeper_in_a_stopped_world_wakes_after_it_goes_again() -> None:
    clock = WorldClock(speed=1e6, start=START)
    clock.stop()
    async with asyncio.timeout(SOON), asyncio.TaskGroup() as tasks:
        tasks.create_task(clock.sleep_until(clock.world() + HOUR))
        await asyncio.sleep(0)
        clock.go()
