"""What can wait for the morning, and what is left of it then."""

from dataclasses import replace

import pytest

from bot.domain.facts import (
    Actors,
    Alarmed,
    CardOpened,
    Fact,
    JobGone,
    Moved,
    Outage,
    OutageBegan,
    OutageEnded,
    RunAppeared,
    StopAsked,
    Unreadable,
    Vanished,
    WatchExpired,
)
from bot.domain.holding import is_held, net
from bot.domain.moments import Happened
from bot.domain.resources import Phase
from bot.domain.symptoms import LossGone, Queued
from tests.unit.domain.samples import NOON, minutes, task

HAPPENED = Happened(None, NOON)
CARD = CardOpened(task("Waiting", Phase.QUEUED), "UADA")
BEGAN = Moved(task(), Phase.QUEUED, "Waiting", HAPPENED)
WAITS = Moved(task("Waiting", Phase.QUEUED), Phase.RUNNING, "Running", HAPPENED)
DONE = Moved(task("Done", Phase.DONE), Phase.RUNNING, "Running", HAPPENED)
FAILED = Moved(task("Failed", Phase.FAILED), Phase.RUNNING, "Running", HAPPENED)
MIGRATES = Moved(task("Migrating", Phase.UNKNOWN), Phase.UNKNOWN, "Evaluating", HAPPENED)
ALARM = Alarmed(task(), Queued(NOON, minutes(120)))
GRAVE = Alarmed(task(), LossGone(300))
GONE = Vanished(task(), HAPPENED)
DOWN = OutageBegan("default", Outage.DOWN, NOON)
UP = OutageEnded("default", Outage.DOWN, NOON, NOON)


@pytest.mark.parametrize(
    ("fact", "held"),
    [
        (CARD, True),
        (BEGAN, True),
        (DONE, True),
        (FAILED, False),
        (GONE, True),
        (ALARM, True),
        (GRAVE, False),
        (Unreadable(task(), NOON), True),
        (WatchExpired(task()), True),
        (RunAppeared(task("Done", Phase.DONE)), True),
        (RunAppeared(task("Failed", Phase.FAILED)), False),
        (DOWN, True),
        (StopAsked(task(), Actors("UADA"), accepted=True), False),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_grave_or_was_asked_for_cannot_wait(fact: Fact, held: bool) -> None:
    assert is_held(fact) is held


@pytest.mark.parametrize(
    ("older", "newer", "left"),
    [
        (CARD, BEGAN, (replace(CARD, resource=task()), None)),
        (CARD, ALARM, (CARD, ALARM)),
        (CARD, GRAVE, (CARD, GRAVE)),
        (CARD, DONE, (None, DONE)),
        (CARD, FAILED, (None, FAILED)),
        (CARD, GONE, (None, GONE)),
        (CARD, WatchExpired(task()), (None, WatchExpired(task()))),
        (BEGAN, DONE, (None, replace(DONE, before=Phase.QUEUED, before_state="Waiting"))),
        (BEGAN, WAITS, (None, None)),
        (MIGRATES, MIGRATES, (None, MIGRATES)),
        (BEGAN, GRAVE, (None, GRAVE)),
        (ALARM, BEGAN, (None, BEGAN)),
        (DONE, GONE, (None, GONE)),
        (DOWN, UP, (None, UP)),
        (UP, DOWN, (None, DOWN)),
        (DOWN, JobGone("job-1"), (DOWN, JobGone("job-1"))),
    ],
    ids=lambda value: str(value)[:40],
)
def test_of_two_about_one_thing_the_net_truth_is_left(
    older: Fact, newer: Fact, left: tuple[Fact | None, Fact | None]
) -> None:
    assert net(older, newer) == left
