"""What the sender does with an announcement, by what is known of its last attempt."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.attachments import MOST_TRIES, Preparation
from bot.domain.facts import Actors, ChartAsked, StopAsked
from bot.domain.resources import Checkpoint
from bot.domain.watching import Announcement
from bot.watcher.sender import SEARCHES, SETTLE, Step, next_step
from tests.unit.domain.samples import NOON, task

FRESH = Announcement(1, "key", "C1", StopAsked(task(), Actors("UADA"), accepted=True))
LOST = replace(FRESH, attempts=1, attempted_at=NOON)

CURVED = replace(task(), checkpoints=(Checkpoint(1, 2.0), Checkpoint(2, 1.0)))
PICTURED = replace(FRESH, fact=ChartAsked(CURVED, "UADA"))


def test_what_was_never_tried_is_sent() -> None:
    assert next_step(FRESH, NOON) is Step.SEND


def test_after_a_lost_answer_the_message_is_given_time_to_appear() -> None:
    assert next_step(LOST, NOON + SETTLE - timedelta(seconds=1)) is Step.WAIT


def test_then_the_channel_is_searched_before_anything_is_sent_again() -> None:
    assert next_step(LOST, NOON + SETTLE) is Step.SEARCH


def test_only_a_message_that_was_searched_for_twice_in_vain_is_sent_again() -> None:
    assert next_step(replace(LOST, searches=SEARCHES - 1), NOON + SETTLE) is Step.SEARCH
    assert next_step(replace(LOST, searches=SEARCHES), NOON + SETTLE) is Step.SEND


def test_what_wants_a_picture_is_prepared_before_it_is_sent() -> None:
    assert next_step(PICTURED, NOON) is Step.PREPARE


def test_a_picture_is_tried_so_often_and_no_more() -> None:
    tried = replace(PICTURED, files=Preparation(MOST_TRIES))
    assert next_step(tried, NOON) is Step.SEND


def test_what_was_perhaps_posted_is_not_prepared_any_more() -> None:
    lost = replace(PICTURED, attempts=1, attempted_at=NOON)
    assert next_step(lost, NOON + SETTLE) is Step.SEARCH
