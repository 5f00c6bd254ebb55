"""A scripted Qianfan, and an account there."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.qianfan.client import QianfanClient, open_account
from bot.qianfan.conversation import Patience

from .scripted import ScriptedQianfan
from .virtual_time import VirtualTime

ACCESS_KEY = "ALTAKcanaryaccess0001"
SECRET_KEY = "canary-secret-0001"

#: Little enough that a test need not wait; the hanging tests say less.
QUICK = Patience(first_pause=timedelta(milliseconds=1), longest_pause=timedelta(seconds=1))


@dataclass
class HandClock:
    """The real wall, and a world that moves by hand."""

    now: datetime = field(default=datetime(2026, 1, 1, tzinfo=UTC))

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def world(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def qianfan() -> AsyncIterator[ScriptedQianfan]:
    server = ScriptedQianfan()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def account(qianfan: ScriptedQianfan, clock: HandClock) -> AsyncIterator[QianfanClient]:
    opened = account_at(qianfan.url, clock)
    yield opened
    await opened.aclose()


def account_at(url: str, clock: HandClock, patience: Patience = QUICK) -> QianfanClient:
    return open_account(
        url,
        ACCESS_KEY,
        SecretStr(SECRET_KEY),
        clock,
        requests_per_second=1000,
        burst=100,
        patience=patience,
    )


@pytest.fixture
def time() -> Iterator[VirtualTime]:
    virtual = VirtualTime()
    yield virtual
    virtual.close()
