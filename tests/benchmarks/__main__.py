"""All tables of docs/figures.md: `uv run python -m tests.benchmarks [NAME…] [--quick]`.

A bar that is missed is told in its table, and is no failure of the program.
"""

import argparse
import asyncio
import os
import platform
from collections.abc import Callable, Coroutine
from typing import Any

from tests.benchmarks import acking, cadence, deciding, looking, scale, starting, storm

#: What each program measures, by its name; `quick` where a glance is enough.
PROGRAMS: dict[str, Callable[[bool], Coroutine[Any, Any, str]]] = {
    "acking": acking.tables,
    "storm": storm.tables,
    "deciding": deciding.tables,
    "looking": looking.tables,
    "cadence": cadence.tables,
    "scale": scale.tables,
    "starting": starting.tables,
}


def main() -> None:
    """Run those that are named, or all, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PROGRAMS))
    parser.add_argument("--quick", action="store_true", help="less of each, and less sure")
    given = parser.parse_args()
    if unknown := set(given.names) - PROGRAMS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(PROGRAMS)}")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}")
    for name in given.names or PROGRAMS:
        print(f"\n## {name}\n\n{asyncio.run(PROGRAMS[name](given.quick))}", flush=True)


if __name__ == "__main__":
    main()
