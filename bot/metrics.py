"""What Prometheus is told of the process and of the rules that it runs under."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Info
from prometheus_client.core import CounterMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

Family = CounterMetricFamily | InfoMetricFamily


def registry(
    version: str, rules_hash: Callable[[], str], refusals: Callable[[], int]
) -> CollectorRegistry:
    """The metrics, read when they are asked for."""
    made = CollectorRegistry()
    Info("qfbot_build", "The version of qfbot.", registry=made).info({"version": version})
    made.register(_Rules(rules_hash, refusals))
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
