"""What came of what people followed: the Endings port."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from bot.domain.resources import Phase
from bot.domain.watching import Finished
from bot.store.codec import LOOK
from bot.store.database import Database
from bot.store.tables import announcements, cards, has_ended, things, watches

_FINAL = [str(phase) for phase in Phase if phase.is_final]


class StoredEndings:
    """The watches that lasted until their things' ends."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_owner(self, user_id: str, since: datetime, last: int) -> Sequence[Finished]:
        """What ended since then (world) of what somebody followed, the newest first.

        Each thing once, however many channels followed it for them.
        """
        async with self._database.reading() as connection:
            rows = (await connection.execute(_finished(user_id, since, last))).all()
        return [
            Finished(
                row.posted_in or row.channel_id, LOOK.read(row.look), row.ended_at, row.ts or ""
            )
            for row in rows
        ]


def _finished(user_id: str, since: datetime, last: int) -> Select[Any]:
    newest = (
        select(func.max(watches.c.id).label("id"))
        .join(things, things.c.id == watches.c.thing_id)
        .where(
            has_ended,
            watches.c.ended_at >= since,
            watches.c.owner == user_id,
            things.c.phase.in_(_FINAL),
            # One that was ended before the thing's last look did not last until its end.
            watches.c.ended_at >= things.c.looked_at,
        )
        .group_by(watches.c.thing_id)
        .subquery()
    )
    return (
        select(
            watches.c.channel_id,
            watches.c.ended_at,
            things.c.look,
            announcements.c.posted_in,
            announcements.c.ts,
        )
        .join(newest, newest.c.id == watches.c.id)
        .join(things, things.c.id == watches.c.thing_id)
        .outerjoin(cards, cards.c.watch_id == watches.c.id)
        .outerjoin(
            announcements,
            and_(announcements.c.id == cards.c.announcement_id, cards.c.ts != ""),
        )
        .order_by(watches.c.ended_at.desc(), watches.c.id.desc())
        .limit(last)
    )
