"""What Prometheus is told of the process, of its work, and of the rules that it runs under."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Info
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from bot.domain.vitals import AccountVitals, Vitals

Family = CounterMetricFamily | GaugeMetricFamily | InfoMetricFamily


def registry(
    version: str,
    rules_hash: Callable[[], str],
    refusals: Callable[[], int],
    vitals: Callable[[], Vitals],
) -> CollectorRegistry:
    """The metrics, read when they are asked for; `vitals` are those that were last taken."""
    made = CollectorRegistry()
    Info("qfbot_build", "The version of qfbot.", registry=made).info({"version": version})
    made.register(_Rules(rules_hash, refusals))
    made.register(_Work(vitals))
    return made


class _Rules(Collector):
    """Whether replicas run under the same rules, and whether a changed file was refused."""

    def __init__(self, rules_hash: Callable[[], str], refusals: Callable[[], int]) -> None:
        self._hash = rules_hash
        self._refusals = refusals

    def collect(self) -> Iterable[Family]:
        """The metrics as they are now."""
        info = InfoMetricFamily("qfbot_rules", "The hash of the rules in force.")
        info.add_metric([], {"hash": self._hash()})
        yield info
        refused = CounterMetricFamily(
            "qfbot_rules_refused", "How often a changed file of the rules was refused."
        )
        refused.add_metric([], self._refusals())
        yield refused


# One gauge an account: its name, its help, and what it tells.
_OF_ACCOUNTS: tuple[tuple[str, str, Callable[[AccountVitals], float]], ...] = (
    ("watched", "Things that are looked at.", lambda each: each.load.watched),
    ("overdue", "Things that should have been looked at by now.", lambda each: each.load.overdue),
    (
        "late_seconds",
        "For how long the longest overdue look has been due.",
        lambda each: each.load.late.total_seconds(),
    ),
    (
        "pause_seconds",
        "How often each thing can be looked at, if all were looked at alike.",
        lambda each: each.pause.total_seconds(),
    ),
    ("budget_tokens", "Requests that may be made now.", lambda each: each.budget.tokens),
    (
        "budget_per_second",
        "Requests that may be made in the long run.",
        lambda each: each.budget.per_second,
    ),
    (
        "budget_wait_seconds",
        "For how long the request has waited that waits longest.",
        lambda each: each.budget.longest_wait.total_seconds(),
    ),
    ("outage", "Whether the account does not serve.", lambda each: each.outage is not None),
)


class _Work(Collector):
    """What is behind, on the way in and on the way out."""

    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        self._vitals = vitals

    def collect(self) -> Iterator[Family]:
        """The metrics as they were last taken."""
        vitals = self._vitals()
        for name, told, value in _OF_ACCOUNTS:
            gauge = GaugeMetricFamily(f"qfbot_account_{name}", told, labels=["account"])
            for account, each in vitals.accounts.items():
                gauge.add_metric([account], value(each))
            yield gauge
        yield _waiting(vitals)
        yield GaugeMetricFamily(
            "qfbot_outbox_pending", "Messages that channels are owed.", vitals.backlog.pending
        )
        yield GaugeMetricFamily(
            "qfbot_outbox_oldest_seconds",
            "For how long the oldest of them has been owed.",
            vitals.backlog.oldest.total_seconds(),
        )
        yield CounterMetricFamily(
            "qfbot_repeats_healed", "Messages that stood twice, and were taken away.", vitals.healed
        )
        yield GaugeMetricFamily(
            "qfbot_slack_closed",
            "Whether Slack takes nothing from this installation.",
            bool(vitals.closed),
        )


def _waiting(vitals: Vitals) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(
        "qfbot_account_budget_waiting",
        "Requests that wait for their turn.",
        labels=["account", "urgent"],
    )
    for account, each in vitals.accounts.items():
        gauge.add_metric([account, "true"], each.budget.waiting_urgent)
        gauge.add_metric([account, "false"], each.budget.waiting_patient)
    return gauge
