"""The survey: what is listed first, what rests, and which runs are news."""

from datetime import timedelta

import pytest

from bot.domain.cadence import Pace
from bot.domain.listings import Job, Listed
from bot.domain.resources import FineTuningTask, Phase
from bot.watcher.survey import Errand, JobsList, RunsList, Survey, Wanted, is_out_of_date
from tests.unit.domain.samples import NOON, minutes
from tests.unit.watcher.account import job, run

PACE = Pace(timedelta(seconds=15), timedelta(seconds=300))
ALL = Wanted(all=True)
DAY = timedelta(days=1)


def survey(*jobs: Job) -> Survey:
    """A survey that has just seen the list of jobs."""
    surveyed = Survey(PACE)
    surveyed.tries(JobsList(), NOON)
    surveyed.take_jobs(Listed(jobs, True, NOON))
    return surveyed


def all_due(surveyed: Survey, wanted: Wanted = ALL, at: timedelta = timedelta(0)) -> list[Errand]:
    """What is listed until nothing is due."""
    found: list[Errand] = []
    while errand := surveyed.next(wanted, NOON + at):
        found.append(errand)
        surveyed.tries(errand, NOON + at)
        assert len(found) < 100
    return found


def test_the_jobs_are_listed_before_anything_else() -> None:
    assert all_due(Survey(PACE)) == [JobsList()]


def test_nothing_is_listed_twice_while_time_stands_still() -> None:
    one, other = job(1), job(2)
    surveyed = survey(one, other)
    assert all_due(surveyed) == [RunsList(one.id), RunsList(other.id)]
    assert all_due(surveyed) == []


def test_a_lively_job_is_listed_more_often_than_one_at_rest() -> None:
    lively, at_rest = job(1, NOON - minutes(1)), job(2, NOON - DAY)
    surveyed = survey(lively, at_rest)
    all_due(surveyed)
    assert all_due(surveyed, at=timedelta(seconds=20)) == [RunsList(lively.id)]
    assert RunsList(at_rest.id) in all_due(surveyed, at=timedelta(seconds=300))


def test_a_job_that_appears_is_listed_before_those_that_are_late() -> None:
    surveyed = survey(job(1, NOON - DAY))
    late = NOON + timedelta(hours=1)
    new = job(2, late)
    surveyed.tries(JobsList(), late)
    surveyed.take_jobs(Listed((new, job(1, NOON - DAY)), True, late))
    assert surveyed.next(ALL, late) == RunsList(new.id)


def test_for_one_followed_job_only_that_is_listed_and_often() -> None:
    followed = job(2, NOON - DAY)
    surveyed, wanted = survey(job(1), followed), Wanted(frozenset({followed.id}))
    assert all_due(surveyed, wanted) == [RunsList(followed.id)]
    assert all_due(surveyed, wanted, timedelta(seconds=14)) == []
    assert all_due(surveyed, wanted, timedelta(seconds=15)) == [RunsList(followed.id)]


def test_after_trouble_it_rests_longer_each_time_in_a_row() -> None:
    surveyed = Survey(PACE)
    surveyed.failed(NOON)
    assert surveyed.rests(NOON + timedelta(seconds=29))
    assert not surveyed.rests(NOON + timedelta(seconds=30))
    surveyed.failed(NOON)
    assert surveyed.rests(NOON + timedelta(seconds=59))
    surveyed.answered()
    assert not surveyed.rests(NOON)


def test_at_the_first_list_only_a_run_made_since_then_is_news() -> None:
    one = job(1)
    surveyed = survey(one)
    assert not surveyed.is_news(run(1, one, NOON), one.id, NOON)
    assert not surveyed.is_news(run(1, one, None), one.id, NOON)
    assert surveyed.is_news(run(1, one, NOON + minutes(1)), one.id, NOON)


def test_what_a_later_list_adds_is_news_whatever_its_time_says() -> None:
    one = job(1)
    surveyed = survey(one)
    surveyed.take_runs(one.id, Listed((), True, NOON))
    assert surveyed.is_news(run(1, one, NOON - DAY), one.id, NOON)
    assert not surveyed.is_news(run(1, one, NOON - DAY), one.id, NOON + minutes(1))


def test_what_slides_into_a_list_that_was_cut_is_no_news() -> None:
    one = job(1)
    surveyed = survey(one)
    surveyed.take_runs(one.id, Listed((), False, NOON))
    assert not surveyed.is_news(run(1, one, NOON - DAY), one.id, NOON)


def test_all_runs_of_a_job_that_appeared_are_news() -> None:
    surveyed = survey()
    new = job(1)
    surveyed.take_jobs(Listed((new,), True, NOON + minutes(1)))
    assert surveyed.is_news(run(1, new, None), new.id, NOON)


def test_three_denials_in_a_row_are_counted_and_an_answer_begins_anew() -> None:
    one = job(1)
    surveyed = survey(one)
    assert [surveyed.denied(one.id, NOON) for _ in range(2)] == [1, 2]
    surveyed.take_runs(one.id, Listed((), True, NOON))
    assert surveyed.denied(one.id, NOON) == 1
    surveyed.forget(one.id)
    assert surveyed.denied(one.id, NOON) == 1


@pytest.mark.parametrize(
    ("phase", "seconds", "out_of_date"),
    [
        (Phase.RUNNING, 1, True),
        (Phase.UNKNOWN, 1, True),
        (Phase.DONE, 59, False),
        (Phase.DONE, 60, True),
    ],
)
def test_a_list_grows_old_with_a_tenth_of_the_time_at_rest(
    phase: Phase, seconds: int, out_of_date: bool
) -> None:
    one = job(1, NOON - DAY)
    runs = Listed((run(1, one, NOON - minutes(10), phase),), True, NOON)
    assert is_out_of_date(one, runs, NOON + timedelta(seconds=seconds)) is out_of_date


def test_a_list_of_nothing_grows_old_with_its_job() -> None:
    nothing: Listed[FineTuningTask] = Listed((), True, NOON)
    assert is_out_of_date(job(1, NOON), nothing, NOON)
    assert not is_out_of_date(job(1, NOON - DAY), nothing, NOON + minutes(5))
    assert is_out_of_date(job(1, None), nothing, NOON)
