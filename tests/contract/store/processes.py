"""A database as a second process has it open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.store import postgresql, sqlite
from bot.store.database import Database
from bot.store.opening import Store, serving
from tests.contract.store.values import HandClock, by_hand


@asynccontextmanager
async def second_process(url: str, clock: HandClock) -> AsyncIterator[Store]:
    """On SQLite it goes past the lock, which otherwise keeps what is tested from happening."""
    if url.startswith("sqlite"):
        engine = sqlite.make_engine(Path(url.removeprefix("sqlite:///")), beside=False)
    else:
        engine = postgresql.make_engine(url, beside=False)
    yield serving(Database(engine), clock, by_hand(clock))
    await engine.dispose()
