"""Two replicas on PostgreSQL, of which one is killed, or frozen for longer than its lease."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.chaos import pointed, skewed
from tests.chaos.databases import PostgresServer
from tests.chaos.lives import RUNNING, Change, Life, enter
from tests.chaos.places import WRITE
from tests.chaos.pointed import Point
from tests.chaos.processes import WRAPPED, Bot
from tests.chaos.stage import Stage, open_stage

CHANNELS = [f"team-{number}" for number in range(6)]
LOOK = "DescribeFineTuningTask"

#: How far the replicas' clocks are apart where that is tried, in seconds.
APART = 180.0

#: How soon another replica has to have taken over, in seconds, where a start takes three at most.
TAKEOVER = 15.0
START = 3.0
#: How soon a repeat has to be gone, in seconds.
HEALED = 60.0


async def two_replicas(
    stage: Stage, lives: Sequence[Life], *points: Point, apart: float = 0.0
) -> tuple[Bot, Bot]:
    """Both ready, and each run watched in a channel; their clocks are so many seconds apart."""
    clocks = (stage.folder / "slow", stage.folder / "fast")
    told = pointed.settings_of(*points)
    bots = [stage.bot(WRAPPED, **told, **skewed.settings_of(clock)) for clock in clocks]
    for clock, ahead in zip(clocks, (-apart / 2, apart / 2), strict=True):
        skewed.set_clock(clock, ahead)
    # One after the other: the first one makes the tables.
    for bot in bots:
        await bot.start()
        assert await bot.ready()
    pairs = zip(CHANNELS, lives, strict=True)
    await asyncio.gather(*(stage.watch(channel, [life]) for channel, life in pairs))
    return bots[0], bots[1]


def slowness(bots: Sequence[Bot]) -> float:
    """How much longer than meant everything takes on this machine now."""
    return max(1.0, *(bot.start_seconds / START for bot in bots))


async def one_says(bots: Sequence[Bot], words: str) -> None:
    """Wait until one of them has written these words."""
    saying = [asyncio.create_task(bot.says(words)) for bot in bots]
    await asyncio.wait(saying, return_when=asyncio.FIRST_COMPLETED)
    for task in saying:
        task.cancel()
    await asyncio.gather(*saying, return_exceptions=True)


async def test_one_that_is_killed_with_looks_in_hand_is_replaced_within_15_seconds(
    tmp_path: Path, server: PostgresServer
) -> None:
    async with open_stage(tmp_path, await server.new_database(), CHANNELS) as stage:
        lives = [stage.new_life(RUNNING, "Done") for _ in CHANNELS]
        bots = await two_replicas(stage, lives, apart=APART)
        asked = len(stage.qianfan.requests)
        hanging = stage.qianfan.faults.hangs(action=LOOK)
        await stage.qianfan.until(lambda requests: len(requests) >= asked + len(lives), 60.0)
        bots[0].kill()
        hanging.end()
        for life in lives:
            enter(stage.tasks, Change(0, life.run, "Done"))
        await stage.until(lambda: not stage.count().lost, TAKEOVER * slowness(bots))
        counted = stage.count()
    assert counted.twice == counted.disordered == counted.untrue == ()


async def test_one_that_wakes_in_the_middle_of_a_post_after_its_lease_repeats_nothing_for_long(
    tmp_path: Path, server: PostgresServer
) -> None:
    async with open_stage(tmp_path, await server.new_database(), CHANNELS) as stage:
        lives = [stage.new_life(RUNNING, "Failed") for _ in CHANNELS]
        written = Point(WRITE, (lives[0].run, "Failed"), "STOP")
        bots = await two_replicas(stage, lives, written)
        for life in lives:
            enter(stage.tasks, Change(0, life.run, "Failed"))
        await one_says(bots, str(written))
        await stage.until(lambda: not stage.count().lost, 2 * TAKEOVER * slowness(bots))
        for bot in bots:
            bot.thaw()
        await stage.until(lambda: not stage.count().twice, HEALED)
        counted = stage.count()
    assert counted.lost == counted.disordered == counted.untrue == ()
