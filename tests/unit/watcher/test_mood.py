"""How Slack is disposed, as the passing of time changes it."""

from datetime import timedelta

import pytest

from bot.watcher.mood import PROBE_PAUSE, Allowance, Mood
from tests.unit.watcher.sending import SECOND, Monotonic


@pytest.fixture
def time() -> Monotonic:
    return Monotonic()


@pytest.fixture
def mood(time: Monotonic) -> Mood:
    return Mood(time)


def test_nothing_is_held_back_before_anything_was_heard(mood: Mood) -> None:
    assert (mood.closed, mood.resting, mood.room(16)) == ("", False, 16)


def test_where_slack_takes_nothing_everything_waits(mood: Mood, time: Monotonic) -> None:
    mood.closes("token_revoked")
    time.passes(PROBE_PAUSE - SECOND)

    assert (mood.closed, mood.resting, mood.room(16)) == ("token_revoked", True, 0)


def test_after_a_pause_one_thing_is_tried_and_no_more_than_there_is(
    mood: Mood, time: Monotonic
) -> None:
    mood.closes("token_revoked")
    time.passes(PROBE_PAUSE)

    assert (mood.resting, mood.room(16), mood.room(0)) == (False, 1, 0)


def test_a_trial_that_fails_begins_another_pause(mood: Mood, time: Monotonic) -> None:
    mood.closes("token_revoked")
    time.passes(PROBE_PAUSE)
    mood.closes("account_inactive")

    assert (mood.closed, mood.room(16)) == ("account_inactive", 0)


def test_once_slack_took_something_nothing_is_held_back(mood: Mood) -> None:
    mood.closes("token_revoked")
    mood.opens()

    assert (mood.closed, mood.room(16)) == ("", 16)


@pytest.fixture
def allowance(time: Monotonic) -> Allowance:
    return Allowance(2, 10, time)


def test_so_many_at_once_and_then_so_many_a_second(allowance: Allowance, time: Monotonic) -> None:
    assert allowance.room == 10
    allowance.spend(10)
    assert allowance.room == 0

    time.passes(SECOND / 4)
    assert allowance.room == 0
    time.passes(SECOND / 4)
    assert allowance.room == 1
    time.passes(SECOND)
    assert allowance.room == 3


def test_a_long_rest_allows_no_more_at_once(allowance: Allowance, time: Monotonic) -> None:
    time.passes(timedelta(hours=1))
    assert allowance.room == 10

    allowance.spend(4)
    assert allowance.room == 6


def test_while_slack_wants_none_there_is_no_room(allowance: Allowance, time: Monotonic) -> None:
    allowance.rest(30 * SECOND)
    allowance.rest(5 * SECOND)

    time.passes(29 * SECOND)
    assert allowance.room == 0
    time.passes(SECOND)
    assert allowance.room == 10
