"""What goes wrong while looking is part of what is seen."""

import asyncio

import pytest

from bot.doctor.looking import bounded, look
from bot.doctor.seen import Missing
from bot.domain.errors import StoreError
from bot.slack.clients import open_clients
from tests.unit.doctor.seeing import seen
from tests.unit.slack.conftest import StillClock
from tests.unit.test_settings import SOCKET


async def test_what_takes_too_long_is_given_up() -> None:
    found = await bounded(lambda: asyncio.sleep(60), 0.01)

    assert isinstance(found, Missing)
    assert "within 0.01 s" in found.finding.what


@pytest.mark.parametrize(
    ("error", "told"), [(KeyError("canary"), "KeyError"), (StoreError("locked"), "locked")]
)
async def test_what_fails_is_told_without_a_traceback(error: Exception, told: str) -> None:
    async def fails() -> None:
        raise error

    found = await bounded(fails)

    assert isinstance(found, Missing)
    assert told in found.finding.what
    assert "canary" not in found.finding.what


async def test_a_part_that_stumbles_hinders_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumbles(*_: object) -> None:
        raise RuntimeError

    for name in ("introduce", "check_line", "ask_once", "content"):
        monkeypatch.setattr(f"bot.doctor.looking.{name}", stumbles)
    given = seen(SOCKET | {"QFBOT_DATABASE_URL": "sqlite:////nowhere/qfbot.db"}).given
    async with open_clients("xoxb-1", "http://127.0.0.1:9/api/") as clients:
        found = await look(given, clients, StillClock())

    assert isinstance(found.slack, Missing)
    assert isinstance(found.line, Missing)
    assert not isinstance(found.file, Missing)
