"""Who is mentioned with what: only with what is shown in the channel itself."""

import pytest

from bot.domain.facts import Alarmed, CardOpened, Fact, Gathered, Moved, RunAppeared, Vanished
from bot.domain.mentions import addressed, mentioned
from bot.domain.moments import Happened
from bot.domain.resources import Phase
from bot.domain.symptoms import LossGone, Queued
from bot.domain.watching import Placement, placement
from tests.unit.domain.samples import NOON, minutes, task

HAPPENED = Happened(None, NOON)
DONE = Moved(task("Done", Phase.DONE), Phase.RUNNING, "Running", HAPPENED)
FAILED = Moved(task("Failed", Phase.FAILED), Phase.RUNNING, "Running", HAPPENED)
GONE = Vanished(task(), HAPPENED)


@pytest.mark.parametrize(
    ("fact", "meant"),
    [
        (DONE, True),
        (FAILED, True),
        (GONE, True),
        (RunAppeared(task("Done", Phase.DONE)), True),
        (Alarmed(task(), LossGone(300)), True),
        (Alarmed(task(), Queued(NOON, minutes(120))), False),
        (Moved(task(), Phase.QUEUED, "Waiting", HAPPENED), False),
        (CardOpened(task(), "UADA"), False),
    ],
    ids=lambda value: str(value)[:40],
)
def test_small_transitions_call_nobody(fact: Fact, meant: bool) -> None:
    told = addressed(fact, "ULIN")

    assert mentioned(told) == (("ULIN",) if meant else ())
    assert not meant or placement(told) is not Placement.THREAD


def test_nobody_is_called_where_nobody_was_named() -> None:
    assert mentioned(addressed(DONE, "")) == ()


def test_several_ends_call_each_once() -> None:
    ends: list[tuple[Fact, str]] = [
        (DONE, "ULIN"),
        (FAILED, "S0OPS"),
        (GONE, ""),
        (FAILED, "ULIN"),
    ]
    told = [addressed(fact, who) for fact, who in ends]

    gathered = Gathered(tuple(each for each in told if isinstance(each, Moved | Vanished)))

    assert mentioned(gathered) == ("ULIN", "S0OPS")
