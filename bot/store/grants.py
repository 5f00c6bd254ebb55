"""The roles that were given in chats: the Grants port."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from bot.domain.access import Grant, Role, Scope
from bot.domain.ports import ChatGrant
from bot.store.announcements import inserting_where_new
from bot.store.database import Database
from bot.store.ledgers import grants, is_in_force

# What makes two grants the same: only one of them can be in force.
_SAME = (grants.c.subject, grants.c.role, grants.c.channel_id, grants.c.account)


class StoredGrants:
    """The roles that were given in chats. What was taken away stays as history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[ChatGrant]:
        """Those in force, the oldest first."""
        found = select(grants).where(is_in_force).order_by(grants.c.number)
        async with self._database.reading() as connection:
            rows = (await connection.execute(found)).all()
        return [ChatGrant(row.number, _grant(row), row.at) for row in rows]

    async def give(self, grant: Grant, at: datetime) -> bool:
        """Give a role (world time); False where it was given already just so.

        Raises ValueError where a row cannot hold the grant: it has one subject, at most one
        channel and one account, and is for all commands.
        """
        row = {**_row(grant), "at": at}
        async with self._database.writing() as connection:
            giving = inserting_where_new(connection, grants, *_SAME, where=is_in_force)
            given = await connection.execute(giving.values(row))
        return given.rowcount == 1

    async def take(self, subject: str, role: Role | None, by: str, at: datetime) -> int:
        """Take a role, or all, from a subject (world time); how many grants that ended."""
        which = grants.c.subject == subject
        if role is not None:
            which &= grants.c.role == str(role)
        taking = update(grants).where(which, is_in_force).values(taken_at=at, taken_by=by)
        async with self._database.writing() as connection:
            return (await connection.execute(taking)).rowcount


def _row(grant: Grant) -> dict[str, Any]:
    scope = grant.scope
    [subject] = scope.subjects
    if scope.commands:
        raise ValueError("a grant given in a chat is for all commands")
    return {
        "role": str(grant.role),
        "subject": subject,
        "channel_id": _one(scope.channels),
        "account": _one(scope.accounts),
        "granted_by": grant.granted_by,
    }


def _one(names: frozenset[str]) -> str:
    """The only name, or the empty text that stands for all."""
    [name] = names or {""}
    return name


def _grant(row: Row[*tuple[Any, ...]]) -> Grant:
    scope = Scope(
        subjects=frozenset({row.subject}),
        channels=frozenset(filter(None, [row.channel_id])),
        accounts=frozenset(filter(None, [row.account])),
    )
    return Grant(Role[row.role.upper()], scope, row.granted_by)
