"""Owned tasks: each piece of work has a name in the log, and trouble in one harms no other."""

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from structlog.testing import capture_logs

from bot.crew import Crew
from bot.domain.errors import StoreError

PATIENCE = timedelta(seconds=5)
log = structlog.get_logger(__name__)


async def _names(into: list[Any]) -> None:
    into.append(structlog.contextvars.get_contextvars().get("work"))
    await asyncio.sleep(0)
    into.append(structlog.contextvars.get_contextvars().get("work"))


async def test_all_that_one_piece_of_work_logs_bears_its_name_and_no_other_does() -> None:
    crew, first, second = Crew("answer"), list[Any](), list[Any]()
    crew.start(_names(first))
    crew.start(_names(second))
    await crew.drain(PATIENCE)
    assert first[0].startswith("answer-")
    assert first[0] == first[1]
    assert first[0] != second[0]
    assert "work" not in structlog.contextvars.get_contextvars()


async def _fails(error: Exception) -> None:
    raise error


async def test_an_error_is_logged_with_its_trace_but_a_silent_database_without() -> None:
    crew = Crew("look")
    with capture_logs() as lines:
        crew.start(_fails(ValueError("odd")))
        crew.start(_fails(StoreError("no answer within 10 s")))
        await crew.drain(PATIENCE)
    odd, silent = lines
    assert (odd["log_level"], odd["exc_info"].args) == ("error", ("odd",))
    assert (silent["log_level"], silent["why"]) == ("info", "no answer within 10 s")
