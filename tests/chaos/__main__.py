"""`python -m tests.chaos`: a long storm with many kills, and a report; 1 where anything is wrong.

For example `uv run python -m tests.chaos --seed 1 --kills 200 --runs 400 --channels 50`.
"""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.chaos.databases import postgres_server
from tests.chaos.options import read_options
from tests.chaos.program import run
from tests.chaos.report import Report


def main() -> int:
    """Run a storm; 0 where all is well afterwards."""
    options = read_options()
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        needs_server = options.database == "postgresql"
        server = stack.enter_context(postgres_server()) if needs_server else None
        report = asyncio.run(_ended_by_sigterm(run(options, folder.resolve(), server)))
    print("\n".join(report.lines()))
    return 0 if report.passed else 1


async def _ended_by_sigterm(running: Coroutine[Any, Any, Report]) -> Report:
    """As by Ctrl-C: no process is left behind."""
    task = asyncio.ensure_future(running)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


if __name__ == "__main__":
    sys.exit(main())
