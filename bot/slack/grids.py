"""A grid of texts for a block of code: side by side where that fits a phone, else below each other.

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

    Wider than `widest`, each column becomes a block of its own under its name.
    """
    aligned = _aligned(rows)
    if all(width(line) <= widest for line in aligned):
        return "\n".join(aligned)
    names, *below = rows
    blocks = []
    for column, name in enumerate(names[1:], start=1):
        pairs = [(row[0], row[column]) for row in below]
        blocks.append("\n".join([name, *(f"  {line}" for line in _aligned(pairs))]))
    return "\n\n".join(blocks)


def width(text: str) -> int:
    """How many columns a text takes where every Latin letter takes one."""
    return sum(map(_width, text))


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        "".join(
            cell + " " * (most + _GAP - width(cell)) for cell, most in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("F", "W") else 1
