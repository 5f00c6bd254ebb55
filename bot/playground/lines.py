"""Lines from a terminal, a pipe or a file, without holding up the event loop."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable


async def typed_lines(prompt: Callable[[], str]) -> AsyncIterator[str]:
    """The lines of standard input, to its end; a terminal shows the prompt and keeps a history."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    wanted = threading.Semaphore(0)

    def read() -> None:
        while wanted.acquire():
            line = _line(prompt)
            loop.call_soon_threadsafe(lines.put_nowait, line)
            if line is None:
                return

    # A daemon, since a thread that waits for a key cannot be stopped.
    threading.Thread(target=read, name="typed lines", daemon=True).start()
    while True:
        wanted.release()
        line = await lines.get()
        if line is None:
            return
        yield line


def _line(prompt: Callable[[], str]) -> str | None:
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None
    import readline  # noqa: F401  (input() has a history as soon as this is imported)

    try:
        return input(prompt())
    except EOFError:
        return None
