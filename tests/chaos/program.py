"""A long storm from its first card to its report."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from tests.chaos import skewed
from tests.chaos.databases import PostgresServer, sqlite_url
from tests.chaos.lives import Life, drawn_changes, drawn_lives
from tests.chaos.options import SLACK, WRITE, Options
from tests.chaos.places import WRITE as WRITE_PLACE
from tests.chaos.pointed import Point, settings_of
from tests.chaos.processes import WRAPPED
from tests.chaos.reaper import Reaper
from tests.chaos.report import Report
from tests.chaos.spells import SPELLS, Scene
from tests.chaos.stage import Stage, open_stage
from tests.chaos.storm import Storm

#: Slower than in the tests: many runs share two processors with everything else.
HASTE = {
    "QFBOT_POLL_MIN_SECONDS": "1.5",
    "QFBOT_POLL_MAX_SECONDS": "4",
    "QFBOT_REQUESTS_PER_SECOND": "300",
    "QFBOT_GATHER_SECONDS": "5",
}

#: How long after the last fault nothing may be twice, and how long at most all may take.
CALM = 60.0
PATIENCE = 600.0
_NEWS = 10.0
_GLANCE = 1.0

#: One run in so many is watched in a second channel; the end of one in so many freezes its sender.
_SHARED = 10
_WRITTEN = 20


async def run(options: Options, folder: Path, server: PostgresServer | None) -> Report:
    """Have the storm rage and calm down, and count; the server is for PostgreSQL."""
    channels = [f"team-{number}" for number in range(options.channels)]
    url = sqlite_url(folder) if server is None else await server.new_database()
    async with open_stage(folder, url, channels, seed=options.seed, haste=HASTE) as stage:
        dice = Random(options.seed)
        lives = drawn_lives(dice, [stage.new_life().run for _ in range(options.runs)])
        clocks = await _start(stage, options, lives)
        await _watch(stage, channels, lives)
        print(f"seed {options.seed}: {len(stage.lives)} cards are there", flush=True)
        scene = Scene(stage, Random(f"{options.seed} spells"), clocks, server)
        reaper = Reaper(stage, options.kills, options.seed)
        spells = [name for name in SPELLS if name in options.faults]
        storm = Storm(scene, reaper, drawn_changes(dice, lives), spells, SLACK in options.faults)
        began = time.monotonic()
        async with _news(storm):
            await storm.rage()
            ended = time.monotonic()
            all_told = await _calm(stage)
        return _report(options, storm, ended - began, all_told)


async def _start(stage: Stage, options: Options, lives: Sequence[Life]) -> Mapping[str, Path]:
    """Start the replicas; the files of their clocks."""
    points = [Point(WRITE_PLACE, (each.run, each.end), "STOP") for each in lives[::_WRITTEN]]
    pointed = settings_of(*points) if WRITE in options.faults else {}
    clocks = {}
    for number in range(options.replicas):
        path = stage.folder / f"clock-{number}"
        bot = stage.bot(WRAPPED, **pointed, **skewed.settings_of(path))
        clocks[bot.name] = path
        await bot.start()
        await bot.ready()
    return clocks


async def _watch(stage: Stage, channels: Sequence[str], lives: Sequence[Life]) -> None:
    """The runs are dealt out to the channels, and some of them to a second one."""
    dealt: dict[str, list[Life]] = defaultdict(list)
    for number, life in enumerate(lives):
        dealt[channels[number % len(channels)]].append(life)
        if number % _SHARED == 0 and len(channels) > 1:
            dealt[channels[(number + 1) % len(channels)]].append(life)
    await asyncio.gather(*(stage.watch(name, mine) for name, mine in dealt.items()))


async def _calm(stage: Stage) -> float | None:
    """Wait a minute, and longer where not all was told or shown; when it was told, if ever."""
    began, all_told, behind = time.monotonic(), None, True
    while (passed := time.monotonic() - began) < (PATIENCE if behind else CALM):
        counted = stage.count()
        behind = bool(counted.lost or counted.stale)
        if all_told is None and not counted.lost:
            all_told = passed
        for bot in stage.bots:
            bot.thaw()  # its last messages may have had a point to freeze at
        await asyncio.sleep(_GLANCE)
    return all_told


@asynccontextmanager
async def _news(storm: Storm) -> AsyncIterator[None]:
    """Print now and then how far it has come."""
    telling = asyncio.create_task(_tell(storm))
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _tell(storm: Storm) -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(_NEWS)
        counted = storm.scene.stage.count()
        print(
            f"{time.monotonic() - began:5.0f} s: {storm.reaper.done.total()} kills, "
            f"{storm.spells.total()} spells, {storm.happened} transitions, "
            f"{counted.ends} ends heard, {len(counted.twice)} twice, "
            f"{storm.scene.stage.healed} healed",
            flush=True,
        )


def _report(options: Options, storm: Storm, seconds: float, all_told: float | None) -> Report:
    stage = storm.scene.stage
    return Report(
        seed=options.seed,
        database=options.database,
        replicas=options.replicas,
        kills=storm.reaper.done,
        spells=storm.spells,
        own_ends=storm.reaper.own_ends,
        transitions=storm.happened,
        runs=options.runs,
        channels=options.channels,
        count=stage.count(),
        healed=stage.healed,
        storm_seconds=seconds,
        all_told=all_told,
    )
