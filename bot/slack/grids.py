"""A grid of texts for a block of code: side by side where that fits a phone, else in parts.

Chinese characters are twice as wide there as Latin ones, so that widths are counted and not
characters (Unicode Standard Annex 11, https://www.unicode.org/reports/tr11/).
"""

import unicodedata
from collections.abc import Sequence

#: What a block of code shows on a phone without breaking its lines.
WIDEST = 40

_GAP = 2


def grid_text(rows: Sequence[Sequence[str]], widest: int = WIDEST) -> str:
    """The rows as aligned lines; the first names the columns, and the first cell of each its row.

    Wider than `widest`, they are told in parts, one below the other, each with as many columns as
    fit, and with the names of the rows.
    """
    parts, columns = [], list(range(1, len(rows[0])))
    while columns:
        counts = range(len(columns), 0, -1)
        fitting = next((n for n in counts if _fits(rows, columns[:n], widest)), 1)
        parts.append("\n".join(_aligned(rows, columns[:fitting])))
        columns = columns[fitting:]
    return "\n\n".join(parts)


def width(text: str) -> int:
    """How many columns a text takes where every Latin letter takes one."""
    return sum(map(_width, text))


def _fits(rows: Sequence[Sequence[str]], columns: Sequence[int], widest: int) -> bool:
    return all(width(line) <= widest for line in _aligned(rows, columns))


def _aligned(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> list[str]:
    """The names of the rows with these columns."""
    cells = [[row[0], *(row[column] for column in columns)] for row in rows]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return [
        "".join(
            cell + " " * (most + _GAP - width(cell)) for cell, most in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("F", "W") else 1
