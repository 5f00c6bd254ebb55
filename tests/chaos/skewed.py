"""The clock of a wrapped qfbot, moved by a file.

The file that CHAOS_CLOCK names holds seconds; so much the process's wall clock is ahead, in all of
its code. What counts seconds from an unknown start goes on as it does on a machine whose clock is
set, and the database's, Slack's and Qianfan's clocks are not moved.
"""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

_VARIABLE = "CHAOS_CLOCK"

#: How often the file is read, in seconds.
_GLANCE = 0.1


def set_clock(path: Path, ahead: float) -> None:
    """Move the clock of the processes that read this file, as a whole."""
    new = path.with_suffix(".new")
    new.write_text(str(ahead))
    new.replace(path)


def settings_of(path: Path) -> dict[str, str]:
    """How a process is told the file; its clock is right at first."""
    set_clock(path, 0.0)
    return {_VARIABLE: str(path)}


def install() -> None:
    """Have the process live by that clock, where the environment names one."""
    if _VARIABLE in os.environ:
        path = Path(os.environ[_VARIABLE])
        ahead = float(path.read_text())
        clock = time_machine.travel(datetime.now(UTC) + timedelta(seconds=ahead)).start()
        threading.Thread(target=_follow, args=(path, ahead, clock), daemon=True).start()


def _follow(path: Path, ahead: float, clock: time_machine.Traveller) -> None:
    resting = threading.Event()
    while not resting.wait(_GLANCE):
        wanted = float(path.read_text())
        if wanted != ahead:
            clock.shift(wanted - ahead)
            ahead = wanted
