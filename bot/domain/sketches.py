"""A curve drawn with characters: for where a picture cannot be."""

import math
from collections.abc import Sequence
from itertools import pairwise

from bot.domain.curves import Point, is_steep

#: Narrow enough for a code block on a phone, together with a label at its left: many fonts have
#: braille wider than their letters.
COLUMNS = 20
ROWS = 4

# A braille character is two dots wide and four high; the bit of each dot, by column and row.
# https://www.unicode.org/charts/PDF/U2800.pdf
_BLANK = 0x2800
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_WIDTH, _HEIGHT = 2, 4


def sketch(points: Sequence[Point], columns: int = COLUMNS, rows: int = ROWS) -> tuple[str, ...]:
    """The points, joined by lines, in braille: `rows` lines of `columns` characters each.

    The least number lies on the lowest dots, the greatest on the highest; all blanks are braille
    too, so that every character is as wide as the others. Without points nothing is drawn.
    """
    if not points:
        return ()
    across, up = columns * _WIDTH - 1, rows * _HEIGHT - 1
    steps, heights = [point.step for point in points], _heights(points)
    first, reach = steps[0], max(steps[-1] - steps[0], 1)
    dots = [
        (round((step - first) * across / reach), round(height * up))
        for step, height in zip(steps, heights, strict=True)
    ]
    cells = [[_BLANK] * columns for _ in range(rows)]
    for x, y in _joined(dots):
        row = rows - 1 - y // _HEIGHT
        cells[row][x // _WIDTH] |= _DOTS[x % _WIDTH][_HEIGHT - 1 - y % _HEIGHT]
    return tuple("".join(map(chr, row)) for row in cells)


def _heights(points: Sequence[Point]) -> list[float]:
    """Where each number lies between the least (0) and the greatest (1)."""
    numbers = [point.number for point in points]
    if is_steep(numbers):
        numbers = [math.log(number) for number in numbers]
    least, span = min(numbers), max(numbers) - min(numbers)
    return [(number - least) / span if span else 0.5 for number in numbers]


def _joined(dots: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The dots, and those of the lines between each and the next."""
    drawn = list(dots[:1])
    for (x, y), (to_x, to_y) in pairwise(dots):
        parts = max(abs(to_x - x), abs(to_y - y), 1)
        drawn += [
            (x + round((to_x - x) * part / parts), y + round((to_y - y) * part / parts))
            for part in range(1, parts + 1)
        ]
    return drawn
