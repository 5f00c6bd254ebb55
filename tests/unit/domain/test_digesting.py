"""Which things a digest names, in which order, and how many it only counts."""

from dataclasses import replace
from typing import Any

from bot.domain.digesting import MOST_NAMED, Seen, digest
from bot.domain.id_grammar import read_id
from bot.domain.resources import Checkpoint, Failure, FineTuningTask, Phase
from bot.domain.track import Point, Track
from tests.unit.domain.samples import NOON, minutes, task

SINCE = NOON - minutes(24 * 60)


def seen(
    number: int, phase: Phase, track: Track | None = None, failures: int = 0, **fields: Any
) -> Seen:
    run = replace(task(phase.name.title(), phase), id=read_id(f"task-abcdef{number:06}"), **fields)
    return Seen(run, NOON, track or Track(), failures)


def rising(per_step: int) -> Track:
    """A run that has come so many percents further every ten minutes for an hour."""
    points = tuple(Point(NOON - minutes(60 - 10 * n), 10 + per_step * n) for n in range(7))
    return Track(running_since=points[0].at, points=points, progressed_at=NOON)


def test_failures_are_named_first_and_then_what_was_stopped() -> None:
    phases = (Phase.DONE, Phase.STOPPED, Phase.FAILED, Phase.DONE)
    told = digest(SINCE, NOON, [seen(n, each) for n, each in enumerate(phases)], [])

    assert [each.resource.phase for each in told.ended] == [
        Phase.FAILED,
        Phase.STOPPED,
        Phase.DONE,
        Phase.DONE,
    ]


def test_what_ends_soonest_is_named_first_and_what_nobody_can_tell_last() -> None:
    live = [
        seen(1, Phase.RUNNING),
        seen(2, Phase.RUNNING, rising(5), progress=40),
        seen(3, Phase.RUNNING, rising(12), progress=82),
        seen(4, Phase.QUEUED),
    ]
    told = digest(SINCE, NOON, [], live)

    assert [str(each.resource.id)[-1] for each in told.running] == ["3", "2", "1"]
    assert [each.latest is not None for each in told.running] == [True, True, False]
    assert [str(each.resource.id)[-1] for each in told.waiting] == ["4"]


def test_what_is_too_much_to_name_is_counted() -> None:
    many = [seen(n, Phase.FAILED) for n in range(MOST_NAMED + 30)]
    told = digest(SINCE, NOON, many, [])

    assert (len(told.ended), told.ended_more, told.running_more) == (MOST_NAMED, 30, 0)
    assert told.failed == MOST_NAMED + 30


def test_of_a_run_no_more_is_kept_than_a_line_shows() -> None:
    failed = seen(
        1,
        Phase.FAILED,
        failure=Failure(f"\n{'x' * 5000}\nat rank 3", "336101"),
        checkpoints=(Checkpoint(1),),
        vdl_link="https://console.bce.baidu.com/?displayToken=secret",
        description="long",
    )
    [told] = digest(SINCE, NOON, [failed], []).ended

    assert isinstance(told.resource, FineTuningTask)
    assert told.resource.failure == Failure("x" * 300, "336101")
    assert (told.resource.checkpoints, told.resource.vdl_link) == ((), "")


def test_what_cannot_be_read_has_no_forecast() -> None:
    told = digest(SINCE, NOON, [], [seen(1, Phase.RUNNING, rising(12), failures=3)])

    assert (told.running[0].unread_since, told.running[0].latest) == (NOON, None)


def test_a_day_on_which_nothing_was_is_empty() -> None:
    assert digest(SINCE, NOON, [], []).is_empty
    assert not digest(SINCE, NOON, [], [seen(1, Phase.QUEUED)]).is_empty
