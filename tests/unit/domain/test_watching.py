"""Where what is told goes, what is worth telling late, and how much there is to look at."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.facts import (
    AccessGone,
    Actors,
    Alarmed,
    CardOpened,
    Fact,
    Moved,
    Outage,
    OutageBegan,
    OutageEnded,
    RightsChanged,
    StopAsked,
    Undeliverable,
    Unreadable,
    Vanished,
    VersionAsked,
)
from bot.domain.moments import Happened
from bot.domain.resources import Phase
from bot.domain.symptoms import LossGone, Queued
from bot.domain.watching import (
    Announcement,
    Load,
    Placement,
    Thing,
    Watch,
    outlives_access,
    placed,
    placement,
)
from tests.unit.domain.samples import NOON, minutes, task

HAPPENED = Happened(None, NOON)
STARTED = Moved(task(), Phase.QUEUED, "Queued", HAPPENED)
FAILED = Moved(task("Failed", Phase.FAILED), Phase.RUNNING, "Running", HAPPENED)
VANISHED = Vanished(task(), HAPPENED)
STOP_ASKED = StopAsked(task(), Actors("UADA"), accepted=True)


@pytest.mark.parametrize(
    ("fact", "place"),
    [
        (CardOpened(task(), "UADA"), Placement.CARD),
        (STARTED, Placement.THREAD),
        (FAILED, Placement.THREAD_AND_CHANNEL),
        (VANISHED, Placement.THREAD_AND_CHANNEL),
        (Unreadable(task(), NOON), Placement.THREAD),
        (Alarmed(task(), Queued(NOON, minutes(120))), Placement.THREAD),
        (Alarmed(task(), LossGone(300)), Placement.THREAD_AND_CHANNEL),
        (STOP_ASKED, Placement.CHANNEL),
        (OutageBegan("default", Outage.DOWN, NOON), Placement.CHANNEL),
        (OutageEnded("default", Outage.DOWN, NOON, NOON), Placement.CHANNEL),
        (Undeliverable("C1", "task-0tgmn4a7h4i6", "invalid_blocks"), Placement.CHANNEL),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_fact_has_its_place(fact: Fact, place: Placement) -> None:
    assert placement(fact) is place


def test_only_what_belongs_in_a_thread_is_put_there() -> None:
    started = Announcement(1, "key", "C1", STARTED, thread_ts="1.0")

    assert placed(started) == started
    assert placed(replace(started, fact=FAILED)).thread_ts == "1.0"
    assert placed(replace(started, fact=STOP_ASKED)).thread_ts == ""


@pytest.mark.parametrize(
    ("fact", "outlives"),
    [
        (STARTED, True),
        (VANISHED, True),
        (AccessGone("C1", "task-0tgmn4a7h4i6", "is_archived"), True),
        (OutageBegan("default", Outage.DOWN, NOON), True),
        (STOP_ASKED, False),
        (VersionAsked(Actors("UADA"), "am-1", "amv-1", "task-1"), False),
        (RightsChanged("UADA", "UBO", "operator", given=True), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_line_about_a_command_does_not_wait_for_a_channel_to_open(
    fact: Fact, outlives: bool
) -> None:
    assert outlives_access(fact) is outlives


@pytest.mark.parametrize(("watched", "per_second", "seconds"), [(1, 1, 1), (300, 2, 150)])
def test_what_is_watched_shares_the_budget(watched: int, per_second: float, seconds: int) -> None:
    assert Load(watched).share(per_second) == timedelta(seconds=seconds)


def test_a_watch_is_muted_until_its_moment() -> None:
    watch = Watch(Thing("default", task().id), "C1", "UADA", NOON, NOON + minutes(60))
    muted = replace(watch, muted_until=NOON + minutes(10))

    assert not watch.is_muted(NOON)
    assert muted.is_muted(NOON + minutes(9))
    assert not muted.is_muted(NOON + minutes(10))
