"""What is read at the moment when Prometheus asks: the process, its work, and its rules."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from bot.domain.ports import Clock
from bot.domain.resources import Phase
from bot.domain.vitals import AccountVitals, Backlog, Census, Vitals

Family = CounterMetricFamily | GaugeMetricFamily | InfoMetricFamily


class Line(Protocol):
    """The line to Slack in socket mode."""

    @property
    def is_connected(self) -> bool: ...

    @property
    def heard_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Sources:
    """Where it is read: `vitals` are those that were last taken; `line` is for socket mode."""

    version: str
    clock: Clock
    rules_hash: Callable[[], str]
    refusals: Callable[[], int]
    vitals: Callable[[], Vitals]
    last_tick: Callable[[], datetime | None]
    line: Line | None = None


class Process(Collector):
    """Which version runs since when, and whether what should be heard of is heard."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._began = sources.clock.wall()

    def collect(self) -> Iterator[Family]:
        """The metrics as they are now."""
        build = InfoMetricFamily("qfbot_build", "The version of qfbot.")
        build.add_metric([], {"version": self._sources.version})
        yield build
        yield GaugeMetricFamily(
            "qfbot_start_time_seconds", "When it was ready, in Unix time.", self._began.timestamp()
        )
        yield GaugeMetricFamily(
            "qfbot_tick_silent_seconds",
            "For how long the tick that has rested longest has not been made.",
            self._since(self._sources.last_tick()),
        )
        if (line := self._sources.line) is not None:
            yield GaugeMetricFamily(
                "qfbot_socket_connected", "Whether a line to Slack is open.", line.is_connected
            )
            yield GaugeMetricFamily(
                "qfbot_socket_silent_seconds",
                "For how long Slack has not been heard on it.",
                self._since(line.heard_at),
            )

    def _since(self, moment: datetime | None) -> float:
        """How long ago it was, or how long qfbot has waited for it."""
        passed = self._sources.clock.wall() - (moment or self._began)
        return max(passed.total_seconds(), 0.0)


class Rules(Collector):
    """Whether replicas run under the same rules, and whether a changed file was refused."""

    def __init__(self, sources: Sources) -> None:
        self._hash = sources.rules_hash
        self._refusals = sources.refusals

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


class Work(Collector):
    """What is behind, on the way in and on the way out."""

    def __init__(self, sources: Sources) -> None:
        self._vitals = sources.vitals

    def collect(self) -> Iterator[Family]:
        """The metrics as they were last taken."""
        vitals = self._vitals()
        for name, told, value in _OF_ACCOUNTS:
            gauge = GaugeMetricFamily(f"qfbot_account_{name}", told, labels=["account"])
            for account, each in vitals.accounts.items():
                gauge.add_metric([account], value(each))
            yield gauge
        yield _waiting(vitals)
        yield from _outbox(vitals.backlog)
        yield from _watches(vitals.census)
        yield CounterMetricFamily(
            "qfbot_repeats_healed", "Messages that stood twice, and were taken away.", vitals.healed
        )
        yield GaugeMetricFamily(
            "qfbot_slack_closed",
            "Whether Slack takes nothing from this installation.",
            bool(vitals.closed),
        )


def _outbox(backlog: Backlog) -> Iterator[Family]:
    yield GaugeMetricFamily(
        "qfbot_outbox_pending", "Messages that channels are owed.", backlog.pending
    )
    yield GaugeMetricFamily(
        "qfbot_outbox_closed",
        "How many of them wait for a channel that cannot be written to.",
        backlog.closed,
    )
    yield GaugeMetricFamily(
        "qfbot_outbox_oldest_seconds",
        "For how long the oldest of the others has been owed.",
        backlog.oldest.total_seconds(),
    )


def _watches(census: Census) -> Iterator[Family]:
    gauge = GaugeMetricFamily("qfbot_watches", "Watches, by the state seen last.", labels=["state"])
    for phase in Phase:
        gauge.add_metric([phase], census.by_phase.get(phase, 0))
    yield gauge
    yield GaugeMetricFamily(
        "qfbot_watches_blocked",
        "Watches in channels that cannot be written to.",
        census.blocked,
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
