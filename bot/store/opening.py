"""Opening the store: the database, its tables, and the ports that it serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.ports import Clock
from bot.store import leases
from bot.store.approvals import StoredApprovals
from bot.store.audit import StoredAudit
from bot.store.budgets import StoredBudgets
from bot.store.confirmations import StoredConfirmations
from bot.store.database import Database, open_database
from bot.store.duties import StoredDuties
from bot.store.endings import StoredEndings
from bot.store.follows import StoredFollows
from bot.store.grants import StoredGrants
from bot.store.migrate import check_migrated, migrate
from bot.store.outages import StoredOutages
from bot.store.outbox import StoredOutbox
from bot.store.repeats import StoredRepeats
from bot.store.settings import StoredChannels
from bot.store.turns import StoredTurns
from bot.store.watches import StoredWatches


@dataclass(frozen=True)
class Store:
    """An open store. Every method of its ports raises StoreError where the database fails."""

    database: Database
    watches: StoredWatches
    endings: StoredEndings
    duties: StoredDuties
    outbox: StoredOutbox
    repeats: StoredRepeats
    turns: StoredTurns
    budgets: StoredBudgets
    outages: StoredOutages
    confirmations: StoredConfirmations
    audit: StoredAudit
    follows: StoredFollows
    grants: StoredGrants
    approvals: StoredApprovals
    channels: StoredChannels


@asynccontextmanager
async def open_store(
    url: str, clock: Clock, *, beside: bool = False, now: leases.Now | None = None
) -> AsyncIterator[Store]:
    """Open the store at `sqlite:///path` or `postgresql://…`, its tables made or renewed.

    Leases are counted on the server's own clock, where it has one, unless `now` is given.
    `beside` a process that serves, nothing can be written and the tables must fit already.
    Raises StoreError: in use by another process, newer than this code, or out of reach.
    """
    async with open_database(url, beside=beside) as database:
        await (check_migrated if beside else migrate)(database)
        if database.is_ours_alone and not beside:
            await leases.release_all(database)
        yield serving(database, clock, now or leases.shared_clock(clock))


def serving(database: Database, clock: Clock, now: leases.Now) -> Store:
    """The ports on an open database whose tables are there."""
    return Store(
        database,
        StoredWatches(database, clock),
        StoredEndings(database),
        StoredDuties(database, clock, now),
        StoredOutbox(database, clock, now),
        StoredRepeats(database, now),
        StoredTurns(database, now),
        StoredBudgets(database, now),
        StoredOutages(database, clock),
        StoredConfirmations(database),
        StoredAudit(database),
        StoredFollows(database, clock),
        StoredGrants(database),
        StoredApprovals(database, clock),
        StoredChannels(database),
    )
