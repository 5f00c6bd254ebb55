"""What Prometheus is told, in the form in which it reads it."""

from prometheus_client import generate_latest

from bot.metrics import registry


def test_the_version_the_rules_and_their_refusals_are_told_as_they_are_now() -> None:
    hashes, refusals = ["1ffb83ce6ba0"], [0]
    made = registry("1.2.3", lambda: hashes[-1], lambda: refusals[-1])
    assert b'qfbot_build_info{version="1.2.3"} 1.0' in generate_latest(made)
    assert b'qfbot_rules_info{hash="1ffb83ce6ba0"} 1.0' in generate_latest(made)

    hashes.append("7d0a7a2d90a2")
    refusals.append(3)

    assert b'qfbot_rules_info{hash="7d0a7a2d90a2"} 1.0' in generate_latest(made)
    assert b"qfbot_rules_refused_total 3.0" in generate_latest(made)
