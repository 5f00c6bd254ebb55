"""All metrics of one process, as `/metrics` shows them."""

from prometheus_client import CollectorRegistry, disable_created_metrics

from bot.metrics.counts import Counts
from bot.metrics.readings import Process, Rules, Sources, Work

# Of no use where the counters begin with the process, and as many again.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """A registry that is counted into from the start, and gets its readings once there are any."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.counts = Counts(self.registry)

    def read(self, sources: Sources) -> None:
        """From now on tell what these say as well, whenever somebody asks."""
        for collector in (Process(sources), Rules(sources), Work(sources)):
            self.registry.register(collector)
