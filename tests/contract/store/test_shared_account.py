"""Two replicas that ask one account: the bot's clients, PostgreSQL, and the local Qianfan."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.accounts import open_accounts
from bot.domain.access import DEFAULT_ACCOUNT
from bot.domain.id_grammar import read_id
from bot.domain.ids import ResourceId
from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.qianfan.client import QianfanClient
from bot.settings import REQUESTS_BURST, Settings
from bot.store.opening import open_store

pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)

PER_SECOND = 20.0
A_LITTLE = timedelta(milliseconds=10)


@pytest.fixture
def world() -> World:
    return World(WorldClock(speed=0))


@pytest.fixture
async def local(world: World) -> AsyncIterator[LocalQianfan]:
    async with LocalQianfan(world) as server:
        yield server


@pytest.fixture
async def replicas(
    url: str, local: LocalQianfan, world: World
) -> AsyncIterator[list[QianfanClient]]:
    """Two processes' clients of the same account, each with a database connection of its own."""
    settings = Settings(
        slack_bot_token=SecretStr("xoxb-1-abc"),
        slack_app_token=SecretStr("xapp-1-abc"),
        qianfan_access_key=SecretStr(local.access_key),
        qianfan_secret_key=SecretStr(local.secret_key),
        qianfan_console_api_base_url=local.url,
        qfbot_requests_per_second=PER_SECOND,
    )
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(2):
            store = await stack.enter_async_context(open_store(url, world.clock))
            opening = open_accounts(settings, (), {}, world.clock, store.budgets)
            accounts = await stack.enter_async_context(opening)
            clients.append(accounts.clients[DEFAULT_ACCOUNT])
        yield clients


async def test_together_they_keep_the_accounts_rate(
    world: World, local: LocalQianfan, replicas: list[QianfanClient]
) -> None:
    tasks = _tasks(world, 20)
    begin = world.clock.wall()

    await asyncio.gather(*(client.look(task) for client in replicas for task in tasks))

    moments = [request.at - begin for request in local.requests]
    assert len(moments) == 40
    for count, moment in enumerate(moments, start=1):
        assert count <= REQUESTS_BURST + PER_SECOND * (moment + A_LITTLE).total_seconds()


async def test_a_question_on_one_goes_before_the_looks_of_the_other(
    world: World, local: LocalQianfan, replicas: list[QianfanClient]
) -> None:
    watcher, asked = replicas
    *watched, question = _tasks(world, 31)
    looks = [asyncio.create_task(watcher.look(task)) for task in watched]
    await local.until(lambda requests: len(requests) >= REQUESTS_BURST)

    await asked.look(question, urgent=True)

    assert not all(look.done() for look in looks)
    # Its token was in the reserve, so that next to nothing came between.
    assert [request.body["taskId"] for request in local.requests].index(question.text) < 20
    assert watcher.budget.waiting_patient > 0
    for look in looks:
        look.cancel()
    await asyncio.gather(*looks, return_exceptions=True)


def _tasks(world: World, number: int) -> list[ResourceId]:
    return [read_id(world.add_task().id) for _ in range(number)]
