"""`python -m tests.processes.impatient serve …`: qfbot with little patience, and faults inside it.

SIGUSR1 blocks the loop for as many seconds as the file says that IMPATIENT_BLOCKS names; SIGUSR2
stops the scheduler, and lets it go on when it comes again.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Self

from bot import app, health, inside, serve
from bot.__main__ import main
from bot.pulse import Watchdog
from bot.slack.sockets import SocketLine
from bot.watcher.schedule import Schedule

SILENCE = timedelta(seconds=2)
STUCK_AFTER = timedelta(seconds=3)

BLOCKS = "IMPATIENT_BLOCKS"


class FaultySchedule(Schedule):
    """The scheduler, with the two signals."""

    async def __aenter__(self) -> Self:
        on_signal = asyncio.get_running_loop().add_signal_handler
        on_signal(signal.SIGUSR1, _block)
        on_signal(signal.SIGUSR2, self._turn_off_or_on())
        return await super().__aenter__()

    def _turn_off_or_on(self) -> Callable[[], None]:
        acts = [self._scheduler.pause, self._scheduler.resume]

        def turn() -> None:
            acts[0]()
            acts.reverse()

        return turn


def _block() -> None:
    time.sleep(float(Path(os.environ[BLOCKS]).read_text()))


def install() -> None:
    """Shorten what takes a minute."""
    vars(health).update(SILENCE=SILENCE, PATIENCE=timedelta(seconds=1))
    vars(inside).update(Schedule=FaultySchedule)
    vars(serve).update(Watchdog=partial(Watchdog, patience=STUCK_AFTER))
    vars(app).update(
        SocketLine=partial(
            SocketLine,
            ping_seconds=0.2,
            patience_seconds=1.0,
            hello_seconds=1.0,
            retry_seconds=0.2,
        )
    )


if __name__ == "__main__":
    install()
    main()
