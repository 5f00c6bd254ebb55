"""What goes wrong on purpose: refused, slow and lost answers, late effects, deaf sockets."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

EVERY_METHOD = "*"
# Names that faults may have besides those of the Web API's methods.
RESPONSE_URL = "response_url"
UPLOAD = "upload"
DOWNLOAD = "download"

When = Literal["before", "after", "late"]
# Seconds: so many, or any number between two.
Seconds = float | tuple[float, float]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call instead of, or besides, its ordinary answer.

    `status` answers with that HTTP status and does nothing (429 with `retry_after` seconds);
    `error` answers with that Slack error; `delay` waits so many seconds first; `hang` never
    answers; `drop` closes the connection without an answer, "before" the effect (there is none),
    "after" it, or "late": the effect comes `late_by` seconds after the connection went.
    """

    method: str = EVERY_METHOD
    status: int | None = None
    retry_after: float = 1.0
    error: str | None = None
    delay: float = 0.0
    hang: bool = False
    drop: When | None = None
    late_by: float = 0.0


@dataclass(slots=True)
class _Rule:
    """A fault in force: its seconds may still be ranges."""

    fault: Fault
    left: int | None
    share: float
    retry_after: Seconds
    delay: Seconds
    late_by: Seconds


class Faults:
    """The faults in force; none at first. The newest that fits a call wins.

    Each way to add one takes the method it is for (every one by default, "response_url" and
    "upload" too), `times` (None: until `clear`) and `share` (of the calls that it meets; the dice
    are seeded). Besides there are states: `history_lag` seconds pass until a message can be read
    back; `deaf` sockets answer no ping and hear no ack; `mute` sockets deliver nothing; while
    files are `unprocessed` their type is not known and no message can show them;
    `refused_tickets` is how many Socket Mode connections are still refused.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._random = random.Random(seed)
        self._rules: list[_Rule] = []
        self.history_lag: Seconds = 0.0
        self.deaf = False
        self.mute = False
        self.unprocessed = False
        self.refused_tickets = 0

    def add(
        self,
        fault: Fault,
        *,
        times: int | None = None,
        share: float = 1.0,
        retry_after: Seconds | None = None,
        delay: Seconds | None = None,
        late_by: Seconds | None = None,
    ) -> None:
        """Put a fault in force; seconds given here may be ranges, and win over the fault's own."""
        self._rules.append(
            _Rule(
                fault,
                times,
                share,
                fault.retry_after if retry_after is None else retry_after,
                fault.delay if delay is None else delay,
                fault.late_by if late_by is None else late_by,
            )
        )

    def status(
        self, status: int, method: str = EVERY_METHOD, *, times: int | None = None, share: float = 1
    ) -> None:
        """Answer with an HTTP status, such as 500."""
        self.add(Fault(method, status=status), times=times, share=share)

    def ratelimit(
        self,
        method: str = EVERY_METHOD,
        *,
        retry_after: Seconds = 1.0,
        times: int | None = None,
        share: float = 1,
    ) -> None:
        """Answer 429 with Retry-After."""
        fault = Fault(method, status=429)
        self.add(fault, times=times, share=share, retry_after=retry_after)

    def error(
        self, error: str, method: str = EVERY_METHOD, *, times: int | None = None, share: float = 1
    ) -> None:
        """Answer 200 with this Slack error."""
        self.add(Fault(method, error=error), times=times, share=share)

    def delay(
        self,
        seconds: Seconds,
        method: str = EVERY_METHOD,
        *,
        times: int | None = None,
        share: float = 1,
    ) -> None:
        """Take so many seconds before anything happens."""
        self.add(Fault(method), times=times, share=share, delay=seconds)

    def hang(
        self, method: str = EVERY_METHOD, *, times: int | None = None, share: float = 1
    ) -> None:
        """Never answer, and do nothing."""
        self.add(Fault(method, hang=True), times=times, share=share)

    def drop(
        self,
        when: When,
        method: str = EVERY_METHOD,
        *,
        late_by: Seconds = 0.0,
        times: int | None = None,
        share: float = 1,
    ) -> None:
        """Lose the answer: before the effect, after it, or long before a late effect."""
        self.add(Fault(method, drop=when), times=times, share=share, late_by=late_by)

    def clear(self, method: str | None = None) -> None:
        """End the faults of one method, or everything that goes wrong."""
        if method is not None:
            self._rules = [each for each in self._rules if each.fault.method != method]
            return
        self._rules.clear()
        self.history_lag = 0.0
        self.deaf = self.mute = self.unprocessed = False
        self.refused_tickets = 0

    @property
    def in_force(self) -> tuple[Fault, ...]:
        """The faults that may still meet a call, oldest first; of ranges, their first value."""
        return tuple(
            replace(
                rule.fault,
                retry_after=_least(rule.retry_after),
                delay=_least(rule.delay),
                late_by=_least(rule.late_by),
            )
            for rule in self._rules
            if rule.left != 0
        )

    def strike(self, method: str) -> Fault | None:
        """Return the fault that meets this call, and count it."""
        for rule in self._fitting(method):
            if rule.share < 1.0 and self._random.random() >= rule.share:
                continue
            if rule.left is not None:
                rule.left -= 1
            return replace(
                rule.fault,
                retry_after=round(_within(rule.retry_after, self._random)),
                delay=_within(rule.delay, self._random),
                late_by=_within(rule.late_by, self._random),
            )
        return None

    def lag_of(self, ts: str) -> float:
        """Return the seconds until the message at `ts` can be read back: always the same."""
        if isinstance(self.history_lag, tuple):
            return _within(self.history_lag, random.Random(f"{self._seed} {ts}"))
        return self.history_lag

    def refuses_ticket(self) -> bool:
        """Whether this Socket Mode connection is refused, and count it."""
        if self.refused_tickets <= 0:
            return False
        self.refused_tickets -= 1
        return True

    def _fitting(self, method: str) -> Iterator[_Rule]:
        for rule in reversed(self._rules):
            if rule.left != 0 and rule.fault.method in (EVERY_METHOD, method):
                yield rule


def _least(seconds: Seconds) -> float:
    return seconds[0] if isinstance(seconds, tuple) else seconds


def _within(seconds: Seconds, dice: random.Random) -> float:
    return dice.uniform(*seconds) if isinstance(seconds, tuple) else seconds
