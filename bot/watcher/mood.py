"""How Slack is disposed: whether it takes anything at all, and how much it takes at once."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog

log = structlog.get_logger(__name__)

#: How often it is tried whether Slack takes anything again that took nothing.
PROBE_PAUSE = timedelta(seconds=30)


class Mood:
    """What this process has heard from Slack of the whole installation."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._probe_at = 0.0
        #: Slack's word for why nothing can be posted anywhere; empty where it can.
        self.closed = ""

    @property
    def resting(self) -> bool:
        """Whether nothing is to be sent now."""
        return bool(self.closed) and self._monotonic() < self._probe_at

    def room(self, wanted: int) -> int:
        """How many things may be sent now of those wanted; one is enough to see whether it goes."""
        if not self.closed:
            return wanted
        return 0 if self.resting else min(wanted, 1)

    def closes(self, reason: str) -> None:
        """Slack takes nothing: everything waits for whoever keeps the bot."""
        if self.closed != reason:
            log.error(
                "Slack takes nothing from this bot, and all messages wait; look at the app's "
                "installation and at SLACK_BOT_TOKEN",
                why=reason,
            )
        self.closed = reason
        self._probe_at = self._monotonic() + PROBE_PAUSE.total_seconds()

    def opens(self) -> None:
        """Slack took something."""
        if self.closed:
            log.warning("Slack takes messages again", why=self.closed)
        self.closed = ""


class Allowance:
    """So many calls a second in the long run, and a few at once; or none while a method rests."""

    def __init__(
        self, per_second: float, burst: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._monotonic = monotonic
        self._left = self._burst
        self._filled_at = monotonic()
        self._rests_until = 0.0

    @property
    def room(self) -> int:
        """How many calls may be made now."""
        now = self._monotonic()
        gained = (now - self._filled_at) * self._per_second
        self._left = min(self._left + gained, self._burst)
        self._filled_at = now
        return 0 if now < self._rests_until else int(self._left)

    def spend(self, calls: int) -> None:
        """So many are made."""
        self._left -= calls

    def rest(self, pause: timedelta) -> None:
        """Slack wants none of these for a while."""
        self._rests_until = max(self._rests_until, self._monotonic() + pause.total_seconds())
