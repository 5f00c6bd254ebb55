"""Between two looks: what is told, and when it happened as far as anyone can know."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.changes import between
from bot.domain.facts import Actors, Notify, heard_by
from bot.domain.moments import BEIJING, happened
from bot.domain.resources import Phase
from tests.unit.domain.samples import NOON, look, minutes, task

QUEUED = task("Waiting", Phase.QUEUED)
RUNNING = task("Running", Phase.RUNNING, progress=10)
DONE = task("Done", Phase.DONE)
FAILED = task("Failed", Phase.FAILED)
STOPPED = task("Stopped", Phase.STOPPED)
ODD = task("Rebalancing", Phase.UNKNOWN)

LATER = NOON + minutes(5)


def test_progress_alone_is_not_told() -> None:
    assert between(look(RUNNING), look(task(progress=90), LATER)) == ()


def test_a_word_that_was_renamed_is_no_change() -> None:
    assert between(look(RUNNING), look(task("RUNNING", Phase.RUNNING), LATER)) == ()


@pytest.mark.parametrize("after", [RUNNING, DONE, FAILED, STOPPED, ODD])
def test_each_new_phase_is_told_once_with_what_was_before(after: object) -> None:
    (moved,) = between(look(QUEUED), look(after, LATER))  # type: ignore[arg-type]
    assert (moved.before, moved.before_state, moved.resource) == (Phase.QUEUED, "Waiting", after)


def test_from_one_unknown_word_to_another_is_told() -> None:
    other = task("Migrating", Phase.UNKNOWN)
    assert between(look(ODD), look(ODD, LATER)) == ()
    assert len(between(look(ODD), look(other, LATER))) == 1


def test_who_stopped_it_is_told_only_of_a_stop() -> None:
    ada = Actors("UADA")
    assert between(look(RUNNING), look(STOPPED, LATER), stopped_by=ada)[0].stopped_by == ada
    assert between(look(RUNNING), look(DONE, LATER), stopped_by=ada)[0].stopped_by is None


def test_a_channel_that_wants_ends_hears_ends_and_failures_and_no_more() -> None:
    heard = {
        after.state: heard_by(between(look(QUEUED), look(after, LATER))[0])
        for after in (RUNNING, DONE, FAILED, STOPPED)
    }
    assert heard == {
        "Running": {Notify.ALL},
        "Done": {Notify.ALL, Notify.ENDS},
        "Failed": {Notify.ALL, Notify.ENDS, Notify.FAILURES},
        "Stopped": {Notify.ALL, Notify.ENDS},
    }


def test_a_possible_time_is_believed_as_it_is_written() -> None:
    written = NOON + minutes(3)
    assert happened(written, NOON, LATER).at == written


def test_a_time_in_beijings_digits_with_a_z_is_understood() -> None:
    truth = NOON + minutes(3)
    written = truth.astimezone(BEIJING).replace(tzinfo=NOON.tzinfo)
    assert happened(written, NOON, LATER).at == truth


@pytest.mark.parametrize("written", [None, NOON - timedelta(days=400), NOON + timedelta(days=2)])
def test_an_impossible_time_leaves_the_two_looks(written: datetime | None) -> None:
    told = happened(written, NOON, LATER)
    assert (told.at, told.after, told.before) == (None, NOON, LATER)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(1, 10_000))
def test_what_is_told_never_lies_after_the_look_that_saw_it(written: datetime, gap: int) -> None:
    told = happened(written.replace(tzinfo=NOON.tzinfo), NOON, NOON + minutes(gap))
    assert told.at is None or told.at <= NOON + minutes(gap)
