"""The process dies at every arrow of docs/life-of-an-announcement.md, and is started again."""

import asyncio
from pathlib import Path

from tests.chaos.databases import sqlite_url
from tests.chaos.lives import RUNNING, Change, enter
from tests.chaos.places import (
    ATTEMPTING,
    FIND,
    POST,
    PREPARED,
    RECORD,
    SEARCH_AFTER,
    SENT,
    UPLOADED,
)
from tests.chaos.pointed import Point, settings_of
from tests.chaos.processes import WRAPPED
from tests.chaos.stage import open_stage

#: How far the end of each run has come when the process is killed; the last one kills it.
ARROWS = {
    "before-the-commit": f"{RECORD}:before",
    "before-the-attempt": f"{ATTEMPTING}:before",
    "after-the-attempt": f"{ATTEMPTING}:after",
    "after-the-call": f"{POST}:after",
    "after-the-note": f"{SENT}:after",
    "after-the-commit": f"{RECORD}:after",
}
LAST = "after-the-commit"
#: What died after its attempt is searched for; there the process dies twice more.
SEARCHES = (f"{FIND}:before", f"{SEARCH_AFTER}:after")


async def test_wherever_the_process_dies_each_end_is_told_once(tmp_path: Path) -> None:
    async with open_stage(tmp_path, sqlite_url(tmp_path), list(ARROWS)) as stage:
        lives = {name: stage.new_life(RUNNING, "Done") for name in ARROWS}
        # A channel is told what comes next only when what was before is settled.
        next_lives = {name: stage.new_life(RUNNING, "Stopped") for name in ARROWS}
        points = {
            name: Point(place, (lives[name].run, "Moved("), "KILL" if name == LAST else "HOLD")
            for name, place in ARROWS.items()
        }
        bot = stage.bot(WRAPPED)
        await bot.start(**settings_of(*points.values()))
        watched = {name: [lives[name], next_lives[name]] for name in ARROWS}
        await asyncio.gather(*(stage.watch(name, both) for name, both in watched.items()))
        for name, life in lives.items():
            enter(stage.tasks, Change(0, life.run, "Done"))
            await bot.says(str(points[name]))
        for place in SEARCHES:
            await bot.dead()
            searched = Point(place, (lives["after-the-attempt"].run,))
            await bot.start(**settings_of(searched))
            await bot.says(str(searched))
        await bot.dead()
        for life in next_lives.values():
            enter(stage.tasks, Change(0, life.run, "Stopped"))
        await bot.start()
        await stage.until(lambda: not stage.count().lost, 60.0)
        counted = stage.count()
    assert counted.lost == counted.twice == counted.disordered == counted.untrue == ()
    assert (counted.ends, stage.healed) == (2 * len(ARROWS), 0)


async def test_a_file_that_was_cut_off_loses_no_end_and_repeats_none(tmp_path: Path) -> None:
    """Killed between the upload and its note, and after the note: one file that nobody sees."""
    channel = "reasons"
    async with open_stage(tmp_path, sqlite_url(tmp_path), [channel]) as stage:
        life = stage.new_life(RUNNING, "Failed")
        bot = stage.bot(WRAPPED)
        points = Point(f"{UPLOADED}:after"), Point(f"{PREPARED}:after")
        await bot.start(**settings_of(points[0]))
        await stage.watch(channel, [life])
        stage.tasks[life.run].fails("x" * 4000, code=336101)
        for point, then in zip(points, (points[1:], ()), strict=True):
            await bot.says(str(point))
            await bot.dead()
            await bot.start(**settings_of(*then))
        await stage.until(lambda: not stage.count().lost, 60.0)
        counted = stage.count()
        shown = [
            file.id
            for message in stage.slack.workspace.messages(stage.slack.workspace.channel(channel).id)
            for file in message.files
        ]
    assert counted.lost == counted.twice == counted.disordered == counted.untrue == ()
    assert shown == ["F0PLAY0002"]
