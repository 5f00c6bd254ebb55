"""Charts that are there at once: what they were asked to draw, and a picture of one dot."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.curves import Curve
from bot.domain.errors import NotDrawn

DOT = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@dataclass
class Pencil:
    """The Charts of most tests, which need no process of their own to be drawn in."""

    drawn: list[tuple[str, ...]] = field(default_factory=list)
    breaks: bool = False

    async def draw(self, curves: Sequence[Curve]) -> bytes:
        self.drawn.append(tuple(curve.name for curve in curves))
        if self.breaks:
            raise NotDrawn("broken", passing=False)
        return DOT
