"""Removing old attempts from the audit, which itself is written down there."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.access import Decision, Place, Right, Role, Why
from bot.domain.audit import Asked, Ended
from bot.domain.calls import Call, Origin, Way
from bot.store.attempts import add_asked, add_ended
from bot.store.ledgers import audit, audit_retention

#: Stands for the bot where the audit names who did something.
SYSTEM = "system"

#: What the bot's own removals are called in the audit.
RETAIN = "retain"

# How many attempts are removed in one transaction, so that nobody waits long behind it.
BATCH = 1000

_ends = audit.alias("ends")


async def remove_some(connection: AsyncConnection, days: int, now: datetime) -> int:
    """Remove the oldest attempts of those that ended more than so many days ago; how many."""
    kept_from = now - timedelta(days=days)
    old = (await connection.scalars(_ended_before(kept_from))).all()
    if not old:
        return 0
    # The triggers let go what is older than this mark, and nothing else.
    await connection.execute(insert(audit_retention).values(at=now, kept_from=kept_from))
    await connection.execute(delete(audit).where(audit.c.asked_id.in_(old)))
    await connection.execute(delete(audit).where(audit.c.id.in_(old)))
    attempt = await add_asked(connection, _asked(days, now))
    await add_ended(connection, attempt, Ended(now, f"removed {len(old)}", timedelta(0)))
    return len(old)


def _ended_before(kept_from: datetime) -> Select[Any]:
    """The attempts that began and ended before then, the oldest first.

    What another process is removing just now is left to it.
    """
    return (
        select(audit.c.id)
        .join(_ends, _ends.c.asked_id == audit.c.id)
        .where(audit.c.at < kept_from, _ends.c.at < kept_from)
        .order_by(audit.c.id)
        .limit(BATCH)
        .with_for_update(of=audit, skip_locked=True)
    )


def _asked(days: int, now: datetime) -> Asked:
    right = Right(RETAIN, Role.NONE)
    return Asked(
        now,
        Origin(SYSTEM, Place(""), Way.OWN, now),
        "",
        Call(RETAIN, {"days": str(days)}),
        Decision(True, Why.ROLE_SUFFICES, right, Role.NONE),
    )
