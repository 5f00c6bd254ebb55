"""A database as a second process has it open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.store import postgresql, sqlite
from bot.store.audit import StoredAudit
from bot.store.confirmations import StoredConfirmations
from bot.store.database import Database
from bot.store.follows import StoredFollows
from bot.store.opening import Store
from bot.store.outbox import StoredOutbox
from bot.store.watches import StoredWatches
from tests.contract.store.values import HandClock


@asynccontextmanager
async def second_process(url: str, clock: HandClock) -> AsyncIterator[Store]:
    """On SQLite it goes past the lock, which otherwise keeps what is tested from happening."""
    if url.startswith("sqlite"):
        engine = sqlite.make_engine(Path(url.removeprefix("sqlite:///")), beside=False)
    else:
        engine = postgresql.make_engine(url, beside=False)
    database = Database(engine)
    yield Store(
        database,
        StoredWatches(database, clock),
        StoredOutbox(database, clock),
        StoredConfirmations(database),
        StoredAudit(database),
        StoredFollows(database, clock),
    )
    await engine.dispose()
