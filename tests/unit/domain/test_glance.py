"""What is worth an edit of a card, and how a range is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from bot.domain.alarms import symptoms
from bot.domain.changes import Look
from bot.domain.facts import Actors
from bot.domain.forecast import HELD, Forecast, forecast
from bot.domain.glance import (
    Glance,
    Known,
    Range,
    first_glance,
    glance,
    seen_anew,
    worth_showing,
)
from bot.domain.moments import Happened
from bot.domain.resources import Phase
from bot.domain.symptoms import Stalled
from bot.domain.track import Track, follow
from tests.benchmarks.fleets import FLEETS, Fleet
from tests.unit.domain.samples import NOON, look, minutes, task
from tests.unit.domain.test_forecast import looks_at

SHOWN = Glance(Phase.RUNNING, "Running", 40, Range(NOON + minutes(60), NOON + minutes(90)))


def expected(earliest: float, latest: float) -> Forecast:
    """From so many minutes after noon to so many."""
    ends = (earliest, (earliest + latest) / 2, latest)
    return Forecast(*(NOON + minutes(end) for end in ends))


def told(range_: Forecast, at: datetime = NOON, shown: Range | None = None) -> Range:
    """How people are told a range."""
    before = replace(SHOWN, end=shown) if shown else None
    now = glance(Look(task(progress=40), at), range_, (), before)
    assert now.end is not None
    return now.end


@pytest.mark.parametrize("percent", [31, 38, 40, 44])
def test_little_progress_is_not_worth_an_edit(percent: int) -> None:
    assert not worth_showing(SHOWN, replace(SHOWN, percent=percent))


@pytest.mark.parametrize(
    "now",
    [
        replace(SHOWN, percent=45),
        replace(SHOWN, percent=30),
        replace(SHOWN, percent=None),
        replace(SHOWN, end=None),
        replace(SHOWN, end=Range(None, NOON + minutes(90))),
        replace(SHOWN, stands_since=NOON),
        replace(SHOWN, phase=Phase.ENDING),
        replace(SHOWN, state="Training"),
        replace(SHOWN, ended=Happened(None, NOON)),
        replace(SHOWN, stopped_by=Actors("U1")),
        replace(SHOWN, unread=True),
        replace(SHOWN, gone=True),
    ],
)
def test_everything_else_that_a_card_shows_is(now: Glance) -> None:
    assert worth_showing(SHOWN, now)


def test_what_is_not_worth_an_edit_leaves_what_is_shown() -> None:
    before = first_glance(look(task(progress=40)))
    assert glance(look(task(progress=44)), None, (), before) is before
    assert glance(look(task(progress=45)), None, (), before).percent == 45


@pytest.mark.parametrize(
    ("range_", "as_told"),
    [
        (expected(61.3, 65.2), (61, 66)),
        (expected(61.3, 68.2), (60, 70)),
        (expected(61, 98), (60, 100)),
        (expected(130, 250), (120, 255)),
        (expected(310, 640), (300, 660)),
        (expected(700, 1500), (660, 1500)),
    ],
)
def test_a_range_is_as_rough_as_it_is_wide_and_grows_to_its_outside(
    range_: Forecast, as_told: tuple[int, int]
) -> None:
    earliest, latest = as_told
    assert told(range_) == Range(NOON + minutes(earliest), NOON + minutes(latest))


def test_what_may_end_at_any_moment_has_no_earliest_end() -> None:
    assert told(expected(3, 40)) == Range(None, NOON + minutes(40))


def test_a_range_that_is_nearly_over_still_lies_ahead() -> None:
    assert told(expected(0, 0)).latest > NOON


@pytest.mark.parametrize("range_", [expected(60, 90), expected(57, 93), expected(68, 84)])
def test_a_range_stays_as_it_was_told_while_it_is_still_right(range_: Forecast) -> None:
    shown = Range(NOON + minutes(60), NOON + minutes(90))
    assert told(range_, shown=shown) is shown


@pytest.mark.parametrize("range_", [expected(50, 90), expected(60, 99), expected(60, 75)])
def test_a_range_that_is_clearly_another_is_told_anew(range_: Forecast) -> None:
    shown = Range(NOON + minutes(60), NOON + minutes(90))
    assert told(range_, shown=shown) != shown


def test_a_range_that_is_past_is_told_anew() -> None:
    late = NOON + minutes(90)
    shown = Range(NOON + minutes(60), late)
    assert told(expected(91, 95), late, shown).latest > late


def test_a_range_within_which_it_is_now_needs_no_edit() -> None:
    now = NOON + minutes(70)
    shown = Range(NOON + minutes(60), NOON + minutes(90))
    assert told(expected(71, 89), now, shown) is shown


def test_while_it_stands_there_is_no_range() -> None:
    stands = replace(expected(60, 90), stands_since=NOON)
    assert glance(look(task(progress=40)), stands, ()) == replace(
        SHOWN, end=None, stands_since=NOON
    )
    unforeseen = Stalled(NOON, minutes(20), 40)
    assert glance(look(task(progress=40)), None, (unforeseen,)).stands_since == NOON


def test_what_was_just_seen_anew_is_judged_by_all_that_is_known() -> None:
    track, last = Track(), look(task(progress=0))
    for number in range(1, 12):
        now = Look(task(progress=5 * number), NOON + minutes(5 * number))
        track, last = follow(track, last, now), now
    known = Known(last, track, first_glance(last))
    anew = Look(task(progress=60), NOON + minutes(60))
    shown = seen_anew(known, anew).glance
    assert shown is not None
    assert shown.end is not None
    assert shown.end.earliest is not None
    assert shown.end.earliest < NOON + minutes(100) < shown.end.latest
    assert seen_anew(Known(anew, track, shown), last).glance is shown


def test_what_was_seen_once_is_known_to_wait_since_then() -> None:
    waits = look(task("Waiting", Phase.QUEUED))
    assert seen_anew(Known(waits, Track()), waits).track.queued_since == waits.at


@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet.name)
def test_what_people_read_holds_as_often_as_it_says_and_costs_few_edits(fleet: Fleet) -> None:
    draw = Random(fleet.name)
    lives = [life for _ in range(20 // fleet.together or 1) for life in fleet.draw(draw)]
    held, edits = [], []
    for life in (life for life in lives if not life.fails):
        end, edited = NOON + timedelta(seconds=life.length), 0
        shown: Glance | None = None
        for track, now in looks_at(life, every=life.length / 60):
            signs = symptoms(track, now.resource, now.at)
            before, shown = shown, glance(now, forecast(track, now.resource, now.at), signs, shown)
            edited += shown is not before
            if shown.end is not None:
                held.append((shown.end.earliest or now.at) <= end <= shown.end.latest)
        edits.append(edited)
    assert sum(held) / len(held) >= HELD / 100
    assert sum(edits) / len(edits) < 40


@pytest.mark.parametrize(
    ("ends", "is_told"),
    [
        ((150, 300, 5500), False),  # between two hours and four days
        ((150, 300, 700), True),
        ((2, 5, 50), True),  # wide for what is left, and narrow all the same
        ((70, 120, 180), True),
    ],
)
def test_a_range_that_would_be_a_guess_is_not_told(
    ends: tuple[int, int, int], is_told: bool
) -> None:
    range_ = Forecast(*(NOON + minutes(end) for end in ends))
    shown = glance(Look(task(progress=40), NOON), range_, ())
    assert (shown.end is not None) is is_told
