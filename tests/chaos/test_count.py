"""The count itself: what is lost, twice, out of order, untrue or stale does not pass."""

from dataclasses import replace

import pytest

from tests.chaos.count import CARD, Count, Follow, Heard, count
from tests.chaos.lives import Life

FOLLOW = Follow("training", "task-1")
LIFE = Life("task-1", ("Waiting", "Running", "Evaluating", "Done"))

OPENED = Heard(FOLLOW, CARD, "k1", "1.0", shows="Done")
BEGAN = Heard(FOLLOW, "Running", "k2", "2.0")
ENDED = Heard(FOLLOW, "Done", "k3", "3.0")
ALL = (OPENED, BEGAN, ENDED)


def counted(*heard: Heard) -> Count:
    return count({FOLLOW: LIFE}, heard)


def test_what_lies_between_two_looks_may_be_passed_over() -> None:
    assert counted(*ALL).all_well
    assert counted(OPENED, ENDED).all_well
    assert (counted(*ALL).heard, counted(*ALL).ends) == (3, 1)


@pytest.mark.parametrize("missing", [OPENED, ENDED])
def test_a_card_or_an_end_that_is_missing_is_lost(missing: Heard) -> None:
    (line,) = counted(*(each for each in ALL if each is not missing)).lost
    assert line == f"task-1 in training: {missing.state}"


@pytest.mark.parametrize("told", ALL)
def test_an_announcement_that_stands_there_twice_is_found_by_its_key(told: Heard) -> None:
    (line,) = counted(*ALL, replace(told, ts="4.0")).twice
    assert f"key {told.key} at {told.ts}, 4.0" in line


@pytest.mark.parametrize("told", ALL)
def test_two_announcements_that_tell_one_fact_are_found_by_their_text(told: Heard) -> None:
    (line,) = counted(*ALL, replace(told, key="k4", ts="4.0")).twice
    assert line == f"task-1 in training: {told.state} by keys {told.key}, k4"


def test_a_state_that_is_told_after_a_later_one_is_out_of_order() -> None:
    assert counted(OPENED, ENDED, replace(BEGAN, ts="4.0")).disordered


def test_what_never_happened_or_was_not_asked_for_is_untrue() -> None:
    assert counted(*ALL, Heard(FOLLOW, "Failed", "k4", "4.0")).untrue
    assert counted(*ALL, replace(ENDED, follow=Follow("general", "task-1"), key="k4")).untrue


def test_a_card_that_does_not_show_the_end_is_stale() -> None:
    assert counted(replace(OPENED, shows="Running"), BEGAN, ENDED).stale


def test_a_message_that_tells_of_several_runs_is_no_repeat() -> None:
    other = Follow("training", "task-2")
    lives = {FOLLOW: LIFE, other: Life("task-2", LIFE.states)}
    opened = Heard(other, CARD, "k4", "1.5", shows="Done")
    together = [Heard(each, "Done", "k3", "3.0") for each in (FOLLOW, other)]

    counted = count(lives, [OPENED, opened, *together])
    assert counted.all_well
    assert counted.ends == 2

    again = replace(together[0], ts="4.0")
    assert count(lives, [OPENED, opened, *together, again]).twice
