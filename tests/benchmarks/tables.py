"""Tables in Markdown as docs/figures.md has them, and the bars that their figures are held to."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """What is wanted of a figure: at most so much, or at least so much."""

    name: str
    measured: float
    wanted: float
    at_least: bool = False
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure is as wanted."""
        enough = self.measured >= self.wanted
        return enough if self.at_least else self.measured <= self.wanted

    @property
    def cells(self) -> Sequence[str]:
        """A row of the table of bars."""
        bound = "at least" if self.at_least else "at most"
        told = (f"{_rounded(self.measured)}{self.unit}", f"{bound} {self.wanted:g}{self.unit}")
        return (self.name, *told, "holds" if self.holds else "**missed**")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def held(*bars: Bar) -> str:
    """The table of bars: what was measured, what is wanted, and whether it is so."""
    return table(("bar", "measured", "wanted", ""), [bar.cells for bar in bars])


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median, and the least and the most."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def paired(ours: Sequence[float], others: Sequence[float]) -> list[float]:
    """How many times the other's each of ours is, round by round."""
    return [mine / other for mine, other in zip(ours, others, strict=True)]


def _rounded(figure: float) -> str:
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.3g}"
