"""The catalogue: one question for many askers, memory for the rest, and honesty about both."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import AccessDenied, Unavailable, UnknownResource
from bot.domain.listings import Listed
from bot.watcher.catalogue import NEWEST, LiveCatalogue
from bot.watcher.survey import JobsList, ModelSetsList, RunsList
from tests.unit.domain.samples import NOON, minutes
from tests.unit.watcher.account import Account, HandClock, job, run

LONG_AGO = timedelta(minutes=5)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def account(clock: HandClock) -> Account:
    return Account(clock)


@pytest.fixture
def catalogue(account: Account, clock: HandClock) -> LiveCatalogue:
    return LiveCatalogue({"default": account}, clock)


async def test_many_who_ask_at_once_get_one_answer(
    account: Account, catalogue: LiveCatalogue
) -> None:
    one = job(1)
    account.has[one] = [run(1, one)]
    account.may_answer.clear()
    askers = [asyncio.create_task(catalogue.refresh_runs("default")) for _ in range(5)]
    await asyncio.sleep(0)
    account.may_answer.set()
    answers = await asyncio.gather(*askers)
    assert {each.items[0].id for each in answers} == {run(1, one).id}
    assert account.asked == ["jobs", str(one.id)]
    assert account.urgent == {True: 2}


async def test_many_who_ask_at_once_get_one_refusal(
    account: Account, catalogue: LiveCatalogue
) -> None:
    account.fails = Unavailable("DescribeFineTuningJobs")
    account.may_answer.clear()
    askers = [asyncio.create_task(catalogue.refresh_runs("default")) for _ in range(5)]
    await asyncio.sleep(0)
    account.may_answer.set()
    answers = await asyncio.gather(*askers, return_exceptions=True)
    assert all(isinstance(each, Unavailable) for each in answers)
    assert account.asked == ["jobs"]


async def test_who_gives_up_waiting_takes_no_answer_from_the_others(
    account: Account, catalogue: LiveCatalogue
) -> None:
    account.may_answer.clear()
    first, second = (asyncio.create_task(catalogue.refresh_runs("default")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    account.may_answer.set()
    assert (await second).complete


async def test_a_young_answer_is_used_again_and_an_old_one_is_not(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    await catalogue.refresh_runs("default")
    clock.moves(seconds=14)
    await catalogue.refresh_runs("default")
    assert account.asked == ["jobs"]
    clock.moves(seconds=1)
    await catalogue.refresh_runs("default")
    assert account.asked == ["jobs", "jobs"]


async def test_the_newest_jobs_are_listed_anew_and_the_others_come_from_memory(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    jobs = [job(number) for number in range(NEWEST + 1)]
    account.has = {each: [run(number, each)] for number, each in enumerate(jobs)}
    oldest = jobs[-1]
    assert not (await catalogue.refresh_runs("default")).complete

    catalogue.keep_runs("default", oldest.id, Listed((run(NEWEST, oldest),), True, NOON))
    clock.moves(minutes=20)
    listed = await catalogue.refresh_runs("default")
    assert str(oldest.id) not in account.asked
    assert listed.complete
    assert len(listed.items) == NEWEST + 1
    assert listed.at == NOON

    clock.moves(minutes=50)
    assert not (await catalogue.refresh_runs("default")).complete


async def test_the_newest_run_stands_first_and_one_without_a_time_last(
    account: Account, catalogue: LiveCatalogue
) -> None:
    one, other = job(1), job(2)
    account.has = {
        one: [run(1, one, NOON - minutes(9)), run(2, one, NOON - minutes(1))],
        other: [run(3, other, None), run(4, other, NOON - minutes(5))],
    }
    listed = await catalogue.refresh_runs("default")
    assert [int(each.id.text[-1]) for each in listed.items] == [2, 4, 1, 3]


async def test_a_list_outlives_passing_trouble_but_not_lost_access(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    assert catalogue.runs("default") is None
    await catalogue.refresh_runs("default")
    clock.moves(minutes=1)
    account.fails = Unavailable("DescribeFineTuningJobs")
    with pytest.raises(Unavailable):
        await catalogue.refresh_runs("default")
    assert isinstance(catalogue.runs("default"), Listed)
    account.fails = AccessDenied("DescribeFineTuningJobs")
    with pytest.raises(AccessDenied):
        await catalogue.refresh_runs("default")
    assert catalogue.runs("default") is account.fails


async def test_a_job_deleted_while_the_list_is_read_is_left_out(
    account: Account, catalogue: LiveCatalogue
) -> None:
    gone = job(1)
    account.has = {gone: [], job(2): []}
    account.fails_for[gone.id] = UnknownResource("DescribeFineTuningTasks")
    assert (await catalogue.refresh_runs("default")).complete


async def test_one_job_that_cannot_be_listed_leaves_the_list_incomplete(
    account: Account, catalogue: LiveCatalogue
) -> None:
    one, other = job(1), job(2)
    account.has = {one: [run(1, one)], other: [run(2, other)]}
    account.fails_for[one.id] = Unavailable("DescribeFineTuningTasks")
    listed = await catalogue.refresh_runs("default")
    assert [each.id for each in listed.items] == [run(2, other).id]
    assert not listed.complete


async def test_menus_are_kept_up_to_date_for_an_hour_after_somebody_used_one(
    catalogue: LiveCatalogue, clock: HandClock
) -> None:
    assert catalogue.next("default", LONG_AGO) is None
    catalogue.runs("default")
    catalogue.model_sets("default")
    assert catalogue.next("default", LONG_AGO) == JobsList()
    catalogue.keep_jobs("default", Listed((job(1),), True, NOON))
    assert catalogue.next("default", LONG_AGO) == RunsList(job(1).id)
    catalogue.keep_runs("default", job(1).id, Listed((), True, NOON))
    assert catalogue.next("default", LONG_AGO) == ModelSetsList()
    catalogue.keep_model_sets("default", Listed((), True, NOON))
    assert catalogue.next("default", LONG_AGO) is None
    clock.moves(minutes=5)
    assert catalogue.next("default", LONG_AGO) == JobsList()
    clock.moves(minutes=55)
    assert catalogue.next("default", LONG_AGO) is None
