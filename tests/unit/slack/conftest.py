"""A canned Slack, clients for it, and two clocks: one stands still until it is moved."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.clients import Clients, open_clients
from tests.unit.slack.canned import CannedSlack

TOKEN = "xoxb-canary"


class StillClock:
    """Both clocks of the Clock port, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def wall(self) -> datetime:
        return self.now

    def world(self) -> datetime:
        return self.now

    def passes(self, **length: float) -> None:
        self.now += timedelta(**length)


class WallClock:
    """The real time, for both clocks."""

    def wall(self) -> datetime:
        return datetime.now(UTC)

    world = wall


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def slack() -> AsyncIterator[CannedSlack]:
    async with CannedSlack() as slack:
        yield slack


@pytest.fixture
async def clients(slack: CannedSlack) -> AsyncIterator[Clients]:
    async with open_clients(TOKEN, slack.api_url, request_seconds=2) as clients:
        yield clients
