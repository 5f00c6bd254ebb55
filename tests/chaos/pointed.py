"""Exact points in the code of a wrapped qfbot where it dies, freezes or waits.

CHAOS_POINTS holds them, as `settings_of` writes them; the bot knows nothing of it.
"""

import asyncio
import functools
import importlib
import json
import os
import signal
import sys
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

#: What the process writes where it comes by a point, with the point's place and needles.
HERE = "chaos: here"

_VARIABLE = "CHAOS_POINTS"

Method = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Point:
    """A place in the bot's code (`module:Class.method:before` or `…:after`) and what happens there.

    It is met once, by the first call whose arguments contain all the needles as they are printed:
    once by all processes of a folder together. KILL and STOP are signals that the process sends
    itself; HOLD lets that one call wait for ever.
    """

    place: str
    needles: tuple[str, ...] = ()
    act: Literal["KILL", "STOP", "HOLD"] = "KILL"

    def __str__(self) -> str:
        return " ".join((HERE, self.place, *self.needles))

    def install(self) -> None:
        """Put it into the code. AttributeError where there is no such place."""
        module, path, when = self.place.split(":")
        owner, name = path.split(".")
        kind = getattr(importlib.import_module(module), owner)
        setattr(kind, name, _struck(getattr(kind, name), self, when))


def settings_of(*points: Point) -> dict[str, str]:
    """How a process is told its points."""
    return {_VARIABLE: json.dumps([asdict(point) for point in points])}


def install() -> None:
    """Put the points of the environment into the code."""
    for told in json.loads(os.environ.get(_VARIABLE, "[]")):
        Point(told["place"], tuple(told["needles"]), told["act"]).install()


def _struck(method: Method, point: Point, when: str) -> Method:
    async def meet(arguments: object) -> None:
        if not all(each in repr(arguments) for each in point.needles) or not _is_first(point):
            return
        print(point, file=sys.stderr, flush=True)
        if point.act == "HOLD":
            await asyncio.Event().wait()
        os.kill(os.getpid(), signal.Signals[f"SIG{point.act}"])

    @functools.wraps(method)
    async def wrapper(*arguments: Any, **named: Any) -> Any:
        if when == "before":
            await meet((arguments, named))
        result = await method(*arguments, **named)
        if when == "after":
            await meet((arguments, named))
        return result

    return wrapper


def _is_first(point: Point) -> bool:
    """Whether no process came by this point before, this one neither; now one has."""
    try:
        Path(f"{zlib.crc32(str(point).encode()):08x}.met").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
