"""What is counted and timed as it happens. A label is one of a few words, and never an id."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram

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

#: More than qfbot itself has of any of them; what others make up beyond that has one name.
MOST_VALUES = 80
OTHER = "other"

# "made amv-…" is "made", and "asked for approval 7" is "asked for approval".
_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*(?![\w-])")

_ACKS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
_ANSWERS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)
_LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)
_SEEN = (5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14400)
_TOLD = (0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600, 14400)


class Counts:
    """Counts what it is told; it is a `bot.happenings.Tell`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(f"qfbot_{name}", told, labels, registry=registry)

        def histogram(name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"qfbot_{name}", told, labels, buckets=buckets, registry=registry)

        self._commands = counter("commands", "Commands that were answered.", "command", "outcome")
        self._answers = histogram(
            "command_seconds", "From a question to its answer.", _ANSWERS, "command"
        )
        self._acks = histogram(
            "ack_seconds", "From a request of Slack's to its acknowledgement.", _ACKS, "kind"
        )
        self._looks = counter("looks", "Looks at watched things.", "account", "outcome")
        self._seen = histogram(
            "end_seen_seconds",
            "From an end, where its moment is known, to the look that saw it (world time).",
            _SEEN,
            "phase",
        )
        self._told = histogram(
            "told_seconds", "From a record to its message in the channel.", _TOLD, "kind"
        )
        self._delayed = counter(
            "announcements_delayed", "Attempts to send that did not succeed.", "reason"
        )
        self._parked = counter("announcements_parked", "Announcements given up.", "kind")
        self._calls = counter("slack_calls", "Calls of Slack's API.", "method", "code")
        self._sockets = counter("socket_connections", "Lines that Slack has greeted.")
        self._lag = histogram("loop_lag_seconds", "How late the event loop comes round.", _LAGS)
        self._few: dict[str, set[str]] = {}
        self._counting: Mapping[type, Callable[[Any], None]] = {
            CommandEnded: self._command_ended,
            Acknowledged: self._acknowledged,
            Looked: self._looked,
            StateChanged: self._state_changed,
            Told: self._was_told,
            NotTold: self._not_told,
            Parked: self._was_parked,
            SlackAnswered: self._slack_answered,
            SocketOpened: lambda _: self._sockets.inc(),
            LoopTurned: lambda turned: self._lag.observe(turned.lag.total_seconds()),
        }

    def __call__(self, happening: Happening) -> None:
        """Count it, where it is counted at all."""
        count = self._counting.get(type(happening))
        if count is not None:
            count(happening)

    def _command_ended(self, ended: CommandEnded) -> None:
        command = self._one_of_few("command", ended.command)
        words = _WORDS.match(ended.outcome)
        outcome = self._one_of_few("outcome", words[0] if words else OTHER)
        self._commands.labels(command, outcome).inc()
        self._answers.labels(command).observe(ended.took.total_seconds())

    def _acknowledged(self, acknowledged: Acknowledged) -> None:
        self._acks.labels(acknowledged.kind).observe(acknowledged.took.total_seconds())

    def _looked(self, looked: Looked) -> None:
        self._looks.labels(looked.account, looked.outcome).inc()

    def _state_changed(self, changed: StateChanged) -> None:
        if (seen_after := changed.seen_after) is not None:
            self._seen.labels(str(changed.phase)).observe(seen_after.total_seconds())

    def _was_told(self, told: Told) -> None:
        if (waited := told.waited) is not None:
            self._told.labels(told.announcement.fact.type).observe(waited.total_seconds())

    def _not_told(self, not_told: NotTold) -> None:
        self._delayed.labels(type(not_told.error).__name__).inc()

    def _was_parked(self, parked: Parked) -> None:
        self._parked.labels(parked.announcement.fact.type).inc()

    def _slack_answered(self, answered: SlackAnswered) -> None:
        method = self._one_of_few("method", answered.method)
        self._calls.labels(method, self._one_of_few("code", answered.code)).inc()

    def _one_of_few(self, label: str, value: str) -> str:
        """The value, unless others have made up too many of this label already."""
        known = self._few.setdefault(label, set())
        if value not in known:
            if len(known) >= MOST_VALUES:
                return OTHER
            known.add(value)
        return value
