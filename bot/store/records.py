"""Reading the audit: attempts with their ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from bot.domain.audit import Record
from bot.store.codec import ASKED, ENDED
from bot.store.ledgers import audit, audit_ids

_ends = audit.alias("ends")
_attempts = (
    select(audit.c.id, audit.c.body, _ends.c.body.label("end"))
    .outerjoin(_ends, _ends.c.asked_id == audit.c.id)
    .where(audit.c.asked_id.is_(None))
)


def newest(about: str, user_id: str, since: datetime | None, last: int) -> Select[Any]:
    """The newest attempts, the newest first; what is empty does not narrow them."""
    found = _attempts
    if about:
        naming = select(audit_ids.c.asked_id).where(audit_ids.c.resource_id == about)
        found = found.where(audit.c.id.in_(naming))
    if user_id:
        found = found.where(audit.c.user_id == user_id)
    if since is not None:
        found = found.where(audit.c.at >= since)
    return found.order_by(audit.c.id.desc()).limit(last)


def page(since: datetime, after: int, size: int) -> Select[Any]:
    """The next attempts after that number, the oldest first."""
    later = _attempts.where(audit.c.at >= since, audit.c.id > after)
    return later.order_by(audit.c.id).limit(size)


def as_record(row: Row[*tuple[Any, ...]]) -> Record:
    """What a row of these tells."""
    ended = None if row.end is None else ENDED.read(row.end)
    return Record(row.id, ASKED.read(row.body), ended)
