"""The account against the local Qianfan, which was written from the documents alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from pydantic import SecretStr

from bot.domain.errors import (
    BadCredentials,
    OutcomeUnknown,
    Throttled,
    Unavailable,
    UnknownResource,
)
from bot.domain.id_grammar import read_id
from bot.domain.resources import CompressionTask, FineTuningTask, ModelVersion, Phase
from bot.playground.clock import WorldClock
from bot.playground.qianfan import Failed, LocalQianfan, Wording, World
from bot.playground.qianfan.manners import ErrorShape
from bot.qianfan.client import QianfanClient, open_account

from .conftest import QUICK

HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return World(WorldClock(speed=0))


@pytest.fixture(params=[Wording(), Wording.of_examples()], ids=["tables", "examples"])
async def local(request: pytest.FixtureRequest, world: World) -> AsyncIterator[LocalQianfan]:
    server = LocalQianfan(world, wording=request.param)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def account(local: LocalQianfan, world: World) -> AsyncIterator[QianfanClient]:
    opened = _account(local, world)
    yield opened
    await opened.aclose()


async def test_a_run_is_followed_from_its_queue_to_its_end(
    world: World, account: QianfanClient
) -> None:
    task = world.add_task(queue=HOUR, length=2 * HOUR, checkpoints=4)
    phases = []
    for _ in range(4):
        look = await account.look(read_id(task.id))
        phases.append(look.resource.phase)
        world.clock.jump(HOUR)
    run = look.resource
    assert isinstance(run, FineTuningTask)
    assert phases == [Phase.QUEUED, Phase.RUNNING, Phase.RUNNING, Phase.DONE]
    assert run.created_at
    assert run.finished_at
    assert run.metrics
    assert [checkpoint.step for checkpoint in run.checkpoints] == sorted(
        checkpoint.step for checkpoint in run.checkpoints
    )


async def test_a_failed_run_tells_why(world: World, account: QianfanClient) -> None:
    task = world.add_task(queue=timedelta(0), length=HOUR, ends=Failed("no rows"))
    world.clock.jump(2 * HOUR)
    run = (await account.look(read_id(task.id))).resource
    assert run.phase is Phase.FAILED
    assert run.failure is not None
    assert run.failure.message == "no rows"


async def test_a_compression_makes_a_version_that_can_be_looked_at(
    world: World, account: QianfanClient
) -> None:
    compression = world.add_compression()
    world.clock.jump(48 * HOUR)
    done = (await account.look(read_id(compression.id))).resource
    assert isinstance(done, CompressionTask)
    assert done.phase is Phase.DONE
    version = (await account.look(read_id(done.produced_version))).resource
    assert isinstance(version, ModelVersion)
    assert version.application_type


async def test_a_stop_takes_effect(world: World, account: QianfanClient) -> None:
    task = read_id(world.add_task(queue=timedelta(0), length=HOUR).id)
    compression = read_id(world.add_compression().id)
    assert (await account.stop(task)).accepted
    assert (await account.stop(compression)).accepted
    world.clock.jump(timedelta(minutes=5))
    assert (await account.look(task)).resource.phase is Phase.STOPPED
    assert (await account.look(compression)).resource.phase is Phase.STOPPED
    assert not (await account.stop(task)).accepted


@pytest.mark.parametrize("shape", get_args(ErrorShape))
async def test_an_unknown_id_is_told_in_every_shape(
    local: LocalQianfan, account: QianfanClient, shape: ErrorShape
) -> None:
    local.behaves(error_shape=shape)
    for unknown in ("task-000000000000", "amva-000000000000", "amv-000000000000"):
        with pytest.raises(UnknownResource) as caught:
            await account.look(read_id(unknown))
        assert caught.value.request_id


@pytest.mark.parametrize("shape", get_args(ErrorShape))
@pytest.mark.parametrize("wrong", ["access", "secret"])
async def test_a_wrong_key_is_told_in_every_shape(
    local: LocalQianfan, world: World, shape: ErrorShape, wrong: str
) -> None:
    local.behaves(error_shape=shape)
    account = _account(local, world, **{f"{wrong}_key": "ALTAKwrongwrongwrong"})
    with pytest.raises(BadCredentials):
        await account.look(read_id(world.add_task().id))
    await account.aclose()


async def test_throttling_is_told(
    local: LocalQianfan, world: World, account: QianfanClient
) -> None:
    local.faults.answers(429, retry_after=60)
    with pytest.raises(Throttled) as caught:
        await account.look(read_id(world.add_task().id))
    assert caught.value.retry_after == timedelta(minutes=1)


async def test_a_stop_that_took_effect_without_an_answer_is_not_repeated(
    local: LocalQianfan, world: World, account: QianfanClient
) -> None:
    task = read_id(world.add_task(queue=timedelta(0), length=HOUR).id)
    local.faults.drops(when="after")
    with pytest.raises(OutcomeUnknown):
        await account.stop(task)
    local.faults.clear()
    world.clock.jump(timedelta(minutes=5))
    assert (await account.look(task)).resource.phase is Phase.STOPPED
    assert len([request for request in local.requests if request.action.startswith("Stop")]) == 1


async def test_after_an_outage_the_account_serves_again(
    local: LocalQianfan, world: World, account: QianfanClient
) -> None:
    task = read_id(world.add_task().id)
    await account.look(task)
    await local.stop()
    with pytest.raises(Unavailable):
        await account.look(task)
    await local.start()
    assert (await account.look(task)).resource.id == task


async def test_fifty_looks_at_once_are_all_served(world: World, account: QianfanClient) -> None:
    tasks = [read_id(world.add_task().id) for _ in range(50)]
    looks = await asyncio.gather(*(account.look(task) for task in tasks))
    assert [look.resource.id for look in looks] == tasks


def _account(
    local: LocalQianfan, world: World, access_key: str = "", secret_key: str = ""
) -> QianfanClient:
    return open_account(
        local.url,
        access_key or local.access_key,
        SecretStr(secret_key or local.secret_key),
        world.clock,
        requests_per_second=1000,
        burst=100,
        patience=replace(QUICK, attempt=timedelta(seconds=5)),
    )
