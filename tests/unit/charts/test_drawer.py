"""The drawing process is there while it is wanted, and followed by another when it fails."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bot
from bot.charts.drawer import Drawer, Limits
from bot.domain.curves import Curve
from bot.domain.errors import NotDrawn
from bot.domain.ports import Charts

CURVES = (Curve("run", ()),)
BOT = Path(bot.__file__).parent

#: Answers with its own process id; hangs, dies or refuses where its LANG says so.
_WORKER = """
import os, struct, sys, time
mood = os.environ["LANG"]
while head := sys.stdin.buffer.read(4):
    sys.stdin.buffer.read(struct.unpack(">I", head)[0])
    if mood == "hangs":
        time.sleep(60)
    if mood == "dies":
        sys.exit(1)
    told = b"-ValueError" if mood == "refuses" else b"+%d" % os.getpid()
    sys.stdout.buffer.write(struct.pack(">I", len(told)) + told)
    sys.stdout.buffer.flush()
"""

#: Answers with all that it finds in its environment.
_PEEK = """
import os, struct, sys
sys.stdin.buffer.read(4)
told = b"+" + repr(dict(os.environ)).encode()
sys.stdout.buffer.write(struct.pack(">I", len(told)) + told)
"""


@pytest.fixture(autouse=True)
def mood(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """How the next process behaves."""

    def becomes(mood: str) -> None:
        monkeypatch.setenv("LANG", mood)

    becomes("well")
    return becomes


def python(program: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", program)


def drawer(**limits: float) -> Drawer:
    return Drawer(Limits(**limits), python(_WORKER))


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def test_it_is_the_port_that_pictures_are_drawn_by() -> None:
    port: Charts = drawer()
    assert port


async def test_one_process_is_started_with_the_first_picture_and_ended_in_the_end() -> None:
    async with drawer() as charts:
        assert charts.process_id is None
        first, second = await charts.draw(CURVES), await charts.draw(CURVES)
        process_id = charts.process_id
        assert first == second == str(process_id).encode()
    assert process_id is not None
    assert not is_alive(process_id)


async def test_pictures_that_are_wanted_at_once_are_drawn_one_after_the_other() -> None:
    async with drawer() as charts:
        assert len(set(await asyncio.gather(*(charts.draw(CURVES) for _ in range(5))))) == 1


async def test_one_that_hangs_is_killed(mood: Callable[[str], None]) -> None:
    mood("hangs")
    async with drawer(first=0.2) as charts:
        drawing = asyncio.create_task(charts.draw(CURVES))
        await until(lambda: charts.process_id is not None or drawing.done())
        process_id = charts.process_id
        with pytest.raises(NotDrawn) as refused:
            await drawing
        assert refused.value.passing
        assert process_id is None or not is_alive(process_id)
        assert charts.process_id is None


async def test_one_that_dies_over_a_picture_is_followed_by_another(
    mood: Callable[[str], None],
) -> None:
    mood("dies")
    async with drawer() as charts:
        with pytest.raises(NotDrawn):
            await charts.draw(CURVES)
        mood("well")
        assert await charts.draw(CURVES)


async def test_one_that_died_while_it_had_nothing_to_do_costs_no_picture() -> None:
    async with drawer() as charts:
        first = await charts.draw(CURVES)
        os.kill(int(first), signal.SIGKILL)
        await until(lambda: charts.process_id is None)
        assert await charts.draw(CURVES) != first


async def test_what_cannot_be_drawn_is_not_worth_another_try(mood: Callable[[str], None]) -> None:
    mood("refuses")
    async with drawer() as charts:
        with pytest.raises(NotDrawn) as refused:
            await charts.draw(CURVES)
    assert (refused.value.reason, refused.value.passing) == ("ValueError", False)


async def test_a_command_that_is_not_there_is_no_picture() -> None:
    async with Drawer(command=("/nowhere/python",)) as charts:
        with pytest.raises(NotDrawn):
            await charts.draw(CURVES)


async def test_who_gives_up_waiting_leaves_a_process_that_can_go_on() -> None:
    async with drawer() as charts:
        drawing = asyncio.create_task(charts.draw(CURVES))
        await until(lambda: charts.process_id is not None)
        drawing.cancel()
        assert await charts.draw(CURVES) == str(charts.process_id).encode()


async def test_its_memory_is_given_back_when_nothing_is_wanted_for_a_while() -> None:
    async with drawer(idle=0.05) as charts:
        first = await charts.draw(CURVES)
        await until(lambda: charts.process_id is None)
        assert not is_alive(int(first))
        assert await charts.draw(CURVES) != first


async def test_it_is_told_nothing_that_could_be_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QF_PROD_SK", "canary")
    async with Drawer(command=python(_PEEK)) as charts:
        assert b"canary" not in await charts.draw(CURVES)


def importers(name: str) -> set[str]:
    """The bot's files that import a module, or something of it."""
    wanted = re.compile(rf"^\s*(from|import) {re.escape(name)}\b", re.MULTILINE)
    files = (path for path in BOT.rglob("*.py") if wanted.search(path.read_text("utf-8")))
    return {path.relative_to(BOT).as_posix() for path in files}


def test_only_the_drawing_process_loads_what_draws() -> None:
    assert importers("matplotlib") == {"charts/drawing.py"}
    assert importers("bot.charts.drawing") == {"charts/__main__.py"}
    assert importers("bot.charts.__main__") == importers("numpy") == importers("PIL") == set()
