"""A fresh conversation for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.play import Play, open_play


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """The team, the real bot over real Socket Mode, and time that stands still."""
    async with open_play(data=tmp_path) as opened:
        yield opened
