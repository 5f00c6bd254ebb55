"""The catalogue: one question for many askers, memory for the rest, and honesty about both."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import AccessDenied, Busy, RequestRejected, Unavailable, UnknownResource
from bot.domain.listings import Listed
from bot.domain.resources import Phase
from bot.watcher.catalogue import LiveCatalogue
from bot.watcher.shelves import NEWEST
from bot.watcher.survey import JobsList, ModelSetsList, RunsList
from tests.unit.domain.samples import NOON, minutes
from tests.unit.watcher.account import Account, HandClock, job, run

LONG_AGO = timedelta(minutes=5)
DAY = timedelta(days=1)


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
    assert len(set(map(id, answers))) == 5
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


async def test_a_refusal_is_remembered_as_long_as_an_answer(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    account.fails = RequestRejected("DescribeFineTuningJobs", None, "InvalidURI", message="no")
    for _ in range(5):
        with pytest.raises(RequestRejected) as caught:
            await catalogue.refresh_runs("default")
        assert vars(caught.value) == vars(account.fails)
        clock.moves(seconds=2)
    assert account.asked == ["jobs"]
    clock.moves(seconds=5)
    account.fails = None
    assert (await catalogue.refresh_runs("default")).complete


async def test_only_the_jobs_that_are_likely_to_have_changed_are_listed_again(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    at_rest, going_on, lively = job(1, NOON - DAY), job(2, NOON - DAY), job(3, NOON - DAY)
    account.has = {
        at_rest: [run(1, at_rest, NOON - DAY, Phase.DONE)],
        going_on: [run(2, going_on, NOON - DAY)],
        lively: [run(3, lively, NOON - minutes(2), Phase.FAILED)],
    }
    await catalogue.refresh_runs("default")
    account.asked.clear()
    clock.moves(seconds=16)
    listed = await catalogue.refresh_runs("default")
    assert account.asked == ["jobs", str(going_on.id), str(lively.id)]
    assert len(listed.items) == 3
    assert listed.at == NOON


async def test_one_who_asks_every_16_seconds_costs_one_request_where_all_is_at_rest(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    jobs = [job(number, NOON - DAY) for number in range(15)]
    account.has = {each: [run(n, each, NOON - DAY, Phase.DONE)] for n, each in enumerate(jobs)}
    await catalogue.refresh_runs("default")
    account.asked.clear()
    for _ in range(4):
        clock.moves(seconds=16)
        await catalogue.refresh_runs("default")
    assert account.asked == ["jobs"] * 4


async def test_who_has_waited_long_enough_is_told_so_and_the_reading_goes_on(
    account: Account, clock: HandClock
) -> None:
    hasty = LiveCatalogue({"default": account}, clock, patience=timedelta(0))
    account.may_answer.clear()
    with pytest.raises(Busy):
        await hasty.refresh_runs("default")
    assert not hasty.idle
    account.may_answer.set()
    await hasty.drain(LONG_AGO)
    assert (await hasty.refresh_runs("default")).complete
    assert account.asked == ["jobs"]


async def test_who_waits_too_long_finds_the_last_list_in_memory(
    account: Account, clock: HandClock
) -> None:
    hasty = LiveCatalogue({"default": account}, clock, patience=timedelta(0))
    hasty.keep_jobs("default", Listed((), True, NOON))
    account.may_answer.clear()
    with pytest.raises(Busy):
        await hasty.refresh_runs("default")
    assert hasty.runs("default") == Listed((), True, NOON)
    account.may_answer.set()
    await hasty.drain(LONG_AGO)


async def test_one_jobs_runs_are_listed_once_in_a_while(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    one = job(1)
    account.has[one] = [run(1, one)]
    for _ in range(3):
        assert len((await catalogue.refresh_job("default", one.id)).items) == 1
    assert account.asked == [str(one.id)]
    clock.moves(seconds=15)
    await catalogue.refresh_job("default", one.id)
    assert account.asked == [str(one.id)] * 2


async def test_a_job_that_is_not_known_is_asked_for_once_in_a_while(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    for _ in range(3):
        with pytest.raises(UnknownResource):
            await catalogue.refresh_job("default", job(1).id)
    assert account.asked == [str(job(1).id)]
    assert (await catalogue.refresh_runs("default")).complete
    clock.moves(seconds=15)
    with pytest.raises(UnknownResource):
        await catalogue.refresh_job("default", job(1).id)


async def test_compression_tasks_are_kept_as_the_runs_are(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    for _ in range(3):
        await catalogue.refresh_compressions("default")
    assert account.asked == ["compressions"]
    clock.moves(seconds=15)
    account.fails = Unavailable("DescribeModelCompTasks")
    for _ in range(3):
        with pytest.raises(Unavailable):
            await catalogue.refresh_compressions("default")
    assert account.asked == ["compressions"] * 2
    assert catalogue.compressions("default") == Listed((), True, NOON)
    clock.moves(hours=1)
    assert isinstance(catalogue.compressions("default"), Unavailable)


async def test_a_run_without_a_model_has_that_of_its_job(
    account: Account, catalogue: LiveCatalogue
) -> None:
    one = replace(job(1), model="ERNIE-Lite", train_mode="DPO")
    account.has[one] = [replace(run(1, one), model="", train_mode=""), run(2, one)]
    listed = await catalogue.refresh_runs("default")
    assert {(each.model, each.train_mode) for each in listed.items} == {
        ("ERNIE-Lite", "DPO"),
        ("ERNIE-Speed-8K", "SFT"),
    }


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
    clock.moves(minutes=1)
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


async def test_what_was_just_told_or_refused_is_not_listed_for_menus_as_well(
    account: Account, catalogue: LiveCatalogue, clock: HandClock
) -> None:
    account.fails = AccessDenied("DescribeFineTuningJobs")
    account.may_answer.clear()
    asking = asyncio.create_task(catalogue.refresh_runs("default"))
    await asyncio.sleep(0)
    assert catalogue.next("default", LONG_AGO) is None
    account.may_answer.set()
    with pytest.raises(AccessDenied):
        await asking
    assert catalogue.next("default", LONG_AGO) is None
    clock.moves(seconds=15)
    assert catalogue.next("default", LONG_AGO) == JobsList()


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
