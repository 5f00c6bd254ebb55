"""What the command line reads out of the database, beside a process that serves."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.app import RealClock
from bot.domain.audit import Record
from bot.settings import Settings
from bot.store.opening import open_store


async def export_audit(settings: Settings, since: datetime, write: Callable[[str], None]) -> None:
    """Write every attempt since then as a line of JSON, the oldest first.

    Raises StoreError where the database cannot be read.
    """
    url = settings.qfbot_database_url.get_secret_value()
    async with open_store(url, RealClock(), beside=True) as store:
        async for record in store.audit.export(since):
            write(json.dumps(_line(record), ensure_ascii=False))


def day(text: str) -> datetime:
    """A date, or a date with a time; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _line(record: Record) -> dict[str, Any]:
    asked, ended = record.asked, record.ended
    return {
        "id": record.id,
        "at": asked.at.isoformat(),
        "user": asked.origin.user_id,
        "channel": asked.origin.place.channel_id,
        "way": asked.origin.way,
        "account": asked.account,
        "command": asked.call.command,
        "arguments": dict(asked.call.arguments),
        "allowed": asked.decision.allowed,
        "why": asked.decision.why,
        "outcome": ended.outcome if ended else None,
        "ended_at": ended.at.isoformat() if ended else None,
        "request_id": ended.request_id if ended else None,
    }
