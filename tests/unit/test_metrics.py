"""What Prometheus is told, in the form in which it reads it."""

from datetime import timedelta

from prometheus_client import generate_latest

from bot.domain.facts import Outage
from bot.domain.vitals import AccountVitals, Backlog, BudgetState, Vitals
from bot.domain.watching import Load
from bot.metrics import registry

NOTHING = Vitals({})
SECOND = timedelta(seconds=1)


def told(vitals: Vitals) -> list[str]:
    """What is told of the work, line by line, without the help."""
    text = generate_latest(registry("1.2.3", str, int, lambda: vitals)).decode()
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_the_version_the_rules_and_their_refusals_are_told_as_they_are_now() -> None:
    hashes, refusals = ["1ffb83ce6ba0"], [0]
    made = registry("1.2.3", lambda: hashes[-1], lambda: refusals[-1], lambda: NOTHING)
    assert b'qfbot_build_info{version="1.2.3"} 1.0' in generate_latest(made)
    assert b'qfbot_rules_info{hash="1ffb83ce6ba0"} 1.0' in generate_latest(made)

    hashes.append("7d0a7a2d90a2")
    refusals.append(3)

    assert b'qfbot_rules_info{hash="7d0a7a2d90a2"} 1.0' in generate_latest(made)
    assert b"qfbot_rules_refused_total 3.0" in generate_latest(made)


def test_what_is_behind_is_told_of_each_account() -> None:
    busy = AccountVitals(
        Load(watched=300, overdue=7, late=9 * SECOND),
        BudgetState(per_second=2, tokens=1.5, longest_wait=4 * SECOND),
        longest=300 * SECOND,
    )
    lost = AccountVitals(Load(1), BudgetState(1, 10), 300 * SECOND, Outage.DOWN)

    lines = told(Vitals({"default": busy, "prod": lost}))

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
        assert f'qfbot_account_{name}{{account="default"}} {float(value)}' in lines
    assert 'qfbot_account_outage{account="prod"} 1.0' in lines


def test_what_channels_are_owed_and_what_was_healed_is_told() -> None:
    lines = told(Vitals({}, Backlog(12, 90 * SECOND), healed=3, closed="token_revoked"))

    assert "qfbot_outbox_pending 12.0" in lines
    assert "qfbot_outbox_oldest_seconds 90.0" in lines
    assert "qfbot_repeats_healed_total 3.0" in lines
    assert "qfbot_slack_closed 1.0" in lines
    assert "qfbot_slack_closed 0.0" in told(NOTHING)
