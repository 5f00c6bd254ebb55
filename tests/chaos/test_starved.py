"""The room for the database, or the database itself, goes away for a while."""

from pathlib import Path

from tests.chaos.databases import PostgresServer, sqlite_size, sqlite_url
from tests.chaos.lives import RUNNING, Change, enter
from tests.chaos.processes import Bot
from tests.chaos.stage import Stage, open_stage


async def one_replica(stage: Stage) -> Bot:
    bot = stage.bot()
    await bot.start()
    return bot


async def test_on_a_full_disk_nothing_is_said_twice_and_with_room_again_it_goes_on(
    tmp_path: Path,
) -> None:
    async with open_stage(tmp_path, sqlite_url(tmp_path), ["training"]) as stage:
        life = stage.new_life(RUNNING, "Failed")
        bot = await one_replica(stage)
        await stage.watch("training", [life])
        bot.limit_files(sqlite_size(tmp_path))
        enter(stage.tasks, Change(0, life.run, "Failed"))
        await bot.says("tick failed")
        bot.limit_files(None)
        await stage.until(lambda: not stage.count().lost, 60.0)
        assert bot.alive
        counted = stage.count()
    assert counted.twice == counted.disordered == counted.untrue == ()


async def test_a_postgresql_that_crashes_under_it_loses_nothing(
    tmp_path: Path, server: PostgresServer
) -> None:
    async with open_stage(tmp_path, await server.new_database(), ["training"]) as stage:
        lives = [stage.new_life(RUNNING, "Stopped") for _ in range(3)]
        bot = await one_replica(stage)
        await stage.watch("training", lives)
        enter(stage.tasks, Change(0, lives[0].run, "Stopped"))
        await server.restart()
        enter(stage.tasks, Change(0, lives[1].run, "Stopped"))
        await server.restart()
        enter(stage.tasks, Change(0, lives[2].run, "Stopped"))
        await stage.until(lambda: not stage.count().lost, 60.0)
        assert bot.alive
        counted = stage.count()
    assert counted.twice == counted.disordered == counted.untrue == ()
