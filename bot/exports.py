"""What the command line takes out of the database: the audit as lines, or all of it as a copy."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.audit import Record
from bot.setting_types import DatabaseAddress
from bot.settings import Settings, SettingsError
from bot.store.copying import Progress, copy_all
from bot.store.opening import open_store
from bot.terms import RealClock

#: How long a copy works on before it says how far it is, and between two such words.
PROGRESS_SECONDS = 2.0

#: Takes a line of text.
Write = Callable[[str], object]

_NO_DATABASE = "--to {fragment}: write postgresql://USER:PASSWORD@HOST/NAME or sqlite:///PATH."
_NO_SOURCE = (
    "QFBOT_DATABASE_URL has to be the SQLite database that is to be copied: what is on "
    "PostgreSQL already moves by pg_dump."
)
_NEXT = (
    "Now set QFBOT_DATABASE_URL to the new database and start `qfbot serve`. The old one is as it "
    "was; serve it no more: it would send again what the new one sends."
)


async def export_audit(settings: Settings, since: datetime, write: Write) -> None:
    """Write every attempt since then as a line of JSON, the oldest first.

    It reads beside a process that serves. Raises StoreError where the database cannot be read.
    """
    url = settings.qfbot_database_url.get_secret_value()
    async with open_store(url, RealClock(), beside=True) as store:
        async for record in store.audit.export(since):
            write(json.dumps(_line(record), ensure_ascii=False))


async def copy_database(settings: Settings, to: str, write: Write, write_aside: Write) -> None:
    """Copy the configured SQLite database to another; write how many rows and what to do next.

    What takes long is told aside meanwhile. Raises SettingsError where one of the addresses is
    none, and StoreError where one of the databases cannot be used.
    """
    target = _address(to)
    source = settings.qfbot_database_url.get_secret_value()
    if not source.startswith("sqlite:"):
        raise SettingsError([_NO_SOURCE])
    for table, rows in (await copy_all(source, target, _progress(write_aside))).items():
        write(f"{table}: {rows}")
    write(_NEXT)


def _address(text: str) -> str:
    try:
        return TypeAdapter(DatabaseAddress).validate_python(text).get_secret_value()
    except ValidationError as error:
        # The error's own text would hold the password.
        [found] = error.errors(include_url=False, include_input=False)
        raise SettingsError([_NO_DATABASE.format(fragment=found["msg"])]) from None


def _progress(write: Write) -> Progress:
    """Writes how far a copy is, every few seconds."""
    told_at = time.monotonic()

    def progress(table: str, rows: int) -> None:
        nonlocal told_at
        if (now := time.monotonic()) - told_at >= PROGRESS_SECONDS:
            told_at = now
            write(f"copying: {rows} rows of {table} so far")

    return progress


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
