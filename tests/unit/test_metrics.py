"""What Prometheus is told, in the form in which it reads it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from prometheus_client import generate_latest

from bot.domain.access import Place
from bot.domain.calls import Origin, Way
from bot.domain.errors import AccessLost, TryLater
from bot.domain.facts import Moved, Outage
from bot.domain.ids import Kind, ResourceId
from bot.domain.moments import Happened
from bot.domain.ports import Posted
from bot.domain.resources import Phase
from bot.domain.vitals import AccountVitals, Backlog, BudgetState, Census, Vitals
from bot.domain.watching import Announcement, Load, Thing
from bot.happenings import (
    Acknowledged,
    CommandEnded,
    Happening,
    Looked,
    LoopTurned,
    NotTold,
    Parked,
    SlackAnswered,
    SocketOpened,
    StateChanged,
    Told,
)
from bot.metrics.counts import MOST_VALUES
from bot.metrics.readings import Sources
from bot.metrics.registry import Metrics
from tests.unit.domain.samples import NOON, task

NOTHING = Vitals({})
SECOND = timedelta(seconds=1)
ORIGIN = Origin("UADA", Place("C1"), Way.TYPED, NOON)


class StillClock:
    """A clock that stands still."""

    def wall(self) -> datetime:
        return NOON

    def world(self) -> datetime:
        raise AssertionError


@dataclass
class Line:
    is_connected: bool = True
    heard_at: datetime | None = NOON - 7 * SECOND


SOURCES = Sources("1.2.3", StillClock(), str, int, lambda: NOTHING, lambda: NOON - 2 * SECOND)


def read(sources: Sources) -> list[str]:
    """What is told of these, line by line, without the help."""
    metrics = Metrics()
    metrics.read(sources)
    return lines(metrics)


def told(vitals: Vitals) -> list[str]:
    return read(replace(SOURCES, vitals=lambda: vitals))


def counted(*happenings: Happening) -> list[str]:
    metrics = Metrics()
    for happening in happenings:
        metrics.counts(happening)
    return lines(metrics)


def lines(metrics: Metrics) -> list[str]:
    text = generate_latest(metrics.registry).decode()
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_the_version_the_rules_and_their_refusals_are_told_as_they_are_now() -> None:
    hashes, refusals = ["1ffb83ce6ba0"], [0]
    metrics = Metrics()
    metrics.read(replace(SOURCES, rules_hash=lambda: hashes[-1], refusals=lambda: refusals[-1]))
    assert 'qfbot_build_info{version="1.2.3"} 1.0' in lines(metrics)
    assert 'qfbot_rules_info{hash="1ffb83ce6ba0"} 1.0' in lines(metrics)

    hashes.append("7d0a7a2d90a2")
    refusals.append(3)

    assert 'qfbot_rules_info{hash="7d0a7a2d90a2"} 1.0' in lines(metrics)
    assert "qfbot_rules_refused_total 3.0" in lines(metrics)


def test_what_is_behind_is_told_of_each_account() -> None:
    busy = AccountVitals(
        Load(watched=300, overdue=7, late=9 * SECOND),
        BudgetState(per_second=2, tokens=1.5, longest_wait=4 * SECOND),
        longest=300 * SECOND,
    )
    lost = AccountVitals(Load(1), BudgetState(1, 10), 300 * SECOND, Outage.DOWN)

    shown = told(Vitals({"default": busy, "prod": lost}))

    for name, value in {
        "watched": 300,
        "overdue": 7,
        "late_seconds": 9,
        "pause_seconds": 150,
        "budget_tokens": 1.5,
        "budget_per_second": 2,
        "budget_wait_seconds": 4,
        "outage": 0,
    }.items():
        assert f'qfbot_account_{name}{{account="default"}} {float(value)}' in shown
    assert 'qfbot_account_outage{account="prod"} 1.0' in shown


def test_what_channels_are_owed_and_what_was_healed_is_told() -> None:
    shown = told(Vitals({}, Backlog(12, 90 * SECOND, 5), healed=3, closed="token_revoked"))

    assert "qfbot_outbox_pending 12.0" in shown
    assert "qfbot_outbox_closed 5.0" in shown
    assert "qfbot_outbox_oldest_seconds 90.0" in shown
    assert "qfbot_repeats_healed_total 3.0" in shown
    assert "qfbot_slack_closed 1.0" in shown
    assert "qfbot_slack_closed 0.0" in told(NOTHING)


def test_watches_are_told_by_state_each_state_always() -> None:
    shown = told(Vitals({}, census=Census({Phase.RUNNING: 7}, blocked=2)))

    assert 'qfbot_watches{state="running"} 7.0' in shown
    assert 'qfbot_watches{state="queued"} 0.0' in shown
    assert "qfbot_watches_blocked 2.0" in shown


def test_how_long_nothing_was_heard_is_told_of_ticks_and_of_the_line() -> None:
    shown = read(replace(SOURCES, line=Line()))

    assert "qfbot_tick_silent_seconds 2.0" in shown
    assert "qfbot_socket_silent_seconds 7.0" in shown
    assert "qfbot_socket_connected 1.0" in shown
    [start] = [line for line in shown if line.startswith("qfbot_start_time_seconds")]
    assert float(start.split()[1]) == NOON.timestamp()


def test_without_a_line_nothing_is_told_of_one() -> None:
    assert not [line for line in read(SOURCES) if line.startswith("qfbot_socket_silent")]


def test_a_line_that_was_not_heard_yet_is_silent_since_the_start() -> None:
    assert "qfbot_socket_silent_seconds 0.0" in read(replace(SOURCES, line=Line(heard_at=None)))


def test_a_command_is_counted_by_its_outcome_and_timed() -> None:
    shown = counted(CommandEnded("stop", ORIGIN, "stop accepted", 2 * SECOND, "request-1"))

    assert 'qfbot_commands_total{command="stop",outcome="stop accepted"} 1.0' in shown
    assert 'qfbot_command_seconds_sum{command="stop"} 2.0' in shown


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        ("made amv-0kd3vv7c9x2a", "made"),
        ("asked for approval 12", "asked for approval"),
        ("lost, not there", "lost"),
        ("OutcomeUnknown", "OutcomeUnknown"),
        ("17", "other"),
        ("", "other"),
    ],
)
def test_an_outcome_is_counted_without_the_ids_in_it(outcome: str, label: str) -> None:
    shown = counted(CommandEnded("publish", ORIGIN, outcome, SECOND))
    assert f'qfbot_commands_total{{command="publish",outcome="{label}"}} 1.0' in shown


def test_whatever_is_made_up_outside_there_are_only_so_many_series() -> None:
    made_up = [SlackAnswered("chat.postMessage", f"odd_{number}") for number in range(300)]

    shown = [line for line in counted(*made_up) if line.startswith("qfbot_slack_calls_total")]

    assert len(shown) == MOST_VALUES + 1
    assert 'qfbot_slack_calls_total{code="other",method="chat.postMessage"} 220.0' in shown


def test_slacks_calls_are_counted_by_method_and_code() -> None:
    shown = counted(SlackAnswered("chat.update", "ratelimited"), SlackAnswered("chat.update", "ok"))

    assert 'qfbot_slack_calls_total{code="ratelimited",method="chat.update"} 1.0' in shown
    assert 'qfbot_slack_calls_total{code="ok",method="chat.update"} 1.0' in shown


def test_acks_looks_lines_and_the_loops_lag_are_counted() -> None:
    shown = counted(
        Acknowledged("command", 0.002 * SECOND),
        Looked("default", "same"),
        SocketOpened(),
        LoopTurned(0.004 * SECOND),
    )

    assert 'qfbot_ack_seconds_bucket{kind="command",le="0.0025"} 1.0' in shown
    assert 'qfbot_looks_total{account="default",outcome="same"} 1.0' in shown
    assert "qfbot_socket_connections_total 1.0" in shown
    assert 'qfbot_loop_lag_seconds_bucket{le="0.005"} 1.0' in shown


def ended(happened: Happened, phase: Phase = Phase.FAILED) -> StateChanged:
    thing = Thing("default", ResourceId(Kind.TASK, "task-0tgmn4a7h4i6"))
    return StateChanged(thing, "Running", "Failed", phase, happened)


def test_how_late_an_end_was_seen_is_timed_where_its_moment_is_known() -> None:
    known = Happened(NOON, NOON + 60 * SECOND, NOON + 50 * SECOND)

    assert 'qfbot_end_seen_seconds_sum{phase="failed"} 10.0' in counted(ended(known))
    for other in (ended(Happened(NOON, NOON + SECOND)), ended(known, Phase.RUNNING)):
        assert not [line for line in counted(other) if "end_seen_seconds_sum" in line]


MOVED = Moved(task(), Phase.QUEUED, "Queued", Happened(None, NOON))
OWED = Announcement(1, "key-1", "C1", MOVED, about="task-1", made_at=NOON)


def test_how_long_a_message_was_owed_is_timed_by_what_it_tells() -> None:
    shown = counted(Told(OWED, Posted("C1", "7.0"), NOON + 3 * SECOND))
    assert 'qfbot_told_seconds_sum{kind="moved"} 3.0' in shown


def test_a_clock_that_was_set_back_makes_no_wait_negative() -> None:
    shown = counted(Told(OWED, Posted("C1", "7.0"), NOON - 3 * SECOND))
    assert 'qfbot_told_seconds_sum{kind="moved"} 0.0' in shown


def test_what_was_put_off_and_given_up_is_counted() -> None:
    shown = counted(
        NotTold(OWED, TryLater(SECOND, "ratelimited")),
        NotTold(OWED, AccessLost("is_archived")),
        Parked(OWED, "invalid_blocks"),
    )

    assert 'qfbot_announcements_delayed_total{reason="TryLater"} 1.0' in shown
    assert 'qfbot_announcements_delayed_total{reason="AccessLost"} 1.0' in shown
    assert 'qfbot_announcements_parked_total{kind="moved"} 1.0' in shown
