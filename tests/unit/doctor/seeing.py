"""Made-up views of an installation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.doctor.contents import judged
from bot.doctor.findings import Finding, Sign
from bot.doctor.given import read_given
from bot.doctor.seen import Channels, Seen
from bot.domain.skew import Dated
from bot.qianfan.checkup import Asked
from bot.slack.checkup import Installed, Introduction
from bot.slack.manifest import BOT_SCOPES
from bot.store.checkup import Content, FileState
from bot.store.migrate import Age, Tables
from tests.unit.test_settings import SOCKET

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
GIB = 1024**3

BOT = Installed("T1", "acme", "U0BOT", "qfbot", "A0APP", frozenset(BOT_SCOPES))
FILE = FileState(Path("/data/qfbot.db"), True, Path("/data"), 50 * GIB, "", None)
CURRENT = Content(Tables(Age.CURRENT, "0004", "0004"), True, {})


def dated(ahead: timedelta = timedelta(0)) -> Dated:
    """An answer's date by which our clock is so far ahead."""
    return Dated(NOON, NOON + ahead, NOON + ahead)


def seen(environ: dict[str, str] = SOCKET, **parts: Any) -> Seen:
    """All as it should be, save for the parts given."""
    whole = Seen(
        given=read_given(environ, None),
        slack=Introduction(BOT, dated()),
        line=None,
        accounts={"default": Asked(None, dated())},
        file=FILE,
        content=CURRENT,
        channels=Channels(),
    )
    return replace(whole, **parts)


def found(check: str, environ: dict[str, str] = SOCKET, **parts: Any) -> list[Finding]:
    """What one of the checks finds."""
    return [each for each in judged(seen(environ, **parts)) if each.check == check]


def signs(check: str, environ: dict[str, str] = SOCKET, **parts: Any) -> list[Sign]:
    """How the findings of one of the checks are to be taken."""
    return [each.sign for each in found(check, environ, **parts)]
