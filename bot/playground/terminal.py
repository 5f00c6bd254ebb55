"""A terminal that tells news by itself, while somebody is typing at its prompt."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

# Often enough to seem at once.
_GLANCE_SECONDS = 0.3

#: Back to the line's begin, and nothing left of it.
_ERASED_LINE = "\r\033[K"


@asynccontextmanager
async def news_told(news: Callable[[], list[str]], sign: Callable[[], str]) -> AsyncIterator[None]:
    """Print news as they come, and then the prompt again with what was typed so far."""
    telling = asyncio.create_task(_tell(news, sign))
    try:
        yield
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


async def _tell(news: Callable[[], list[str]], sign: Callable[[], str]) -> None:
    import readline

    while True:
        if lines := news():
            typed = readline.get_line_buffer()
            sys.stdout.write(
                "\n".join([f"{_ERASED_LINE}{lines[0]}", *lines[1:], f"{sign()}{typed}"])
            )
            sys.stdout.flush()
        await asyncio.sleep(_GLANCE_SECONDS)
