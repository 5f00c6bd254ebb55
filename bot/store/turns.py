"""Work that one process at a time does for all of them: the Turns port."""

from datetime import timedelta

from sqlalchemy import or_, update

from bot.store import leases
from bot.store.announcements import inserting_where_new
from bot.store.database import Database
from bot.store.tables import turns


class StoredTurns:
    """Whose turn it is, by the name of the work."""

    def __init__(self, database: Database, now: leases.Now) -> None:
        self._database = database
        self._now = now

    async def take(self, name: str, lease: timedelta) -> bool:
        """Take the turn, or keep it, for so long; False where another process has it."""
        mine = turns.c.holder == self._database.holder
        async with self._database.writing(durable=False) as connection:
            wall = await self._now(connection)
            taken = {"holder": self._database.holder, "lease_until": leases.until(wall, lease)}
            kept = await connection.execute(
                update(turns)
                .where(turns.c.name == name, or_(mine, leases.has_come(turns.c.lease_until, wall)))
                .values(taken)
            )
            if kept.rowcount:
                return True
            first = inserting_where_new(connection, turns, turns.c.name)
            return bool((await connection.execute(first.values(name=name, **taken))).rowcount)
