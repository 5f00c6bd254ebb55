"""Which files a fact is told with, and when it can be told."""

from dataclasses import replace

import pytest

from bot.domain.attachments import (
    MOST_TRIES,
    Attached,
    Chart,
    Preparation,
    WholeReason,
    WhyMissing,
    is_prepared,
    wanted,
)
from bot.domain.facts import CardOpened, ChartAsked, ComparisonAsked, Fact, Moved, RunAppeared
from bot.domain.id_grammar import read_id
from bot.domain.messages import VERBATIM_CHARACTERS
from bot.domain.moments import Happened
from bot.domain.resources import Checkpoint, Failure, Phase
from tests.unit.domain.samples import NOON, task

CURVED = (Checkpoint(1, 2.0, 7.0), Checkpoint(2, 1.0, 3.0))
DONE = replace(task("Done", Phase.DONE), checkpoints=CURVED)
LONG = Failure("x" * (VERBATIM_CHARACTERS + 1), "336101")
OTHER = replace(task(), id=read_id("task-4nf8v2rw6hqe"))
THERE = Attached("F1", "https://x.slack.com/files/F1", processed=True)


def moved(**changes: object) -> Moved:
    return Moved(replace(DONE, **changes), Phase.RUNNING, "Running", Happened(None, NOON))  # type: ignore[arg-type]


END = moved()


@pytest.mark.parametrize(
    ("fact", "kinds"),
    [
        (END, [Chart]),
        (RunAppeared(DONE), [Chart]),
        (moved(phase=Phase.FAILED, failure=LONG), [Chart, WholeReason]),
        (moved(phase=Phase.FAILED, failure=LONG, checkpoints=()), [WholeReason]),
        (moved(phase=Phase.FAILED, failure=Failure("x" * VERBATIM_CHARACTERS)), [Chart]),
        (moved(phase=Phase.STOPPED), [Chart]),
        (moved(checkpoints=CURVED[:1]), []),
        (moved(phase=Phase.RUNNING), []),
        (CardOpened(DONE, "UADA"), []),
        (ChartAsked(DONE, "UADA"), [Chart]),
        (ComparisonAsked((DONE, OTHER), "UADA"), [Chart]),
        (ComparisonAsked((OTHER,), "UADA"), []),
    ],
)
def test_a_fact_wants(fact: Fact, kinds: list[type]) -> None:
    assert [type(each) for each in wanted(fact)] == kinds


def test_the_whole_reason_has_no_secrets() -> None:
    told = Failure("x" * VERBATIM_CHARACTERS + " xoxb-1234567890")
    [reason] = wanted(moved(phase=Phase.FAILED, failure=told, checkpoints=()))
    assert isinstance(reason, WholeReason)
    assert reason.text.endswith(" [struck out]")
    assert reason.name == "task-0tgmn4a7h4i6-reason.txt"


def test_only_runs_with_a_curve_are_drawn_under_their_short_names() -> None:
    third = replace(DONE, id=read_id("task-5kjifvzerc5n"))
    [chart] = wanted(ComparisonAsked((DONE, OTHER, third), "UADA"))
    assert isinstance(chart, Chart)
    assert [each.name for each in chart.curves] == ["0tgmn4", "5kjifv"]
    assert chart.name == "0tgmn4-5kjifv.png"


@pytest.mark.parametrize(
    ("files", "ready"),
    [
        (Preparation(), False),
        (Preparation(1, (Attached(),)), False),
        (Preparation(1, (Attached("F1", "https://x"),)), False),
        (Preparation(1, (THERE,)), True),
        (Preparation(1, (Attached(missing=WhyMissing.NOT_DRAWN),)), True),
        (Preparation(MOST_TRIES, (Attached(),)), True),
        (Preparation(MOST_TRIES), True),
    ],
)
def test_an_end_is_told_when_its_picture_can_be_shown_or_was_tried_often(
    files: Preparation, ready: bool
) -> None:
    assert is_prepared(END, files) is ready


def test_a_text_need_not_be_processed_to_be_linked() -> None:
    fact = moved(phase=Phase.FAILED, failure=LONG, checkpoints=())
    assert is_prepared(fact, Preparation(1, (Attached("F1", "https://x"),)))


def test_what_wants_nothing_can_be_told_at_once() -> None:
    assert is_prepared(CardOpened(DONE, "UADA"), Preparation())
