"""What the accounts may be asked by all processes together: the Budgets port."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.budget import Level, Rate
from bot.domain.ports import Drawn
from bot.store import leases
from bot.store.announcements import inserting_where_new
from bot.store.database import Database
from bot.store.tables import budgets

#: A request waits for it, and can do without it.
PATIENCE = timedelta(seconds=2)


class StoredBudgets:
    """The accounts' tokens. What is lost of them with the power was filled again meanwhile."""

    def __init__(self, database: Database, now: leases.Now) -> None:
        self._database = database
        self._now = now

    async def draw(self, account: str, rate: Rate, wanted: int, reserve: int = 0) -> Drawn:
        """Take as many tokens as there are and are wanted, but leave the reserve.

        The first draw of an account finds all that lie ready after a rest.
        """
        async with self._database.writing(durable=False, patience=PATIENCE) as connection:
            level = await self._filled(connection, account, rate)
            tokens = min(wanted, level.spare(reserve))
            left = level.spent(tokens)
            await _set(connection, account, left)
        return Drawn(tokens, left.tokens, left.wait(rate, reserve))

    async def give_back(self, account: str, rate: Rate, tokens: int) -> None:
        """Some were not needed."""
        async with self._database.writing(durable=False, patience=PATIENCE) as connection:
            level = await self._filled(connection, account, rate)
            await _set(connection, account, level.spent(-tokens))

    async def _filled(self, connection: AsyncConnection, account: str, rate: Rate) -> Level:
        """As of the moment at which the row is ours: one read before may lie before the last."""
        row = await _locked(connection, account) or await self._first(connection, account, rate)
        return Level(row.tokens, row.filled_at).filled(rate, await self._now(connection))

    async def _first(self, connection: AsyncConnection, account: str, rate: Rate) -> Row[Any]:
        first = inserting_where_new(connection, budgets, budgets.c.account)
        full = {"tokens": rate.most, "filled_at": await self._now(connection)}
        await connection.execute(first.values(account=account, **full))
        row = await _locked(connection, account)
        assert row is not None, "nobody removes a budget"
        return row


async def _locked(connection: AsyncConnection, account: str) -> Row[Any] | None:
    """The account's row, which no other process changes until the transaction ends."""
    row = select(budgets).where(budgets.c.account == account).with_for_update()
    return (await connection.execute(row)).one_or_none()


async def _set(connection: AsyncConnection, account: str, level: Level) -> None:
    await connection.execute(
        update(budgets)
        .where(budgets.c.account == account)
        .values(tokens=level.tokens, filled_at=level.at)
    )
