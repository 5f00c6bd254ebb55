"""What a long storm is asked for on the command line."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.spells import SPELLS

#: Slack's trouble lasts all the time, and so do points at which a sender freezes at its write;
#: the others come in spells.
SLACK, WRITE = "slack", "write"
FAULTS = (SLACK, WRITE, *SPELLS)

#: What only one kind of database can suffer.
_ONLY: Mapping[str, str] = {"disk": "sqlite", "database": "postgresql"}


@dataclass(frozen=True)
class Options:
    """A storm to be; `folder` keeps the logs and the SQLite file, where it is given."""

    seed: int
    kills: int
    runs: int
    channels: int
    database: str
    replicas: int
    faults: frozenset[str]
    folder: Path | None


def read_options(arguments: list[str] | None = None) -> Options:
    """The options; a wrong one ends the program with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="what is drawn by lot (default: 0)")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--channels", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--replicas", type=int, default=1, help="more than 1: postgresql only")
    parser.add_argument("--faults", default="all", help=f"all, none, or of: {','.join(FAULTS)}")
    parser.add_argument("--folder", type=Path, help="keep the logs and the SQLite file here")
    given = parser.parse_args(arguments)
    faults = _faults(parser, given.faults, given.database)
    if given.replicas > 1 and given.database == "sqlite":
        parser.error("a SQLite file belongs to one process: --replicas needs postgresql")
    if min(given.kills, given.runs, given.channels, given.replicas) < 1:
        parser.error("there has to be at least one of each")
    return Options(**vars(given) | {"faults": faults})


def _faults(parser: argparse.ArgumentParser, given: str, database: str) -> frozenset[str]:
    possible = frozenset(each for each in FAULTS if _ONLY.get(each, database) == database)
    if given in ("all", "none"):
        return possible if given == "all" else frozenset()
    chosen = frozenset(given.split(","))
    if unknown := chosen - possible:
        parser.error(f"not with {database}, or unknown: {', '.join(sorted(unknown))}")
    return chosen
