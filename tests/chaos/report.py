"""The report of a storm: what went wrong on purpose, what was told, and what is wrong with it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.chaos.count import Count

#: How many of each kind of wrong are told in full.
_TOLD = 20


@dataclass(frozen=True)
class Report:
    """Numbers and lines, ready to be printed; times in seconds.

    `all_told` is how long after the last fault every end was told; None where one was not.
    `own_ends` are the exit codes of processes that nobody had killed.
    """

    seed: int
    database: str
    replicas: int
    kills: Counter[str]
    spells: Counter[str]
    own_ends: Counter[int]
    transitions: int
    runs: int
    channels: int
    count: Count
    healed: int
    storm_seconds: float
    all_told: float | None

    @property
    def passed(self) -> bool:
        """Whether nothing is lost, twice, out of order, untrue or stale."""
        return self.count.all_well

    def lines(self) -> Iterator[str]:
        """The table, and under it what is wrong in full."""
        for name, value in self._rows():
            yield f"| {name} | {value} |"
        counted = self.count
        for title, wrong in (
            ("lost", counted.lost),
            ("twice", counted.twice),
            ("out of order", counted.disordered),
            ("untrue", counted.untrue),
            ("stale card", counted.stale),
        ):
            yield from (f"{title}: {line}" for line in wrong[:_TOLD])

    def _rows(self) -> Iterator[tuple[str, object]]:
        counted = self.count
        yield "what", "how many"
        yield "---", "---"
        yield "seed", self.seed
        yield "database, replicas", f"{self.database}, {self.replicas}"
        yield "kills", f"{self.kills.total()} ({_listed(self.kills)})"
        yield "spells of trouble", f"{self.spells.total()} ({_listed(self.spells)})"
        yield "processes that ended by themselves", _listed(self.own_ends) or "none"
        yield "transitions", f"{self.transitions} of {self.runs} runs in {self.channels} channels"
        yield "messages heard", f"{counted.heard}, {counted.ends} of them ends"
        yield "lost", len(counted.lost)
        yield "twice, a minute after the last fault", len(counted.twice)
        yield "out of order", len(counted.disordered)
        yield "untrue", len(counted.untrue)
        yield "stale cards", len(counted.stale)
        yield "healed repeats", self.healed
        yield "seconds of storm", f"{self.storm_seconds:.0f}"
        told = "never" if self.all_told is None else f"{self.all_told:.0f}"
        yield "seconds from the last fault until all was told", told


def _listed(numbers: Counter[str] | Counter[int]) -> str:
    items: Iterable[tuple[object, int]] = sorted(numbers.items(), key=lambda item: str(item[0]))
    return ", ".join(f"{name}: {number}" for name, number in items)
