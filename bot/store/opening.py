"""Opening the store: the database, its tables, and the ports that it serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.ports import Clock
from bot.store import leases
from bot.store.approvals import StoredApprovals
from bot.store.audit import StoredAudit
from bot.store.budgets import StoredBudgets
from bot.store.confirmations import StoredConfirmations
from bot.store.database import Database, open_database
from bot.store.digests import StoredDigests
from bot.store.duties import StoredDuties
from bot.store.endings import StoredEndings
from bot.store.follows import StoredFollows
from bot.store.grants import StoredGrants
from bot.store.migrate import check_migrated, migrate
from bot.store.outages import StoredOutages
from bot.store.outbox import StoredOutbox
from bot.store.repeats import StoredRepeats
from bot.store.settings import StoredChannels
from bot.store.telling import Teller
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
    digests: StoredDigests


@asynccontextmanager
async def open_store(
    url: str,
    clock: Clock,
    *,
    beside: bool = False,
    now: leases.Now | None = None,
    gathering: timedelta = timedelta(0),
) -> AsyncIterator[Store]:
    """Open the store at `sqlite:///path` or `postgresql://…`, its tables made or renewed.

    Leases are counted on the server's own clock, where it has one, unless `now` is given.
    Ends in one channel that come within `gathering` after another are told together (wall time).
    `beside` a process that serves, nothing can be written and the tables must fit already.
    Raises StoreError: in use by another process, newer than this code, or out of reach.
    """
    async with open_database(url, beside=beside) as database:
        await (check_migrated if beside else migrate)(database)
        if database.is_ours_alone and not beside:
            await leases.release_all(database)
        yield serving(database, clock, now or leases.shared_clock(clock), gathering)


def serving(
    database: Database, clock: Clock, now: leases.Now, gathering: timedelta = timedelta(0)
) -> Store:
    """The ports on an open database whose tables are there."""
    teller = Teller(clock, now, gathering)
    return Store(
        database,
        StoredWatches(database, clock, teller),
        StoredEndings(database),
        StoredDuties(database, clock, now, teller),
        StoredOutbox(database, clock, now),
        StoredRepeats(database, now),
        StoredTurns(database, now),
        StoredBudgets(database, now),
        StoredOutages(database, teller),
        StoredConfirmations(database),
        StoredAudit(database),
        StoredFollows(database, clock, teller),
        StoredGrants(database),
        StoredApprovals(database, clock),
        StoredChannels(database, clock),
        StoredDigests(database, clock),
    )
